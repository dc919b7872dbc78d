"""The stack under measurement: one replica of each daemon, on loopback, from empty data, release build."""
import contextlib
import pathlib
import sys
import time

import psycopg2
import requests

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "tests" / "e2e")]
from person import User, eventually  # noqa: E402
from stack import SERVICES, Stack  # noqa: E402
from stack.kafka_client import KafkaClient  # noqa: E402

# As a machine of this size would be set up; the rest is PostgreSQL's default, fsync on.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min"}
# A path of each service that only needs a valid token.
PROBES = {"user": "/users/me", "expense": "/categories", "deserialize": "/messages"}
# Where a load of texts leaves work: (service, topic that it consumes).
CONSUMED = (("deserialize", "message.received.v1"), ("expense", "transaction.parsed.v1"), ("deserialize", "expense.v1"))
OFFSETS = """
TRUNCATE {schema}.outbox;
INSERT INTO {schema}.inbox_offset (topic, partition, next_offset) VALUES {values}
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset;
"""


class Suite:
    """Brings daemons up and down as a figure needs them."""

    def __init__(self, name, say):
        self.stack = Stack(name, mode="release", settings=SETTINGS, say=say)
        self._connection = None
        self.known = []  # people who signed up, in that order

    def start(self):
        self.stack.start(only=("database", "broker"), fresh=True)
        for service in SERVICES:
            self.daemon(service).migrate()
        self.only(*SERVICES)  # topics and the first signing key are made, without which nobody gets ready

    def stop(self):
        self.stack.stop(wipe=True)

    def daemon(self, service):
        return self.stack.replica(service, 1)

    def only(self, *services):
        """Exactly these daemons run, all ready, started at the same time."""
        for service in SERVICES:
            if service not in services:
                self.daemon(service).stop()
        started = [self.daemon(service) for service in services if not self.daemon(service).alive()]
        for daemon in started:
            daemon.launch()
        for service in services:
            self.daemon(service).wait_ready()

    def user(self, *services):
        """A new person whose token these services accept; auth-service has to run."""
        user = User(self.daemon("auth").url)
        for service in services:
            url = f"{self.daemon(service).url}/api/v1{PROBES[service]}"
            eventually(lambda where=url: user.http.get(where, timeout=10).status_code == 200)
        return user

    def users(self, count):
        """The same people each time, with tokens as good as new; auth-service has to run."""
        for user in self.known[:count]:
            answer = user.post("/auth/token/refresh", {"refresh_token": user.refresh_token})
            user.take(answer.json())
        while len(self.known) < count:
            self.known.append(User(self.daemon("auth").url))
        return self.known[:count]

    def kafka(self):
        return KafkaClient(self.stack.broker.bootstrap)

    # Database ---------------------------------------------------------------------------------------
    def sql(self, text, timeout=1800):
        """Run SQL as superuser; the rows as text, columns separated by tabs."""
        done = self.stack.database_tool("psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
                                        input=text, timeout=timeout)
        if done.returncode != 0:
            raise RuntimeError(f"SQL failed: {done.stderr.strip()[-400:]}")
        return done.stdout.strip()

    def forget_expenses(self):
        """All entries and whatever hangs on them; those of sums and changes have no key that would take them along."""
        self.sql("TRUNCATE expense.expense, expense.expense_change, expense.day_sum, expense.budget_due CASCADE")

    def forget_texts(self):
        self.sql("TRUNCATE deserialize.message, deserialize.attempt CASCADE")

    def number(self, text):
        """The one number of a query, over a connection that stays: for asking often."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg2.connect(self.stack.admin_dsn)
            self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute(text)
            return float(cursor.fetchone()[0] or 0)

    @staticmethod
    def schema(service):
        return SERVICES[service]

    def settle(self):
        """Leave no debts of one figure to the next: nothing to consume or to send, vacuum, then a checkpoint."""
        self.only()
        kafka = self.kafka()
        for service, topic in CONSUMED:
            ends = [f"('{topic}', {partition}, {end})" for partition, end in kafka.end_offsets(topic).items()]
            self.sql(OFFSETS.format(schema=self.schema(service), values=", ".join(ends)))
        self.sql("VACUUM (ANALYZE);\nCHECKPOINT;")

    def wait_quiet(self, seconds=120):
        """Until nothing is on its way any more: every outbox empty for a while."""
        empty = " + ".join(f"(SELECT count(*) FROM {schema}.outbox)" for schema in SERVICES.values())
        calm, end = 0, time.monotonic() + seconds
        while calm < 5 and time.monotonic() < end:
            calm = calm + 1 if self.number(f"SELECT {empty}") == 0 else 0
            time.sleep(0.2)

    # Metrics ----------------------------------------------------------------------------------------
    def metric(self, service, name):
        """The sum of a metric's samples at /metrics."""
        text = requests.get(f"{self.daemon(service).url}/metrics", timeout=5).text
        lines = (line for line in text.splitlines() if line.startswith((name + " ", name + "{")))
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


@contextlib.contextmanager
def closing(suite):
    """Start, and stop whatever happens."""
    try:
        suite.start()
        yield suite
    finally:
        suite.stop()
