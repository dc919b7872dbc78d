"""Whether the time of the answer tells a wrong password from an unknown person from a locked one: Welch's t
between each two, over as many attempts each, in turn. Beyond 2.58 they differ at 99 %."""
import math
import statistics
import time

import requests

import people
from figures.accounts import FREE, sign_up
from report import at_most

CRITICAL = 2.58


def welch(a, b):
    """Welch, B. L. (1947), Biometrika 34: the difference of two means in its standard errors."""
    error = math.sqrt(statistics.variance(a) / len(a) + statistics.variance(b) / len(b))
    return abs(statistics.fmean(a) - statistics.fmean(b)) / error


def trimmed(values):
    """Without the slowest twentieth: what the machine did, not what the service does."""
    return sorted(values)[:len(values) - len(values) // 20]


def measure(bench):
    suite, attempts = bench.suite, 200 if bench.quick else 2000
    suite.stack.extra_environment["auth"] = FREE
    try:
        suite.only()
        suite.only("auth")
        hashed = people.hash_of(suite, sign_up(suite))
        people.add_people(suite, hashed, 2, "timing.example")
        suite.sql("UPDATE auth.account SET locked_at = now() WHERE email = 'p2@timing.example'")
        cases = {"wrong password": ("p1@timing.example", "not the pass phrase"),
                 "unknown": ("p3@timing.example", "not the pass phrase"),
                 "locked": ("p2@timing.example", people.PASSWORD)}
        took = {name: [] for name in cases}
        http, url = requests.Session(), f"{suite.daemon('auth').url}/api/v1/auth/login"
        seen = set()
        for _ in range(attempts):
            for name, (email, password) in cases.items():
                began = time.perf_counter()
                answer = http.post(url, json={"email": email, "password": password})
                took[name].append(time.perf_counter() - began)
                seen.add((answer.status_code, answer.json()["code"]))
        if len(seen) != 1:
            raise RuntimeError(f"the answers themselves tell: {seen}")
    finally:
        suite.stack.extra_environment.pop("auth")
        suite.only()
        suite.sql("DELETE FROM auth.account WHERE email LIKE '%.example'; TRUNCATE auth.account_email, auth.session")
    names = list(cases)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1:]]
    return [at_most(f"{a} told from {b}", welch(trimmed(took[a]), trimmed(took[b])), "t", CRITICAL,
                    note=f"means {statistics.fmean(trimmed(took[a])) * 1000:.3f} and "
                         f"{statistics.fmean(trimmed(took[b])) * 1000:.3f} ms of {attempts} each")
            for a, b in pairs]
