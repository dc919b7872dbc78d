"""Removes what a run that was killed has left: daemons and stores, stopped ones too, mounts and data.

Run as a program it is the run's guard: it waits until the run is gone, however that ended, and then
removes what is left. It inherits the run's lock, so that the next run begins after that.
"""
import fcntl
import os
import pathlib
import signal
import subprocess
import sys

if __name__ == "__main__":
    sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])
from chaos import disks  # noqa: E402
from stack import Stack, StackError, layout, wait  # noqa: E402
from stack.process import in_directory  # noqa: E402

NAME = "chaos"
PATIENCE = 90  # seconds that the guard of a run that was killed has for cleaning up


def unmount(stack):
    places = disks.mounts_below(layout.run_directory(stack.name))
    recorded = stack.state.values["data"].get("postgres")
    places += disks.mounts_below(recorded) if recorded else []
    for place in dict.fromkeys(places):
        disks.unmount(place)


def resume(stack):
    """Ends every pause. Whoever is stopped cannot be asked to end; the database's backends are not its parts."""
    for part in stack.parts():
        part.resume()
    if stack.state.values["data"].get("postgres"):
        for pid in in_directory(stack.database.data):
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass  # ended meanwhile


def stop(stack):
    """Ends all of it and removes its data; logs and state stay for whoever reads the report."""
    resume(stack)
    stack.stop()
    unmount(stack)
    stack.database.wipe()
    stack.broker.wipe()


def lock():
    """A file that this run and its guard hold as long as they live. One run at a time in a checkout."""
    file = open(layout.make_directory(layout.TOP / ".run") / f"{NAME}.lock", "w", encoding="utf-8")

    def taken():
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False
    if not wait.until(taken, PATIENCE):
        file.close()
        raise StackError("another run is under way in this checkout")
    return file


class Guard:
    """Out of reach of what ends the run: in a session of its own, and told by the end of a pipe."""

    def __init__(self):
        self._lock = lock()
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, start_new_session=True,
                                         pass_fds=[self._lock.fileno()])

    def dismiss(self):
        """When all is cleaned up; what is not it removes now."""
        self._process.stdin.close()
        self._process.wait()
        self._lock.close()


def main():
    sys.stdin.read()
    stop(Stack(NAME))


if __name__ == "__main__":
    main()
