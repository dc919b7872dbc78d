"""What is known about a stack between two commands: .run/<name>/state.json and secrets.json."""
import contextlib
import fcntl
import json
import os
import secrets
import threading

from . import layout
from .process import Process


class State:
    """Ports, mode, places and processes. Saved at every change, so that nothing started is forgotten."""

    def __init__(self, name):
        self.name = name
        self.directory = layout.run_directory(name)
        self.file = self.directory / "state.json"
        self.values = {}
        self._writing = threading.RLock()  # database and broker are started by a thread each
        self.load()

    def load(self):
        """Take over what another command may have changed meanwhile."""
        self.values = {"ports": None, "mode": None, "data": {}, "processes": {}}
        if self.file.exists():
            self.values.update(json.loads(self.file.read_text()))

    def save(self):
        with self._writing:
            layout.make_directory(self.directory)
            write_atomically(self.file, json.dumps(self.values, indent=1) + "\n", 0o644)

    def process(self, part):
        """The running process of a part, or None."""
        record = self.values["processes"].get(part)
        process = Process.load(record) if record else None
        return process if process and process.alive() else None

    def set_process(self, part, process):
        with self._writing:
            self.values["processes"][part] = process.save()
            self.save()

    def drop_process(self, part):
        with self._writing:
            if self.values["processes"].pop(part, None):
                self.save()

    def secret(self, key, size=16):
        """A generated password, `size` random bytes in hex, the same for the life of the stack's directory."""
        file = self.directory / "secrets.json"
        with self._writing:
            known = json.loads(file.read_text()) if file.exists() else {}
            if key not in known:
                known[key] = secrets.token_hex(size)
                layout.make_directory(self.directory)
                write_atomically(file, json.dumps(known, indent=1) + "\n", 0o600)
            return known[key]

    @contextlib.contextmanager
    def locked(self):
        """One command at a time. The lock is on the directory itself: there is no file to leave behind."""
        layout.make_directory(self.directory)
        handle = os.open(self.directory, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self.load()
            yield
        finally:
            os.close(handle)


def write_atomically(path, text, mode):
    """Replace a file, so that a reader sees the old content or the new; created with its final mode."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.replace(fresh, path)
