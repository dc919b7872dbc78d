"""Work on a whole ledger in the background: a file entered, a rule applied to all there is. Beside what PostgreSQL
takes for the same rows alone: inserted into a table without an index, updated in one with all of them. And what
other people notice of the rule: p99 of their reads beside it, against without."""
import random
import time

import rows
from report import row
from tools import http_finish, http_load, http_start, median, must_answer

IMPORTED, RULED, QUICK = 100_000, 200_000, 20_000
WANTED_IMPORT, WANTED_RULE = 50_000, 16_667  # rows a second: of a million in 60 s
WANTED_BESIDE, READS = 2, {"connections": 16, "rate": 500, "warmup": 0.5}
TWIN = """DROP TABLE IF EXISTS expense.bench_twin; CREATE TABLE expense.bench_twin (LIKE expense.expense {what});
INSERT INTO expense.bench_twin SELECT * FROM expense.expense WHERE user_id = '{user}' LIMIT {count};"""


def file_of(count):
    random.seed(7)
    lines = ["date,amount,merchant,currency,note"]
    lines += [f"20{10 + n % 16}-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02},"
              f"-{random.randint(100, 999999) / 100:.2f},Shop {n % 500},INR,n{n}" for n in range(count)]
    return "\n".join(lines).encode()


def waited(user, url, done):
    """Seconds until the job at url has that state."""
    began = time.monotonic()
    while True:
        body = user.http.get(url, timeout=30).json()
        if body.get("status", body.get("state")) == done:
            return time.monotonic() - began
        if time.monotonic() - began > 500:
            raise RuntimeError(str(body)[:300])
        time.sleep(0.1)


def enter_file(user, daemon, count):
    """Rows a second from start to done."""
    api = f"{daemon.url}/api/v1"
    made = user.http.post(f"{api}/expenses/import", data=file_of(count), timeout=60,
                          headers={"Content-Type": "text/csv"})
    if made.status_code != 201:
        raise RuntimeError(made.text[:300])
    began = time.monotonic()
    user.http.post(f"{api}/imports/{made.json()['id']}/start", timeout=30)
    waited(user, f"{api}/imports/{made.json()['id']}", "done")
    return count / (time.monotonic() - began)


def begin_rule(user, daemon):
    """(path of the job, when it began)."""
    api = f"{daemon.url}/api/v1"
    category = user.http.get(f"{api}/categories", timeout=30).json()["data"][0]["id"]
    rule = user.http.post(f"{api}/rules", timeout=30, json={
        "name": "all", "conditions": {"field": "merchant", "contains": "bench"},
        "actions": {"category": {"id": category}, "add_tags": ["bench"]}})
    began = time.monotonic()
    job = user.http.post(f"{api}/rules/{rule.json()['id']}/apply", timeout=30)
    if job.status_code != 202:
        raise RuntimeError(job.text[:300])
    return f"{api}/rule-jobs/{job.json()['id']}", began


def apply_rule(bench, user, other, count):
    """(rows a second, p99 in ms of another person's reads without the rule, the same beside it)."""
    daemon = bench.suite.daemon("expense")
    ids = rows.write_ids(bench.suite, other.id, bench.directory / "other_ids.txt")
    reads = {"path": "/expenses/{line}", "token": other.access_token, "lines": ids, "seconds": bench.seconds, **READS}
    alone = must_answer(http_load(daemon, **reads), 200)
    job, began = begin_rule(user, daemon)
    process = http_start(daemon, **reads)
    beside = must_answer(http_finish(process), 200)
    waited(user, job, "done")
    return count / (time.monotonic() - began), alone["ok_ms"]["p99"], beside["ok_ms"]["p99"]


def plain(suite, user, count):
    """(rows a second of an INSERT and of an UPDATE, each alone)."""
    suite.sql(TWIN.format(what="", user=user.id, count=count))
    began = time.monotonic()
    suite.sql("BEGIN; CREATE TABLE expense.bench_copy (LIKE expense.expense);"
              "INSERT INTO expense.bench_copy SELECT * FROM expense.bench_twin; ROLLBACK;")
    copied = count / (time.monotonic() - began)
    suite.sql(TWIN.format(what="INCLUDING ALL", user=user.id, count=count))
    began = time.monotonic()
    suite.sql("UPDATE expense.bench_twin SET tags = '[\"bench\"]', version = version + 1;")
    updated = count / (time.monotonic() - began)
    suite.sql("DROP TABLE expense.bench_twin;")
    return copied, updated


def measure(bench):
    suite = bench.suite
    suite.only("auth", "expense")
    suite.forget_expenses()
    ruled, entered, other = (suite.user("expense") for _ in range(3))
    imported, applied = (QUICK, QUICK) if bench.quick else (IMPORTED, RULED)
    rows.add_expenses(suite, [ruled.id], applied)
    rows.add_expenses(suite, [other.id], QUICK)
    daemon = suite.daemon("expense")
    with bench.watched("ledger_work", daemon):
        rate_import = enter_file(entered, daemon, imported)
        rate_rule, alone, beside = apply_rule(bench, ruled, other, applied)
    limits = [plain(suite, ruled, applied) for _ in range(2)]
    return [row("import of a CSV file", rate_import, "rows/s", limit=median([each[0] for each in limits]),
                limit_name="rows/s inserted alone", wanted=f">= {WANTED_IMPORT} rows/s",
                met=rate_import >= WANTED_IMPORT),
            row("a rule applied to what there is", rate_rule, "/s", limit=median([each[1] for each in limits]),
                limit_name="/s updated alone", wanted=f">= {WANTED_RULE}/s", met=rate_rule >= WANTED_RULE),
            row("reads of others beside the rule", beside, "ms p99", limit=alone, limit_name="ms p99 without it",
                wanted=f"<= {WANTED_BESIDE} x", met=beside <= WANTED_BESIDE * alone)]
