"""The place of the run: a stack of its own from empty data, its wires through the proxy, and small disks
of its own when a full disk is among the faults."""
import os
import pathlib
import struct
import subprocess

from stack import Stack, StackError, layout

from .wires import Wires

NAME = "chaos"
READY_MAX = 180  # seconds: a machine that does other things beside is no finding
DISK_MB = {"kafka": 3072, "postgres": 4096}
SHIFT = pathlib.Path(__file__).resolve().parent / "faults" / "clock_shift.c"


def mounts_below(directory):
    rows = pathlib.Path("/proc/mounts").read_text().splitlines()
    return [row.split()[1] for row in rows if row.split()[1].startswith(f"{directory}")]


def mount(directory, megabytes, owner=None):
    """A disk in memory; whether it could be made."""
    options = f"size={megabytes}m,mode=700" + (f",uid={owner},gid={owner}" if owner is not None else "")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "expenses-tracker-chaos", str(directory)],
                          capture_output=True, check=False)
    return done.returncode == 0


class Site:
    def __init__(self, mode, clock, disk, say):
        self.say = say
        self.disks = {}    # kafka, postgres -> mount point
        self.skipped = {}  # fault -> why it cannot be tried here
        self.clock_file = layout.run_directory(NAME) / "clock"
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
        self.wires = Wires(self.stack)
        for part in self.stack.parts():
            part.ready_timeout = READY_MAX

    def _remove_old(self):
        """What a run that was killed left behind."""
        old = Stack(NAME, say=self.say)
        old.stop()
        self._unmount(old)
        old.stop(wipe=True)

    def _unmount(self, stack):
        places = mounts_below(layout.run_directory(NAME))
        recorded = stack.state.values["data"].get("postgres")
        places += mounts_below(recorded) if recorded else []
        for place in dict.fromkeys(places):
            subprocess.run(["umount", place], capture_output=True, check=False)

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
            if mount(directory, DISK_MB[part], user):
                self.disks[part] = directory
            else:
                self.skipped["disk"] = "mounting a small disk is not permitted here"

    def start(self):
        self.wires.start()
        self.stack.start()

    def stop(self):
        for part in self.stack.parts():
            part.resume()
        self.stack.stop()
        self.wires.stop()
        self._unmount(self.stack)
        self.stack.database.wipe()  # logs and state stay for whoever reads the report
        self.stack.broker.wipe()

    def consumed_topics(self):
        """{schema: its topics}."""
        found = {}
        for service, schema in layout.SERVICES.items():
            lines = self.stack.replica(service).run("--print-topics").stdout.splitlines()
            found[schema] = {line.split()[1] for line in lines if line.startswith("consumes")}
        return found
