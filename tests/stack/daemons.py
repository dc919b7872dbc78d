"""The four services of a stack, two replicas each, started as a container would start them: a program
and its environment, nothing else."""
import base64
import os
import shlex
import subprocess

from . import layout, wait
from .errors import StackError
from .part import Part
from .process import last_lines
from .state import write_atomically

# What a developer may set for all daemons of a stack from the shell.
PASSED_ON = ("LOG_LEVEL", "KAFKA_PROPERTIES")
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}


class Replica(Part):
    """Replica `number` (1 or 2) of a service."""

    ready_timeout = 150
    stop_timeout = 30

    def __init__(self, stack, service, number):
        super().__init__(stack.state, f"{service}-service-{number}", service, layout.ADDRESSES[number - 1])
        self.stack, self.service, self.number = stack, service, number

    @property
    def url(self):
        return f"http://{self.address}:{self.port}"

    @property
    def program(self):
        return layout.program(self.service, self.state.values["mode"])

    def command(self):
        return [self.program]

    def environment(self):
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment.update(PATH="/usr/bin:/bin", LC_ALL="C.UTF-8", TZ="UTC")
        if self.state.values["mode"] != "release":
            environment.update(SANITIZERS)
        environment.update(self.configuration())
        return environment

    def configuration(self):
        """The daemon's own variables."""
        return {"DATABASE_URL": self.stack.database.dsn(self.service, *self.stack.database_proxies.get(self.label, ())),
                "KAFKA_BROKERS": self.stack.broker.bootstrap,
                "HTTP_ADDRESS": self.address, "HTTP_PORT": str(self.port),
                **self._secrets(),
                **self._mail(),
                **self.stack.extra_environment.get("", {}),
                **self.stack.extra_environment.get(self.service, {}),
                **self.stack.extra_environment.get(self.label, {})}

    def _mail(self):
        """Mails go to the stack's own server; without one (a part of a stack) none are sent."""
        return {"AUTH_SMTP_URL": self.stack.mail.url} if self.service == "auth" and self.stack.mail.alive() else {}

    def _secrets(self):
        if self.service not in ("auth", "deserialize"):
            return {}
        key = bytes.fromhex(self.state.secret(f"{self.service}_key_encryption_key", size=32))
        return {f"{self.service.upper()}_KEY_ENCRYPTION_KEY": base64.b64encode(key).decode()}

    def prepare(self):
        if not self.program.exists():
            raise StackError(f"{self.program} is missing", f"build it: make MODE={self.state.values['mode']} all")
        # For running a daemon by hand: set -a; . .run/dev/env/<service>-<n>.env
        directory = layout.make_directory(self.state.directory / "env")
        lines = [f"{key}={shlex.quote(value)}\n" for key, value in self.configuration().items()]
        write_atomically(directory / f"{self.label}.env", "".join(lines), 0o600)

    def ready(self):
        return wait.http_status(self.address, self.port, "/readyz") == 200

    def run(self, *arguments, timeout=60):
        """Run a subcommand with this replica's environment; returns the finished process."""
        return subprocess.run([str(self.program), *arguments], env=self.environment(), capture_output=True, text=True,
                              timeout=timeout, stdin=subprocess.DEVNULL, check=False)

    def migrate(self):
        self.prepare()
        done = self.run("migrate")
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            raise StackError(f"{self.service}-service migrate failed: {last_lines(self.log)}", f"see {self.log}")

    def outdated(self):
        """Whether it runs a program that has been rebuilt, or was built in another mode."""
        process = self.process
        if not process:
            return False
        try:
            running = os.readlink(f"/proc/{process.pid}/exe")
        except OSError:
            return False
        return process.program_replaced() or running != os.path.realpath(self.program)
