"""Who holds a port: turns 'address already in use' into a line that can be acted upon."""
import os
import pathlib

from . import layout, wait
from .errors import StackError

LISTEN = "0A"


def _listening_inodes(port):
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = pathlib.Path(table).read_text().splitlines()[1:]
        except FileNotFoundError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == LISTEN and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    return inodes


def holder(port):
    """'pid 123 (nginx)' of a process listening on the port; a vaguer word when we may not see it."""
    inodes = _listening_inodes(port)
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(fd) in inodes for fd in (entry / "fd").iterdir()):
                return f"pid {entry.name} ({(entry / 'comm').read_text().strip()})"
        except OSError:
            continue  # gone meanwhile, or another user's
    return "a process of another user" if inodes else "another process"


def require_free(port, addresses, what):
    for address in addresses:
        # The kernel takes a moment to close what a killed process had open.
        if not wait.until(lambda where=address: layout.is_free(where, port), 2):
            raise StackError(f"port {port} on {address}, needed for {what}, is held by {holder(port)}",
                             "stop that process, or run beside it on free ports: tests/stack/stack up --name NAME")
