"""What GET of one expense and of a page of 50 cost against how many are stored: 1 k to 1 M of the person
who asks, then 9 M more of others. Cost is what daemon and database use of the processors for a request, at
full load; the time that passes is told beside it, which also has in it whatever waits for the disk."""
import plots
import rows
import watch
from report import row
from tools import http_load, median, must_answer

CONNECTIONS, IDS, WANTED = 64, 100_000, 1.2
OWN = (1_000, 10_000, 100_000, 1_000_000)
OTHERS, OTHERS_EACH = 9_000, 1_000
CASES = {"GET one": "/expenses/{line}", "page of 50": "/expenses"}


def sizes(bench, user_id):
    """Adds rows step by step; yields how many there are each time."""
    suite, stored = bench.suite, 0
    suite.forget_expenses()
    for wanted in OWN[:3] if bench.quick else OWN:
        rows.add_expenses(suite, [user_id], wanted - stored, first=stored)
        stored = wanted
        yield stored
    if not bench.quick:
        rows.add_expenses(suite, rows.new_users(OTHERS), OTHERS_EACH)
        yield stored + OTHERS * OTHERS_EACH


def one_run(suite, path, token, ids, seconds):
    """(microseconds of processor, microseconds that passed) a request."""
    daemon = suite.daemon("expense")
    before = watch.cpu_by_part(suite.stack)
    got = must_answer(http_load(daemon, path, token, lines=ids, connections=CONNECTIONS, warmup=0.5,
                                seconds=seconds), 200)
    after = watch.cpu_by_part(suite.stack)
    used = sum(after[part.label] - before[part.label] for part in (daemon, suite.stack.database))
    return 1e6 * used / got["sent"], 1e6 / got["ok_per_second"]


def cost(bench, path, ids):
    suite = bench.suite
    suite.only("auth", "expense")
    token = suite.users(1)[0].access_token  # loading may have taken longer than a token lives
    suite.only("expense")
    runs = [one_run(suite, path, token, ids, bench.seconds) for _ in range(bench.runs)]
    return tuple(median(values) for values in zip(*runs))


def measure(bench):
    suite, costs = bench.suite, {name: [] for name in CASES}
    suite.only("auth", "expense")
    suite.user("expense")
    user_id = suite.users(1)[0].id
    for stored in sizes(bench, user_id):
        ids = rows.write_ids(suite, user_id, bench.directory / "stored_ids.txt", most=IDS)
        suite.sql("CHECKPOINT")
        for name, path in CASES.items():
            with bench.watched(f"stored, {name}"):
                costs[name].append((stored, *cost(bench, path, ids)))
    suite.only()
    suite.forget_expenses()
    found = [compare(name, points) for name, points in costs.items()]
    found[0]["extra"] = {"plot": plots.curve("stored", "expenses stored", *(
        plots.panel(f"us a request, {what}", {name: [(point[0], point[column]) for point in points]
                                              for name, points in costs.items()}, log=True)
        for what, column in (("processors", 1), ("passed", 2))), log=True)}
    return found


def compare(name, points):
    (fewest, first, _), (most, last, _) = points[0], points[-1]
    return row(f"stored, {name}", last, f"us at {most}", limit=first, limit_name=f"us at {fewest}",
               wanted=f"<= {WANTED} x", met=last <= WANTED * first, runs=points,
               note="; ".join(f"{stored}: {used:.0f} us used, {passed:.0f} us passed"
                              for stored, used, passed in points))
