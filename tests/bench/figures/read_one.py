"""GET of one expense with a token, at the service, against a prepared SELECT of one row by pgbench."""
import limits
import rows
from report import at_least
from tools import http_load, median, must_answer

CONNECTIONS, ROWS = 64, 10000


def prepare(bench):
    """(token, file of ids): a person with expenses, expense-service alone beside auth-service."""
    suite = bench.suite
    suite.only("auth", "expense")
    user = suite.user("expense")
    rows.add_expenses(suite, [user.id], ROWS)
    return user.access_token, rows.write_ids(suite, user.id, bench.directory / "ids.txt")


def measure(bench):
    suite = bench.suite
    limits.select_ready(suite)
    token, ids = prepare(bench)
    suite.only("expense")
    daemon, limit, got = suite.daemon("expense"), [], []
    for _ in range(bench.runs):
        limit.append(limits.select_one(suite, bench.seconds))
        with bench.watched("read_one", daemon):
            got.append(must_answer(http_load(daemon, "/expenses/{line}", token, lines=ids, connections=CONNECTIONS,
                                             warmup=0.5, seconds=bench.seconds), 200))
    return [at_least("read_one", median([run["ok_per_second"] for run in got]), "/s", median(limit),
                     "/s pgbench -S -c 64", 0.7, runs=got, extra={"limit_runs": limit},
                     note=f"p99 {median([run['ok_ms']['p99'] for run in got]):.1f} ms")]
