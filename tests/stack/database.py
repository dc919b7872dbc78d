"""PostgreSQL of a stack: a cluster of its own, on loopback, with fsync on as in production."""
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import urllib.parse

from . import layout, wait
from .errors import StackError
from .part import Part
from .process import as_user, in_directory, is_running, last_lines

SOCKET_PATH_MAX = 107  # sockaddr_un
DATABASE_USER = "postgres"


def tool(name):
    """Path of a PostgreSQL server tool, which Debian keeps out of PATH; the newest version there is."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    path = found[-1] if found else shutil.which(name)
    if not path:
        raise StackError(f"PostgreSQL's {name} is missing", "run tests/stack/install")
    return path


class Database(Part):
    stop_signal = signal.SIGINT  # "fast": ends sessions instead of waiting for them
    ready_timeout = 60

    def __init__(self, state, settings=None):
        super().__init__(state, "postgres", "postgres")
        self.settings = settings or {}
        # PostgreSQL refuses to run as root.
        self.user = DATABASE_USER if os.geteuid() == 0 else None

    # Places -----------------------------------------------------------------------------------------
    @property
    def directory(self):
        """Directory that holds `data` and the socket; decided once, recorded in state.json."""
        recorded = self.state.values["data"].get("postgres")
        if not recorded:
            recorded = str(self._choose_directory())
            self.state.values["data"]["postgres"] = recorded
            self.state.save()
        return pathlib.Path(recorded)

    @property
    def data(self):
        return self.directory / "data"

    @property
    def socket_directory(self):
        """Directory of the unix socket: beside the data unless that makes the path too long."""
        if len(f"{self.directory}/.s.PGSQL.{self.port}") <= SOCKET_PATH_MAX:
            return self.directory
        return pathlib.Path(f"/tmp/expenses-tracker-{layout.CHECKOUT_HASH}-{self.state.name}")

    def _choose_directory(self):
        here = self.state.directory / "postgres"
        if self._usable(here):
            return here
        for parent in (os.environ.get("TMPDIR"), "/var/tmp", "/tmp"):
            there = pathlib.Path(parent or "/var/tmp") / f"expenses-tracker-{layout.CHECKOUT_HASH}" / self.state.name
            if self._usable(there):
                return there
        raise StackError(f"user {self.user or os.geteuid()} can write neither below {layout.TOP} nor in /var/tmp",
                         "set TMPDIR to a directory that user can reach")

    def _usable(self, directory):
        """Make the directory and try, as the user PostgreSQL will run as, to write in it."""
        try:
            self._make_owned(directory)
        except OSError:
            return False
        done = subprocess.run(["/bin/sh", "-c", 'cd "$1" && : > probe && rm probe', "sh", str(directory)], cwd="/",
                              capture_output=True, check=False, **as_user(self.user))
        if done.returncode != 0:
            shutil.rmtree(directory)
        return done.returncode == 0

    def _make_owned(self, directory):
        """mkdir -p, the last one owned by the database's user and closed to others. A directory that
        somebody else put there first (in /tmp anyone can) is refused."""
        layout.make_directory(directory.parent)
        if layout.TOP not in directory.parents and directory.parent.lstat().st_uid not in (0, os.geteuid()):
            raise PermissionError(f"{directory.parent} belongs to somebody else")
        owner = pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()
        try:
            directory.mkdir(mode=0o700)
            if self.user:
                shutil.chown(directory, self.user, self.user)
        except FileExistsError:
            status = directory.lstat()
            if status.st_uid != owner or not directory.is_dir() or directory.is_symlink():
                raise PermissionError(f"{directory} belongs to somebody else") from None

    # Process ----------------------------------------------------------------------------------------
    def prepare(self):
        try:
            self._make_owned(self.directory)
            self._make_owned(self.socket_directory)
        except PermissionError as denied:
            raise StackError(str(denied), "remove it, or run as that user") from denied
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        self._after_crash()

    def _after_crash(self):
        """Wait for the processes a killed server left behind, then drop its lock files if they name no
        living process: PostgreSQL itself takes a zombie nobody has reaped yet for a running server."""
        locks = [self.data / "postmaster.pid", self.socket_directory / f".s.PGSQL.{self.port}.lock"]
        if not any(lock.exists() for lock in locks):
            return
        wait.until(lambda: not in_directory(self.data), 10)
        for lock in locks:
            named = int(lock.read_text().split("\n", 1)[0]) if lock.exists() else None
            if named and not is_running(named) and not in_directory(self.data):
                lock.unlink()

    def _initdb(self):
        # Not finished means not usable: start over from an empty directory.
        shutil.rmtree(self.data, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.directory) as password:
            password.write(self.state.secret("postgres"))
            password.flush()
            if self.user:
                shutil.chown(password.name, self.user)
            with open(self.log, "ab") as out:
                done = subprocess.run(
                    [tool("initdb"), "-D", self.data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
                     "--locale=C.UTF-8", f"--pwfile={password.name}", "--no-instructions"],
                    stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.environment(), cwd="/", check=False,
                    **as_user(self.user))
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise StackError(f"initdb failed: {last_lines(self.log)}", f"see {self.log}")

    def command(self):
        settings = {"listen_addresses": self.address, "port": self.port, "max_connections": 200,
                    "unix_socket_directories": self.socket_directory, "shared_buffers": "128MB",
                    "log_line_prefix": "%m [%p] %u ", **self.settings}
        return [tool("postgres"), "-D", self.data] + [f"--{key}={value}" for key, value in settings.items()]

    def environment(self):
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def ready(self):
        done = subprocess.run([tool("pg_isready"), "-q", "-h", self.address, "-p", str(self.port)], check=False,
                              stdin=subprocess.DEVNULL)
        return done.returncode == 0

    def wipe(self):
        if not self.state.values["data"].get("postgres"):
            return
        for directory in {self.directory, self.socket_directory}:
            shutil.rmtree(directory, ignore_errors=True)
        if self.directory.parent != self.state.directory:
            try:
                self.directory.parent.rmdir()
            except OSError:
                pass  # another stack of this checkout still has its data there
        self.state.values["data"].pop("postgres", None)

    # Access -----------------------------------------------------------------------------------------
    def dsn(self, service, host=None, port=None):
        """Connection URI of a service's role; `host` may be the socket directory."""
        return self._uri(layout.role(service), self.state.secret(layout.role(service)), host, port)

    def admin_dsn(self, host=None):
        """Connection URI of the superuser."""
        return self._uri("postgres", self.state.secret("postgres"), host)

    def _uri(self, user, password, host, port=None):
        host = urllib.parse.quote(str(host or self.address), safe="")
        return f"postgresql://{user}:{password}@{host}:{port or self.port}/{layout.DATABASE}"

    def create_roles(self):
        """Run sql/roles.sql. Passwords go through stdin: arguments are visible to everyone."""
        script = "\\set ON_ERROR_STOP on\n"
        for service in layout.SERVICES:
            script += f"\\set {layout.role(service)}_password '{self.state.secret(layout.role(service))}'\n"
        script += f"\\i {layout.TOP}/sql/roles.sql\n"
        environment = dict(self.environment(), PGPASSWORD=self.state.secret("postgres"),
                           PGOPTIONS="-c client_min_messages=warning")
        done = subprocess.run(
            [tool("psql"), "-X", "-q", "-h", self.address, "-p", str(self.port), "-U", "postgres", "-d", "postgres"],
            input=script, text=True, capture_output=True, env=environment, check=False)
        if done.returncode != 0:
            raise StackError(f"sql/roles.sql failed: {' '.join(done.stderr.split())}")
