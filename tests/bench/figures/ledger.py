"""What a person with a million expenses waits for, one request after the other: pages, the month, budgets, searches.
Each beside the plain statement that reads the same rows."""
import time

import rows
from report import at_most, row
from tools import median, percentile

ROWS, PAGE, DEEP, TIMES = 1_000_000, 50, 10_000, 200
# One in fifty has a note; "plumbing" stands in a tenth of these.
NOTES = """
SET session_replication_role = replica;
UPDATE expense.expense SET note = CASE WHEN amount_minor % 10 = 0 THEN 'plumbing work ' ELSE 'weekly shop ' END || id
 WHERE user_id = '{user}' AND substr(id::text, 34, 2) < '05';
"""
PLAIN_PAGE = """EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT * FROM expense.expense WHERE user_id = '{user}'
 AND deleted_at IS NULL ORDER BY occurred_at DESC, id DESC LIMIT 51"""
PLAIN_MONTH = """EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT category_id, currency, type, sum(minor)
 FROM expense.day_sum WHERE user_id = '{user}' AND day BETWEEN '2026-10-01' AND '2026-10-31' GROUP BY 1, 2, 3"""


def plain(suite, text):
    """Milliseconds inside PostgreSQL, planning included; the best of a few."""
    found = []
    for _ in range(5):
        out = suite.sql(text.replace("\n", ""))
        found.append(sum(float(line.split(":")[1].rstrip(",")) for line in out.splitlines()
                         if '"Planning Time"' in line or '"Execution Time"' in line))
    return min(found)


def timed(user, daemon, path):
    """Milliseconds of each of many requests, and the last answer."""
    taken = []
    for n in range(TIMES + 20):
        began = time.perf_counter()
        answer = user.http.get(f"{daemon.url}/api/v1{path}", timeout=30)
        if n >= 20:
            taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:200]}")
    return taken, answer.json()


def deep_cursor(user, daemon):
    """Of the page behind 10 000 of them."""
    cursor = ""
    for _ in range(PAGE * DEEP // 200):
        path = f"{daemon.url}/api/v1/expenses?category=bench+1&limit=200{cursor}"
        page = user.http.get(path, timeout=30).json()["page"]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    return cursor


def measure(bench):
    suite = bench.suite
    suite.only("auth", "expense")
    suite.forget_expenses()
    user = suite.user("expense")
    rows.add_expenses(suite, [user.id], ROWS)
    suite.sql(NOTES.format(user=user.id))
    suite.daemon("expense").run("verify", "--repair")
    suite.sql("VACUUM ANALYZE")
    daemon = suite.daemon("expense")
    made = user.http.post(f"{daemon.url}/api/v1/budgets", json={
        "name": "all", "amount": {"amount": "1000.00", "currency": "INR"}, "starts_on": "2026-10-01"}, timeout=10)
    if made.status_code != 201:
        raise RuntimeError(made.text)
    first, _ = timed(user, daemon, f"/expenses?category=bench+1&limit={PAGE}")
    deep, _ = timed(user, daemon, f"/expenses?category=bench+1&limit={PAGE}{deep_cursor(user, daemon)}")
    month, _ = timed(user, daemon, "/summaries?group_by=category&from=2026-10-01&to=2026-10-31")
    budgets, _ = timed(user, daemon, "/budgets")
    typo, found = timed(user, daemon, f"/expenses?q=plumbign&limit={PAGE}")
    if len(found["data"]) != PAGE:
        raise RuntimeError(f"{len(found['data'])} found")
    nothing, found = timed(user, daemon, f"/expenses?q=xylophone&limit={PAGE}")
    if found["data"]:
        raise RuntimeError("found what is not there")
    page_limit, month_limit = (plain(suite, text.format(user=user.id)) for text in (PLAIN_PAGE, PLAIN_MONTH))

    def page(name, values, share, bound, **more):
        return at_most(name, percentile(values, share), "ms", bound, note=f"median {median(values):.1f} ms", **more)

    against = {"limit": page_limit, "limit_name": "ms plain SELECT"}
    return [page("ledger list, a filter, first page p99", first, 0.99, 10, **against),
            page("ledger list, a filter, 10 000th page p99", deep, 0.99, 10, **against),
            row("ledger list, 10 000th page against the first", median(deep) / median(first), "x", wanted="<= 1.2 x",
                met=median(deep) <= 1.2 * median(first)),
            at_most("ledger month by category", median(month), "ms", 5, limit=month_limit, limit_name="ms plain SELECT",
                    note=f"p95 {percentile(month, 0.95):.1f} ms"),
            at_most("ledger budgets", median(budgets), "ms", 5, note=f"p95 {percentile(budgets, 0.95):.1f} ms"),
            page("ledger search, mistyped p95", typo, 0.95, 50),
            page("ledger search, nothing found p95", nothing, 0.95, 50)]
