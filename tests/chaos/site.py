"""The place of the run: a stack of its own from empty data, its wires through the proxy, and small disks
of its own when a full disk is among the faults."""
import concurrent.futures
import os
import pathlib
import struct
import subprocess

from stack import Stack, StackError, layout

from . import disks, leftovers
from .leftovers import NAME
from .wires import Wires

READY_MAX = 180  # seconds: a machine that does other things beside is no finding
SHIFT = pathlib.Path(__file__).resolve().parent / "faults" / "clock_shift.c"


class Site:
    def __init__(self, mode, clock, disk, distance, say):
        self.say = say
        self.supervisor = None
        self.disks = {}    # kafka, postgres -> mount point
        self.skipped = {}  # fault -> why it cannot be tried here
        self.clock_file = layout.run_directory(NAME) / "clock"
        self._guard = leftovers.Guard()
        self._remove_old()
        environment = {}
        if clock:
            environment = self._clock_environment(mode)
        self.stack = Stack(NAME, mode=mode, ports=layout.choose_ports(NAME), env=environment, say=say)
        layout.make_directory(self.stack.state.directory)
        if environment:
            self.set_clock(0)
        if disk:
            self._mount()
        self.wires = Wires(self.stack, distance)
        for part in self.stack.parts():
            part.ready_timeout = READY_MAX

    def _remove_old(self):
        """What was left when even the guard was killed, and the logs of the last run."""
        old = Stack(NAME, say=self.say)
        leftovers.stop(old)
        old.stop(wipe=True)

    def _clock_environment(self, mode):
        """The second replicas of two services get a clock that can be told; the others keep the true one."""
        if mode == "asan":
            self.skipped["clock"] = "the address sanitizer wants to be the first library"
            return {}
        library = layout.run_directory(NAME) / "clock_shift.so"
        layout.make_directory(library.parent)
        done = subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, SHIFT], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise StackError(f"{SHIFT.name} does not compile: {done.stderr[:200]}")
        told = {"LD_PRELOAD": str(library), "CHAOS_CLOCK": str(self.clock_file)}
        return {"expense-service-2": told, "deserialize-service-2": told}

    def set_clock(self, seconds):
        """In place: the daemons have the file mapped."""
        with open(self.clock_file, "r+b" if self.clock_file.exists() else "wb") as file:
            file.write(struct.pack("q", seconds))

    def _mount(self):
        if os.geteuid() != 0:
            self.skipped["disk"] = "only root may mount a small disk"
            return
        stack = self.stack
        owner = os.stat(stack.database.directory).st_uid
        layout.make_directory(stack.broker.directory)
        for part, directory, user in (("kafka", stack.broker.directory, None),
                                      ("postgres", stack.database.directory, owner)):
            if disks.mount(directory, disks.SIZE_MB[part], user):
                self.disks[part] = directory
            else:
                self.skipped["disk"] = "mounting a small disk is not permitted here"

    def start(self):
        self.wires.start()
        self.stack.start()

    def change_build(self, mode):
        """Other daemons in place of those that run, on the same data."""
        self.stack.state.values["mode"] = mode
        replicas = list(self.stack.replicas.values())
        with concurrent.futures.ThreadPoolExecutor(len(replicas)) as pool:
            list(pool.map(lambda replica: replica.restart(), replicas))
        self.say(f"the daemons are now the build {mode}")

    def stop(self):
        """Whatever state it is in, a fault included."""
        if self.supervisor:
            self.supervisor.stop()
        self.wires.heal()
        leftovers.stop(self.stack)
        self.wires.stop()
        self._guard.dismiss()

    def consumed_topics(self):
        """{schema: its topics}."""
        found = {}
        for service, schema in layout.SERVICES.items():
            lines = self.stack.replica(service).run("--print-topics").stdout.splitlines()
            found[schema] = {line.split()[1] for line in lines if line.startswith("consumes")}
        return found
