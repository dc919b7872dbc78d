"""Resident memory of each daemon, and the sizes of the outboxes, over a long run at full load: texts are
posted and read, expenses looked up and listed, with all daemons up. MEMORY_S says how long (600 s)."""
import os
import pathlib
import re
import threading
import time

import plots
import rows
from figures.post_text import FIRST, TEXT
from report import row
from suite import SERVICES
from tools import http_finish, http_start, median, must_answer

PEOPLE, STORED, CONNECTIONS = 64, 10_000, 16
SLICE_S = 120   # then the tokens are renewed
SHORTEST = 300  # a shorter run does not tell whether anything grows
BOUND_MB, GROWTH, OUTBOX_GROWTH = 40, 1.1, 1.5
SIZES = " UNION ALL ".join(f"SELECT {number}, pg_total_relation_size('{schema}.outbox')"
                           for number, schema in enumerate(SERVICES.values()))


def resident_mb(pid):
    kib = int(re.search(r"^VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M).group(1))
    return kib * 1024 / 1e6


class Sampler(threading.Thread):
    """Notes every `pause` seconds what the daemons and the outboxes take."""

    def __init__(self, suite, pause):
        super().__init__(daemon=True)
        self.suite, self.pause, self.done = suite, pause, threading.Event()
        self.daemons = {service: [] for service in SERVICES}  # {service: [(seconds, MB)]}
        self.outboxes = {service: [] for service in SERVICES}
        self.began = time.monotonic()

    def sample(self):
        at = time.monotonic() - self.began
        for service, points in self.daemons.items():
            points.append((at, resident_mb(self.suite.daemon(service).pid)))
        sizes = sorted(line.split("\t") for line in self.suite.sql(SIZES).splitlines())
        for points, (_number, size) in zip(self.outboxes.values(), sizes):
            points.append((at, int(size) / 1e6))

    def run(self):
        while not self.done.wait(self.pause):
            self.sample()

    def stop(self):
        self.done.set()
        self.join()


def load(bench, seconds, ids):
    """One slice of it."""
    suite = bench.suite
    people = suite.users(PEOPLE)
    tokens = bench.directory / "memory_tokens.txt"
    tokens.write_text("\n".join(user.access_token for user in people) + "\n")
    expense, one = suite.daemon("expense"), people[0].access_token
    options = {"connections": CONNECTIONS, "seconds": seconds}
    started = [http_start(suite.daemon("deserialize"), "/messages", "{line}", method="POST", body=TEXT, lines=tokens,
                          first=next(FIRST), **options),
               http_start(expense, "/expenses/{line}", one, lines=ids, **options),
               http_start(expense, "/expenses", one, **options)]
    posted, *read = [http_finish(process) for process in started]
    must_answer(posted, 202, 503)
    return posted["accepted"], sum(must_answer(got, 200)["accepted"] for got in read)


def run(bench, seconds):
    """(sampler, texts posted, requests read)."""
    suite = bench.suite
    suite.only()
    suite.only(*SERVICES)  # as they are after their start
    suite.user("expense", "deserialize")
    person = suite.users(PEOPLE)[0]
    rows.add_expenses(suite, [person.id], STORED)
    ids = rows.write_ids(suite, person.id, bench.directory / "memory_ids.txt")
    sampler = Sampler(suite, max(0.5, seconds / 200))
    sampler.sample()
    sampler.start()
    totals = (0, 0)
    try:
        for at in range(0, seconds, SLICE_S):
            totals = [sum(pair) for pair in zip(totals, load(bench, min(SLICE_S, seconds - at), ids))]
    finally:
        sampler.stop()
    return sampler, *totals


def quarters(points):
    """(median of the second quarter, of the last one): the first is for caches to fill."""
    size = max(1, len(points) // 4)
    values = [value for _at, value in points]
    return median(values[size:2 * size] or values), median(values[-size:])


def measure(bench):
    suite, seconds = bench.suite, int(os.environ.get("MEMORY_S", "20" if bench.quick else "600"))
    with bench.watched("memory"):
        sampler, posted, read = run(bench, seconds)
    suite.only()
    suite.forget_expenses()
    suite.forget_texts()
    found = []
    for service, points in sampler.daemons.items():
        early, late = quarters(points)
        most = max(value for _at, value in points)
        found.append(row(f"memory, {service}", most, "MB at most", limit=points[0][1], limit_name="MB at its start",
                         wanted=f"<= {BOUND_MB} MB, flat",
                         met=most <= BOUND_MB and (seconds < SHORTEST or late <= GROWTH * early),
                         note=f"{early:.1f} MB in the second quarter, {late:.1f} MB in the last"))
    sums = [(points[0][0], sum(size for _at, size in points)) for points in zip(*sampler.outboxes.values())]
    early, late = quarters(sums)
    found.append(row("memory, outboxes", late, "MB in the last quarter", limit=early, limit_name="MB in the second",
                     wanted="flat", met=None if seconds < SHORTEST else late <= OUTBOX_GROWTH * early))
    found[0]["note"] += f"; {posted / seconds:.0f} texts and {read / seconds:.0f} reads a second for {seconds} s"
    found[0]["extra"] = {"plot": plots.curve("memory", "seconds", plots.panel("MB resident", sampler.daemons),
                                             plots.panel("MB of outbox", sampler.outboxes))}
    return found
