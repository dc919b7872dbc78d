"""What database, broker, daemons and gateway have in common: a process with a log and a probe."""
import signal
import time

from . import layout, ports, wait
from .errors import StackError
from .process import Process, last_lines


class Part:
    """One supervised process. Subclasses say how it is started and when it is ready.

    label      for people; key in state.json and stem of the log file
    port_name  key of its port in state.json; the port must be free before the start
    """

    ready_timeout = 60
    stop_timeout = 20
    stop_signal = signal.SIGTERM
    user = None

    def __init__(self, state, label, port_name, address="127.0.0.1"):
        self.state, self.label, self.port_name, self.address = state, label, port_name, address

    # For subclasses.
    def prepare(self):
        """Make what the process needs before it starts."""

    def command(self):
        raise NotImplementedError

    def environment(self):
        raise NotImplementedError

    def ready(self):
        raise NotImplementedError

    # For everybody.
    @property
    def port(self):
        return self.state.values["ports"][self.port_name]

    @property
    def log(self):
        return layout.make_directory(self.state.directory / "log") / f"{self.label}.log"

    @property
    def process(self):
        return self.state.process(self.label)

    @property
    def pid(self):
        process = self.process
        return process.pid if process else None

    def alive(self):
        return self.process is not None

    def check_port(self):
        ports.require_free(self.port, [self.address], self.label)

    def start(self, timeout=None):
        """Start and wait until ready. Returns the seconds it took; 0 when it was running and ready."""
        process = self.process
        if process and self.ready():
            return 0
        began = time.monotonic()
        if not process:
            process = self.launch()
        self.wait_ready(process, timeout)
        return time.monotonic() - began

    def launch(self):
        """Start without waiting."""
        self.check_port()
        self.prepare()
        process = Process.spawn(self.command(), self.log, self.environment(), self.user)
        self.state.set_process(self.label, process)
        return process

    def wait_ready(self, process=None, timeout=None):
        process = process or self.process
        timeout = timeout or self.ready_timeout
        if not wait.until(lambda: not (process and process.alive()) or self.ready(), timeout, 0.02):
            raise StackError(f"{self.label} is not ready after {timeout:.0f} s: {last_lines(self.log)}",
                             f"see {self.log}")
        if not (process and process.alive()):
            raise StackError(f"{self.label} stopped while it started: {last_lines(self.log)}", f"see {self.log}")

    def stop(self, timeout=None):
        """Stop in an orderly way. Returns whether it did so without being killed."""
        process = self.process
        clean = process.stop(self.stop_signal, timeout or self.stop_timeout) if process else True
        self.state.drop_process(self.label)
        return clean

    def kill(self):
        """SIGKILL, as a crash would."""
        process = self.process
        if process:
            process.kill()
        self.state.drop_process(self.label)

    def restart(self):
        self.stop()
        return self.start()

    def pause(self):
        """SIGSTOP: there, but silent."""
        process = self.process
        if process:
            process.send(signal.SIGSTOP)

    def resume(self):
        process = self.process
        if process:
            process.send(signal.SIGCONT)
