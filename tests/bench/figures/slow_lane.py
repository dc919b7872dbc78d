"""p99 of GET of one expense while slow requests fill the worker lane of the same daemon, against the same
without them. Slow in two ways: they wait for a lock, which shows what the lane itself costs the readers,
and they compute, which adds that their backends take the cores from everybody."""
import contextlib
import time

import psycopg2

import rows
from report import row
from tools import http_load, http_start, median, must_answer

CONNECTIONS, ROWS, WANTED = 64, 200_000, 2
SLOW = {"connections": 400, "rate": 200, "seconds": 600}  # four run, 256 wait, the others are answered 503
FILL_S = 15


@contextlib.contextmanager
def waiting(bench, user, ids):
    """Deletions that all wait for the row of their owner, which is locked."""
    connection = psycopg2.connect(bench.suite.stack.admin_dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM expense.owner WHERE user_id = %s FOR UPDATE", (user.id,))
        with slow(bench.suite, "/expenses/{line}", user, method="DELETE", lines=ids, headers=['If-Match: "1"']):
            yield
    finally:
        connection.close()


@contextlib.contextmanager
def computing(bench, user, _ids):
    """Sums over all rows of a person who has many."""
    with slow(bench.suite, "/summaries?group_by=month,category", user):
        yield


@contextlib.contextmanager
def slow(suite, path, user, **options):
    """The lane is full of such requests; the daemon is a new one afterwards."""
    daemon = suite.daemon("expense")
    process = http_start(daemon, path, user.access_token, **SLOW, **options)
    try:
        fill(suite)
        before = refused(suite)
        yield
        if refused(suite) == before:
            raise RuntimeError("the worker lane did not stay full")
    finally:
        process.kill()
        process.communicate()
        daemon.kill()
        daemon.start()


def refused(suite):
    return suite.metric("expense", "http_shed_total")


def fill(suite):
    before, end = refused(suite), time.monotonic() + FILL_S
    while refused(suite) == before:
        if time.monotonic() > end:
            raise RuntimeError(f"the worker lane is not full after {FILL_S} s")
        time.sleep(0.1)


def prepare(bench):
    """(person with many expenses, file of their ids)."""
    suite = bench.suite
    suite.only("auth", "expense")
    user = suite.user("expense")
    rows.add_expenses(suite, [user.id], ROWS)
    suite.only("expense")
    return user, rows.write_ids(suite, user.id, bench.directory / "slow_ids.txt")


def read(bench, user, ids):
    return must_answer(http_load(bench.suite.daemon("expense"), "/expenses/{line}", user.access_token, lines=ids,
                                 connections=CONNECTIONS, warmup=0.5, seconds=bench.seconds), 200)


def measure(bench):
    user, ids = prepare(bench)
    alone, cases = [], {"slow_lane": waiting, "slow_lane, computing": computing}
    got = {name: [] for name in cases}
    for _ in range(bench.runs):
        alone.append(read(bench, user, ids))
        for name, fill_lane in cases.items():
            with fill_lane(bench, user, ids), bench.watched(name):
                got[name].append(read(bench, user, ids))
    return [compare(name, alone, runs) for name, runs in got.items()]


def compare(name, alone, runs):
    limit, measured = (median([run["ok_ms"]["p99"] for run in some]) for some in (alone, runs))
    rates = [median([run["ok_per_second"] for run in some]) for some in (alone, runs)]
    return row(name, measured, "ms p99", limit=limit, limit_name="ms p99, lane idle", wanted=f"<= {WANTED} x",
               met=measured <= WANTED * limit, runs=runs, extra={"limit_runs": alone},
               note="{1:.0f} reads/s beside a full lane, {0:.0f} without".format(*rates))
