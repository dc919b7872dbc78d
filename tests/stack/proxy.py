"""The gateway of a stack: HAProxy with a configuration made from kong.yml, the one list of routes."""
import os
import shutil
import subprocess

from . import layout, wait
from .errors import StackError
from .part import Part

GENERATOR = layout.TOP / "tests" / "stack" / "gateway" / "kong2haproxy"
KONG = layout.TOP / "kong.yml"


class Gateway(Part):
    ready_timeout = 15
    stop_timeout = 10

    def __init__(self, state):
        super().__init__(state, "gateway", "gateway")
        self.file = state.directory / "haproxy.cfg"

    @property
    def url(self):
        return f"http://{self.address}:{self.port}"

    def _haproxy(self):
        path = shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        if not path:
            raise StackError("haproxy is missing", "run tests/stack/install")
        return path

    def _generate(self, out):
        command = [GENERATOR, "--kong", KONG, "--listen", f"{self.address}:{self.port}", "--out", out]
        for service in layout.SERVICES:
            targets = [f"{address}:{self.state.values['ports'][service]}" for address in layout.ADDRESSES]
            name = f"{service}-service:{layout.DEV_PORTS[service]}"
            command += ["--resolve", f"{name}={','.join(targets)}"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).split())
            raise StackError(f"no gateway configuration from kong.yml: {said}")

    def prepare(self):
        self._generate(self.file)
        checked = subprocess.run([self._haproxy(), "-c", "-q", "-f", str(self.file)], capture_output=True, text=True,
                                 check=False, stdin=subprocess.DEVNULL)
        if checked.returncode != 0:
            raise StackError(f"HAProxy refuses {self.file}: {' '.join(checked.stderr.split())[:300]}")

    def outdated(self):
        """Whether kong.yml has changed since the running configuration was made from it."""
        if not self.alive():
            return False
        fresh = self.file.with_name("haproxy.cfg.fresh")
        try:
            self._generate(fresh)
            return fresh.read_bytes() != self.file.read_bytes()
        finally:
            fresh.unlink(missing_ok=True)

    def command(self):
        return [self._haproxy(), "-db", "-f", self.file]

    def environment(self):
        return {"PATH": "/usr/sbin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def ready(self):
        return wait.http_status(self.address, self.port, "/") is not None
