"""kill -9, SIGSTOP and orderly restarts of daemons, broker, database and gateway."""
import os
import signal

from stack.process import in_directory

from .fault import Fault

SERVICES = ("auth", "user", "expense", "deserialize")
REPLICAS = tuple(f"{service}-service-{number}" for service in SERVICES for number in (1, 2))
# The way of a text goes through these; they are hit more often than the others.
BUSY = ("expense-service-1", "expense-service-2", "deserialize-service-1", "deserialize-service-2")
STORES = ("kafka", "postgres")
PAIRS = tuple(f"{service}-service-1+{service}-service-2" for service in SERVICES)


class ProcessFault(Fault):
    def parts(self, target):
        by_label = {part.label: part for part in self.stack.parts()}
        return [by_label[label] for label in target.split("+")]

    def hold(self, target):
        self.site.supervisor.hold(self.parts(target))

    def release(self, target):
        if not self.site.supervisor.release(self.parts(target)):
            return f"{target} did not become ready"
        return None


class Kill(ProcessFault):
    name = "kill"
    weight = 10
    lengths = ((0.0, 0.5), (0.5, 4.0))
    takes = 2.5
    targets = (*REPLICAS, *BUSY, *STORES, *STORES, "gateway", *PAIRS, "kafka+postgres",
               "expense-service-1+deserialize-service-2+kafka")

    def begin(self, target, chance):
        self.hold(target)
        for part in self.parts(target):
            part.kill()

    def end(self, target):
        return self.release(target)


class Restart(ProcessFault):
    """As an operator does it: SIGTERM, then started again."""
    name = "restart"
    weight = 1
    lengths = ((0.0, 1.0),)
    takes = 6.0
    targets = (*BUSY, *STORES, "gateway")

    def begin(self, target, chance):
        self.hold(target)
        for part in self.parts(target):
            if not part.stop():
                return f"{part.label} did not stop when asked"
        return None

    def end(self, target):
        return self.release(target)


class Pause(ProcessFault):
    """SIGSTOP: there, but silent; the longer ones outlast every session and lock of the paused one."""
    name = "pause"
    weight = 4
    lengths = ((0.5, 3.0), (10.0, 16.0), (16.0, 30.0))
    takes = 1.5
    targets = (*REPLICAS, *BUSY, *STORES, "gateway", "expense-service-1+expense-service-2")

    def pids(self, target):
        pids = []
        for part in self.parts(target):
            # A stopped postmaster alone would leave its backends running.
            pids += in_directory(self.stack.database.data) if part.label == "postgres" else [part.pid]
        return [pid for pid in pids if pid]

    def signal(self, target, number):
        for pid in self.pids(target):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass  # ended meanwhile

    def begin(self, target, chance):
        self.signal(target, signal.SIGSTOP)

    def end(self, target):
        self.signal(target, signal.SIGCONT)
