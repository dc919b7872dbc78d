"""A backup of texts sent through POST /uploads as one CSV file, until each is a committed expense: deserialize-
and expense-service, broker and database together on this machine; beside inserting as many texts alone. And how
much the daemons' memory grows meanwhile."""
import subprocess
import time

import progress
import texts
from figures.export_csv import Peak
from limits import insert_many
from report import at_most, row

WANTED, GROWTH_MB, SETTLED = 5_000, 40, 10_000
DAEMONS = ("user", "deserialize", "expense")


def write_backup(path, first, count):
    with open(path, "w", encoding="utf-8") as out:
        out.write("sender,body,received_at\r\n")
        for number in range(first, first + count):
            out.write(f'VM-{texts.BANKS[number % len(texts.BANKS)]},"{texts.body(number)}",'
                      f"2026-11-{1 + number % 21:02}T{number // 60 % 24:02}:{number % 60:02}:00Z\r\n")
    return path


def send(daemon, user, path):
    done = subprocess.run(["curl", "-sSf", "-H", "@-", "-H", "Content-Type: text/csv", "-T", str(path), "-X", "POST",
                           f"{daemon.url}/api/v1/uploads"], input=f"Authorization: Bearer {user.access_token}",
                          text=True, capture_output=True, timeout=900)
    if done.returncode != 0:
        raise RuntimeError(f"upload: {done.stderr.strip()}")


def run_once(suite, user, path, count):
    """Texts a second from the first byte that is sent to the last expense."""
    def expenses():
        return suite.number(f"SELECT coalesce(sum(total), 0) FROM {counts} WHERE user_id = '{user.id}'")
    counts = "(SELECT user_id, count(*) AS total FROM expense.expense GROUP BY user_id) AS counted"
    before = expenses()
    began = time.monotonic()
    send(suite.daemon("deserialize"), user, path)
    done, stored = progress.wait(expenses, before + count, timeout=900)
    if stored < before + count:
        raise RuntimeError(f"{stored - before:.0f} expenses of {count} texts")
    return count / (done - began)


def measure(bench):
    suite, count = bench.suite, 20_000 if bench.quick else 1_000_000
    suite.only("auth", *DAEMONS)
    user = suite.user(*DAEMONS)
    suite.only(*DAEMONS)
    # What caches and pools take is there before the watch begins.
    run_once(suite, user, write_backup(bench.directory / "first.csv", 0, SETTLED), SETTLED)
    path = write_backup(bench.directory / "backup.csv", SETTLED, count)
    peaks = {service: Peak(suite.daemon(service).pid) for service in DAEMONS[1:]}
    for peak in peaks.values():
        peak.start()
    with bench.watched("upload", *(suite.daemon(service) for service in peaks)):
        rate = run_once(suite, user, path, count)
    for peak in peaks.values():
        peak.done.set()
        peak.join()
    suite.only()
    limit = insert_many(suite, bench.seconds)
    suite.forget_expenses()
    suite.forget_texts()
    return [row("upload", rate, "texts/s", limit=limit, limit_name="rows/s unnest of 200 alone",
                wanted=f">= {WANTED}/s", met=rate >= WANTED,
                note=f"one file of {count} texts of one person, {path.stat().st_size / 1e6:.0f} MB")] + [
        at_most(f"upload memory, {service}", peak.most - peak.first, "MB more", GROWTH_MB)
        for service, peak in peaks.items()]
