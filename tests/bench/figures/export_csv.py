"""Rows a second of a ledger of a million rows as a CSV file, beside COPY of the same columns; and the memory that
the daemon takes for it."""
import subprocess
import threading
import time

import rows
from figures.memory import resident_mb
from report import at_most, row
from tools import median

ROWS, WANTED, GROWTH_MB = 1_000_000, 300_000, 40
COPY = """\\copy (SELECT e.id, e.occurred_at, e.type, e.direction, e.amount_minor, e.currency, m.name, c.name, a.name,
 a.last4, e.note, e.tags, e.status, e.source FROM expense.expense e
 LEFT JOIN expense.merchant m ON m.user_id = e.user_id AND m.id = e.merchant_id
 LEFT JOIN expense.category c ON c.user_id = e.user_id AND c.id = e.category_id
 LEFT JOIN expense.account a ON a.user_id = e.user_id AND a.id = e.account_id
 WHERE e.user_id = '{user}' AND e.deleted_at IS NULL) TO '/dev/null' (FORMAT csv)"""


class Peak(threading.Thread):
    """The most memory that the daemon had."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.first, self.most, self.done = pid, resident_mb(pid), 0, threading.Event()

    def run(self):
        while not self.done.wait(0.05):
            self.most = max(self.most, resident_mb(self.pid))


def download(daemon, token):
    """Rows a second. curl counts the lines outside of this program."""
    began = time.monotonic()
    command = f"curl -sSf -H @- '{daemon.url}/api/v1/expenses/export.csv' | wc -l"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], input=f"Authorization: Bearer {token}", text=True,
                          capture_output=True, check=True, timeout=120)
    taken = time.monotonic() - began
    if int(done.stdout) != ROWS + 1:
        raise RuntimeError(f"{done.stdout.strip()} lines of {ROWS + 1}")
    return ROWS / taken


def copy(suite, user):
    began = time.monotonic()
    suite.sql(COPY.format(user=user).replace("\n", ""))
    return ROWS / (time.monotonic() - began)


def measure(bench):
    suite = bench.suite
    suite.only("auth", "expense")
    user = suite.user("expense")
    rows.add_expenses(suite, [user.id], ROWS)
    suite.only("expense")
    daemon = suite.daemon("expense")
    copied, sent = [], []
    copy(suite, user.id)
    peak = Peak(daemon.pid)
    peak.start()
    for _ in range(max(bench.runs, 3)):
        copied.append(copy(suite, user.id))
        sent.append(download(daemon, user.access_token))
    peak.done.set()
    peak.join()
    rate = median(sent)
    return [row("export_csv", rate, "rows/s", limit=median(copied), limit_name="COPY", wanted=f">= {WANTED} rows/s",
                met=rate >= WANTED),
            at_most("export_csv memory", peak.most - peak.first, "MB more", GROWTH_MB)]
