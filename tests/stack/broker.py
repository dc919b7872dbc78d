"""Apache Kafka of a stack: one node, broker and controller in one process (KRaft), on loopback."""
import base64
import os
import secrets
import shutil
import subprocess

from . import layout, ports, wait
from .errors import StackError
from .part import Part
from .process import last_lines

JARS = layout.CACHE / "kafka"
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{address}:{controller}
listeners={listeners},CONTROLLER://{address}:{controller}
advertised.listeners={advertised}
listener.security.protocol.map=CLIENT:PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
log.dirs={logs}
auto.create.topics.enable=false
# One node: what Kafka keeps for itself cannot have copies, and 50 partitions of it only cost start time.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
# Waiting 3 s for further group members at every first join helps nobody here.
group.initial.rebalance.delay.ms=0
# A broker that was killed may come back only when the session of its former self is over.
broker.session.timeout.ms=5000
broker.heartbeat.interval.ms=1000
# Tests send records far over what a consumer accepts; they must reach it.
message.max.bytes=16777216
log.segment.bytes=67108864
"""


class Broker(Part):
    ready_timeout = 90
    stop_timeout = 30

    def __init__(self, state):
        super().__init__(state, "kafka", "kafka")
        self.directory = state.directory / "kafka"
        self.proxy = None   # (address, port) that clients are told to come to instead
        self.direct = None  # port of a second listener, past the proxy, for whoever tests

    @property
    def controller(self):
        return self.state.values["ports"]["controller"]

    @property
    def bootstrap(self):
        """Where the daemons go."""
        address, port = self.proxy or (self.address, self.port)
        return f"{address}:{port}"

    @property
    def direct_bootstrap(self):
        """Where tests go: the same as the daemons unless there is a way past the proxy."""
        return f"{self.address}:{self.direct}" if self.direct else self.bootstrap

    def _listeners(self):
        own = {"CLIENT": f"{self.address}:{self.port}"}
        told = {"CLIENT": self.bootstrap}
        if self.direct:
            own["DIRECT"] = told["DIRECT"] = self.direct_bootstrap
        return tuple(",".join(f"{name}://{place}" for name, place in places.items()) for places in (own, told))

    def check_port(self):
        super().check_port()
        ports.require_free(self.controller, [self.address], "Kafka's controller")

    def prepare(self):
        if not any(JARS.glob("kafka_*.jar")):
            raise StackError(f"Apache Kafka is not in {JARS}", "run tests/stack/install")
        layout.make_directory(self.directory)
        logs = self.directory / "logs"
        listeners, advertised = self._listeners()
        (self.directory / "server.properties").write_text(PROPERTIES.format(
            address=self.address, listeners=listeners, advertised=advertised, controller=self.controller, logs=logs))
        if not (logs / "meta.properties").exists():
            self._format(logs)

    def _format(self, logs):
        shutil.rmtree(logs, ignore_errors=True)
        cluster = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        if cluster.startswith("-"):
            cluster = "A" + cluster[1:]  # or it would be read as an option
        with open(self.log, "ab") as out:
            done = subprocess.run(
                [*self._java("64m"), "kafka.tools.StorageTool", "format", "--cluster-id", cluster,
                 "--config", self.directory / "server.properties"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.environment(), check=False)
        if done.returncode != 0:
            shutil.rmtree(logs, ignore_errors=True)
            raise StackError(f"Kafka's storage could not be formatted: {last_lines(self.log)}", f"see {self.log}")

    def _java(self, heap):
        java = shutil.which("java")
        if not java:
            raise StackError("java is missing", "run tests/stack/install")
        # Few cores and a short life: the serial collector and a small heap start faster.
        return [java, f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto",
                "-Djava.awt.headless=true", "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "-Dorg.slf4j.simpleLogger.log.kafka.log=warn", "-cp", f"{JARS}/*"]

    def command(self):
        return [*self._java("512m"), "kafka.Kafka", self.directory / "server.properties"]

    def environment(self):
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def ready(self):
        # It answers metadata requests from the moment the client listener opens.
        return wait.accepts(self.address, self.port)

    def wipe(self):
        shutil.rmtree(self.directory, ignore_errors=True)
