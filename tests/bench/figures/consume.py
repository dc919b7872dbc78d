"""expense-service alone applies a backlog of transaction.parsed.v1 (row and event), against set-based
inserts of the same rows into the same table alone."""
import time

import progress
import rows
import texts
from report import at_least
from tools import kafka_produce, median

TOPIC, PEOPLE, BATCH = "transaction.parsed.v1", 500, 500
KEEP = "CREATE SCHEMA IF NOT EXISTS bench; DROP TABLE IF EXISTS bench.kept; CREATE UNLOGGED TABLE bench.kept AS " \
       "SELECT row_number() OVER (ORDER BY id) AS nth, e AS kept FROM expense.expense e; " \
       "CREATE INDEX ON bench.kept (nth); ANALYZE bench.kept;"
INSERT = f"""
DO $$ BEGIN
    FOR lowest IN 1 .. (SELECT count(*) FROM bench.kept) BY {BATCH} LOOP
        INSERT INTO expense.expense SELECT (unnest(array_agg(kept))).* FROM bench.kept
        WHERE nth BETWEEN lowest AND lowest + {BATCH - 1};
        COMMIT;
    END LOOP;
END $$;
"""


def apply_backlog(bench, count):
    """Records a second, from the first that were applied to the last; the daemon's start is not in it."""
    suite, daemon = bench.suite, bench.suite.daemon("expense")
    path = bench.directory / "parsed.tsv"
    suite.only()
    suite.forget_expenses()
    texts.write_records(path, texts.parsed, rows.new_users(PEOPLE), count)
    kafka_produce(suite, TOPIC, path)
    read = progress.applied(suite, "expense", TOPIC)
    wanted = sum(suite.kafka().end_offsets(TOPIC).values())
    daemon.launch()
    with bench.watched("consume", daemon):
        rate, value = progress.rate(read, wanted)
    stored = suite.number("SELECT count(*) FROM expense.expense")
    if value < wanted or stored < count:
        raise RuntimeError(f"{value:.0f} of {wanted} records applied, {stored:.0f} of {count} expenses")
    return rate


def insert_alone(suite, count):
    suite.only()
    suite.sql(KEEP)
    suite.forget_expenses()
    began = time.monotonic()
    suite.sql(INSERT)
    return count / (time.monotonic() - began)


def measure(bench):
    suite, count = bench.suite, 20_000 if bench.quick else 100_000
    limit, got = [], []
    for _ in range(bench.runs):
        got.append(apply_backlog(bench, count))
        limit.append(insert_alone(suite, count))
    suite.forget_expenses()
    suite.sql("DROP TABLE bench.kept")
    return [at_least("consume", median(got), "/s", median(limit), f"rows/s unnest of {BATCH} alone", 0.35, runs=got,
                     extra={"limit_runs": limit}, note=f"{count} events of {PEOPLE} people, one replica")]
