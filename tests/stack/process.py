"""Processes that outlive the program that started them, known by pid and start time.

A pid alone is not enough: after a crash or a reboot it may belong to anybody. Nothing is ever looked
for or stopped by name.
"""
import os
import pathlib
import re
import signal
import subprocess

from . import wait
from .errors import StackError

_children = {}  # pid -> Popen, of those this program started itself: they must be reaped here


def boot_id():
    return pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _stat(pid):
    """(state, start time in ticks) of a process, or None when there is none."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text[text.rindex(")") + 2:].split()  # the name before it may hold spaces and brackets
    return fields[0], int(fields[19])


def is_running(pid):
    """Whether the pid belongs to a process that is more than a zombie."""
    stat = _stat(pid)
    return stat is not None and stat[0] not in "ZX"


def in_directory(directory):
    """Pids of the processes whose working directory this is."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == str(directory):
                found.append(int(entry.name))
        except OSError:
            continue  # gone meanwhile, or another user's
    return found


class Process:
    """One process: {pid, start, boot}, which is what state.json keeps."""

    def __init__(self, pid, start, boot):
        self.pid, self.start, self.boot = pid, start, boot

    @classmethod
    def spawn(cls, argv, log, env, user=None, cwd="/"):
        """Start argv in a session of its own, output appended to `log`."""
        with open(log, "ab") as out:
            try:
                child = subprocess.Popen(
                    [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env,
                    cwd=cwd, start_new_session=True, **as_user(user))
            except FileNotFoundError as missing:
                raise StackError(f"{argv[0]} is missing", "run tests/stack/install, then make") from missing
            except PermissionError as denied:
                raise StackError(f"cannot run {argv[0]}: {denied.strerror}") from denied
        _children[child.pid] = child
        stat = _stat(child.pid)
        return cls(child.pid, stat[1] if stat else 0, boot_id())

    @classmethod
    def load(cls, record):
        return cls(record["pid"], record["start"], record["boot"])

    def save(self):
        return {"pid": self.pid, "start": self.start, "boot": self.boot}

    def alive(self):
        child = _children.get(self.pid)
        if child is not None and child.poll() is not None:
            return False
        stat = _stat(self.pid)
        return stat is not None and stat[0] not in "ZX" and stat[1] == self.start and self.boot == boot_id()

    @property
    def exit_status(self):
        """Exit status as subprocess gives it; None while it runs or if another program started it."""
        child = _children.get(self.pid)
        return child.poll() if child else None

    def uptime(self):
        """Seconds since it started."""
        ticks = os.sysconf("SC_CLK_TCK")
        return float(pathlib.Path("/proc/uptime").read_text().split()[0]) - self.start / ticks

    def program_replaced(self):
        """Whether the file it was started from has been rebuilt since."""
        try:
            return os.readlink(f"/proc/{self.pid}/exe").endswith(" (deleted)")
        except OSError:
            return False

    def resident_bytes(self):
        pages = int(pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def send(self, number):
        """Send a signal; False when the process is gone already."""
        if not self.alive():
            return False
        try:
            os.kill(self.pid, number)
            return True
        except ProcessLookupError:
            return False

    def stop(self, number=signal.SIGTERM, timeout=20):
        """Ask to stop, insist after `timeout` seconds. Returns whether asking was enough."""
        if self.send(number):
            self.send(signal.SIGCONT)  # a paused process acts on nothing else
            if not wait.until(lambda: not self.alive(), timeout):
                self.kill()
                return False
        return True

    def kill(self):
        self.send(signal.SIGKILL)
        wait.until(lambda: not self.alive(), 10)


def as_user(user):
    """Arguments of subprocess for running as another user (None: as ourselves)."""
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def last_lines(log):
    """What a log last said, for an error message: of its last lines one that names an error, else the last."""
    try:
        with open(log, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 8192))
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
    except FileNotFoundError:
        return "no log"
    said = [line for line in lines if line][-10:]
    errors = [line for line in said if re.search(r"FATAL|PANIC|ERROR|\"error\"|[Ee]rror:|Exception", line)]
    return (errors or said or ["empty log"])[-1][:400]
