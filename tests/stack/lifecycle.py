"""A whole stack: what starts in which order, what is repaired, how it stops."""
import concurrent.futures
import contextlib
import shutil
import subprocess
import sys

from . import layout
from .broker import Broker
from .daemons import Replica
from .database import Database
from .errors import StackError
from .mail import MailSink
from .proxy import Gateway
from .state import State

PARTS = ("database", "broker", "mail", "daemons", "gateway")


def quiet(_line):
    """A `say` for callers that want no progress lines."""


def to_stdout(line):
    print(line, flush=True)
    sys.stdout.flush()


class Stack:
    """A stack by name.

    mode      release | asan: which binaries the daemons are
    ports     {part: port} instead of those chosen by layout.choose_ports()
    env       further environment of daemons: {service: {NAME: value}}, service "" for all of them, or the
              label of a replica (expense-service-2) for it alone
    settings  further postgresql.conf settings
    say       receives a line for every step
    """

    def __init__(self, name="dev", mode=None, ports=None, env=None, settings=None, say=quiet):
        self.name, self.say = name, say
        self.state = State(name)
        self.extra_environment = env or {}
        self._mode, self._ports = mode, ports
        self.database = Database(self.state, settings)
        self.broker = Broker(self.state)
        self.mail = MailSink(self.state)
        self.gateway = Gateway(self.state)
        self.replicas = {(service, number): Replica(self, service, number)
                         for service in layout.SERVICES for number in (1, 2)}
        self.database_proxies = {}  # {label of a replica: (address, port)} where it finds the database
        self._settle()

    def _settle(self):
        """Mode and ports: as asked for, else as before. Ports stay while anything runs on them."""
        self.state.values["mode"] = self._mode or self.state.values["mode"] or "release"
        # A part that the stack did not have when it was last started has no port among those kept.
        new = set(layout.DEV_PORTS) - set(self.state.values["ports"] or ())
        if new and self.state.values["ports"]:
            base = self.state.values["ports"]["gateway"]
            known = layout.DEV_PORTS if self.name == "dev" else layout.slot_ports((base - layout.SLOT_BASE)
                                                                                  // layout.SLOT_SIZE)
            self.state.values["ports"].update({part: known[part] for part in new})
        if not self.running():
            self.state.values["ports"] = self._ports or self._known_ports()

    @contextlib.contextmanager
    def _locked(self):
        with self.state.locked():
            self._settle()
            yield

    def _known_ports(self):
        """Ports of the last time if they are still free, so that a stopped stack comes back where it was."""
        known = self.state.values["ports"]
        if self.name != "dev" and known and all(
                layout.is_free(address, port) for port in known.values() for address in layout.ADDRESSES):
            return known
        return layout.choose_ports(self.name)

    # Access -----------------------------------------------------------------------------------------
    @property
    def url(self):
        """The gateway's URL."""
        return self.gateway.url

    @property
    def admin_dsn(self):
        """Connection URI of the database's superuser."""
        return self.database.admin_dsn()

    def spare_port(self, number):
        """A port of this stack's block that no part uses, for what a test puts beside it."""
        return self.state.values["ports"]["gateway"] + len(layout.DEV_PORTS) + number

    def replica(self, service, number=1):
        return self.replicas[service, number]

    def parts(self):
        """Every part with its process, in the order of starting."""
        return [self.database, self.broker, self.mail, *self.replicas.values(), self.gateway]

    def selected(self, names):
        groups = {"database": [self.database], "broker": [self.broker], "mail": [self.mail],
                  "daemons": list(self.replicas.values()), "gateway": [self.gateway]}
        return [part for name in PARTS if name in names for part in groups[name]]

    def running(self):
        return [part for part in self.parts() if part.alive()]

    # Start ------------------------------------------------------------------------------------------
    def start(self, only=PARTS, fresh=False):
        """Start what does not run; with `fresh` from empty data. Returns whether anything had to be done."""
        with self._locked():
            if fresh:
                self._stop()
                self._wipe()
                self.state.load()
                self._settle()
            outdated = self._drop_outdated(only)
            if not outdated and all(part.alive() and part.ready() for part in self.selected(only)):
                return False
            self._check(only)
            self.state.save()
            self._start_stores(only)
            if "mail" in only:
                self._start(self.mail)
            if "daemons" in only:
                self._start_daemons()
            if "gateway" in only:
                self._start(self.gateway)
            return True

    def _drop_outdated(self, only):
        """Stop what runs an old program or an old kong.yml, so that it is started anew."""
        outdated = [part for part in self.selected(only) if isinstance(part, (Replica, Gateway)) and part.outdated()]
        for part in outdated:
            self.say(f"{part.label} runs an old build or configuration, restarting it")
            part.stop()
        return outdated

    def _check(self, only):
        """Everything that can be known to be wrong before the first process starts."""
        for part in self.selected(only):
            if not part.alive():
                part.check_port()
            if isinstance(part, Replica) and not part.program.exists():
                mode = self.state.values["mode"]
                raise StackError(f"{part.program} is missing", f"build it: make MODE={mode} all")

    def _start(self, part):
        took = part.start()
        if took:
            self.say(f"{part.label} on {part.address}:{part.port} … ready in {took:.1f} s")

    def _start_stores(self, only):
        """Database and broker at the same time: the one waits for the disk while the other needs a core."""
        with concurrent.futures.ThreadPoolExecutor() as pool:
            jobs = [pool.submit(job) for name, job in (("database", self._start_database),
                                                       ("broker", lambda: self._start(self.broker))) if name in only]
        for job in jobs:
            job.result()

    def _start_database(self):
        self._start(self.database)
        self.database.create_roles()

    def _start_daemons(self):
        missing = [replica for replica in self.replicas.values() if not (replica.alive() and replica.ready())]
        for replica in missing:
            if replica.number == 1 or self.replicas[replica.service, 1] not in missing:
                replica.migrate()
        for replica in missing:
            if not replica.alive():
                replica.launch()
        for replica in missing:
            replica.wait_ready()
            self.say(f"{replica.label} on {replica.address}:{replica.port} … ready")

    # Stop -------------------------------------------------------------------------------------------
    def stop(self, wipe=False):
        """Stop everything that runs, in reverse; with `wipe` remove the data too. Returns the labels of
        the parts that had to be killed because they did not stop when asked."""
        with self._locked():
            killed = self._stop()
            if wipe:
                self._wipe()
            return killed

    def _stop(self):
        killed = []
        for group in ([self.gateway], list(self.replicas.values()), [self.mail, self.broker, self.database]):
            running = [part for part in group if part.alive()]
            for part in running:
                self.say(f"stopping {part.label} (pid {part.pid})")
            with concurrent.futures.ThreadPoolExecutor(max_workers=len(group)) as pool:
                clean = pool.map(lambda part: part.stop(), running)
                killed += [part.label for part, stopped in zip(running, clean) if not stopped]
        self.state.values["processes"].clear()
        if self.state.file.exists():
            self.state.save()
        for label in killed:
            self.say(f"{label} did not stop when asked and was killed")
        return killed

    def _wipe(self):
        self.database.wipe()
        self.broker.wipe()
        for name in ("log", "env", "mail"):
            shutil.rmtree(self.state.directory / name, ignore_errors=True)
        for name in ("state.json", "secrets.json", "haproxy.cfg"):
            (self.state.directory / name).unlink(missing_ok=True)

    def database_tool(self, name, *arguments, **options):
        """Run psql, pgbench, … as superuser on this stack's database; returns the finished process."""
        from .database import tool
        environment = dict(self.database.environment(), PGPASSWORD=self.state.secret("postgres"),
                           PGHOST=self.database.address, PGPORT=str(self.database.port), PGUSER="postgres",
                           PGDATABASE=layout.DATABASE)
        return subprocess.run([tool(name), *arguments], env=environment, text=True, capture_output=True, check=False,
                              **options)
