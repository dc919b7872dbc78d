"""Texts accepted in batches of 100, against set-based inserts (unnest of 200 rows) by pgbench."""
import limits
from figures.post_text import BATCH, TEXT, accept, clear, ready
from report import at_least
from tools import median, must_answer

CONNECTIONS = 16


def measure(bench):
    suite, limit, got = bench.suite, [], []
    many, _one = ready(bench)
    body = '{"messages":[' + ",".join([TEXT] * BATCH) + "]}"
    for _ in range(bench.runs):
        limit.append(limits.insert_many(suite, bench.seconds))
        with bench.watched("post_batch", suite.daemon("deserialize")):
            got.append(must_answer(accept(bench, many, body, "/messages/batch", connections=CONNECTIONS), 207))
        clear(suite)
    rate = BATCH * median([run["ok_per_second"] for run in got])
    return [at_least("post_batch", rate, "texts/s", median(limit), "rows/s unnest", 0.3, runs=got,
                     extra={"limit_runs": limit})]
