"""Looks every few seconds at what must not grow: the outboxes' tables and indexes, the daemons' memory."""
import threading
import time

import psycopg2

from stack import layout

EVERY = 5


class Series:
    """First, largest and last of what was seen."""

    def __init__(self):
        self.first = self.most = self.last = None

    def add(self, value):
        self.first = value if self.first is None else self.first
        self.most = value if self.most is None else max(self.most, value)
        self.last = value

    def as_list(self):
        return [self.first, self.most, self.last]


class Sampler:
    def __init__(self, stack):
        self.stack = stack
        self.outboxes = {schema: {"table": Series(), "indexes": Series()} for schema in layout.SERVICES.values()}
        self.memory = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._thread.join()
        self.look()

    def _run(self):
        while not self._stopping.wait(EVERY):
            self.look()

    def look(self):
        self._memory()
        try:
            self._outboxes()
        except psycopg2.Error:
            pass  # a fault is at the database

    def _outboxes(self):
        connection = psycopg2.connect(self.stack.database.admin_dsn(), connect_timeout=2,
                                      options="-c statement_timeout=2000 -c lock_timeout=500")
        try:
            with connection.cursor() as cursor:
                for schema, series in self.outboxes.items():
                    cursor.execute("SELECT pg_table_size(c), pg_indexes_size(c) FROM to_regclass(%s) AS c",
                                   (f"{schema}.outbox",))
                    table, indexes = cursor.fetchone()
                    series["table"].add(table)
                    series["indexes"].add(indexes)
        finally:
            connection.close()

    def _memory(self):
        """Of each process: a restart begins a new life, the maximum is over all of them."""
        for replica in self.stack.replicas.values():
            process = replica.process
            try:
                if process and process.uptime() > EVERY:
                    self.memory.setdefault(replica.label, Series()).add(process.resident_bytes())
            except (OSError, ValueError, IndexError):
                pass  # gone meanwhile

    def report(self):
        return {"outbox_bytes": {schema: {name: entry.as_list() for name, entry in series.items()}
                                 for schema, series in self.outboxes.items()},
                "resident_bytes": {label: series.as_list() for label, series in sorted(self.memory.items())},
                "sampled_at": time.time()}
