"""auth-service: logins beside argon2id alone, what they leave to other requests, refreshes, how soon a
revocation is known, and whether any of it costs more with a million people."""
import contextlib
import json
import statistics
import time

import requests

import people
from person import User, eventually
from report import at_least, at_most, row
from tools import BUILT, http_finish, http_load, http_start, median, must_answer, percentile, run_json

THREADS, REFRESHES_WANTED = 2, 2000
LOGIN = json.dumps({"email": "{line}", "password": people.PASSWORD})
REFRESH = '{"refresh_token":"{line}"}'
FREE = {f"AUTH_THROTTLE_{kind}": "1000000" for kind in ("ACCOUNT", "ADDRESS", "PAIR")}


def measure(bench):
    suite = bench.suite
    suite.stack.extra_environment["auth"] = FREE
    try:
        suite.only()
        suite.only("auth", "expense")
        person = sign_up(suite)
        hashed = people.hash_of(suite, person)
        people.add_people(suite, hashed, 1000, "few.example")
        people.add_sessions(suite, "few.example", 1)
        return [*logins(bench, hashed), *refreshes(bench), revocations(bench), *stored(bench, hashed)]
    finally:
        suite.stack.extra_environment.pop("auth")
        suite.only()
        suite.sql("DELETE FROM auth.account WHERE email LIKE '%.example'; TRUNCATE auth.account_email, auth.session")


def sign_up(suite):
    """A person with the password of all others here, whose token expense-service accepts where it runs."""
    person = User.__new__(User)
    person.url, person.http = suite.daemon("auth").url, requests.Session()
    person.email, person.password = f"first{time.time_ns()}@first.example", people.PASSWORD
    body = person.post("/auth/signup", {"email": person.email, "password": person.password}).json()
    person.id = body["user"]["id"]
    person.take(body)
    if suite.daemon("expense").alive():
        url = f"{suite.daemon('expense').url}/api/v1/categories"
        eventually(lambda: person.http.get(url, timeout=10).status_code == 200)
    return person


def lines(bench, name, values):
    path = bench.directory / name
    path.write_text("\n".join(values) + "\n", encoding="utf-8")
    return path


def logins(bench, hashed):
    """Alone against argon2id alone; then what is left of GETs of another route beside them."""
    suite, daemon = bench.suite, bench.suite.daemon("auth")
    emails = lines(bench, "emails.txt", [f"p{n}@few.example" for n in range(1, 1001)])
    person, limit, got, alone, beside = sign_up(suite), [], [], [], []
    load = {"method": "POST", "body": LOGIN, "lines": emails, "connections": 8, "seconds": bench.seconds,
            # The broker compiles itself meanwhile. Everybody comes from a network of their own.
            "warmup": 10, "headers": ["X-Forwarded-For: 2001:db8:0:{n}::1"]}
    gets = {"connections": 4, "seconds": bench.seconds, "warmup": 0.5}
    for _ in range(bench.runs):
        limit.append(run_json([BUILT / "argon2_alone", hashed, people.PASSWORD, THREADS, bench.seconds])["per_second"])
        got.append(must_answer(http_load(daemon, "/auth/login", "x", **load), 200))
        alone.append(must_answer(http_load(daemon, "/auth/sessions?limit=1", person.access_token, **gets), 200))
        process = http_start(daemon, "/auth/login", "x", **{**load, "seconds": bench.seconds + 2, "warmup": 0})
        time.sleep(1)
        beside.append(must_answer(http_load(daemon, "/auth/sessions?limit=1", person.access_token, **gets), 200))
        http_finish(process)
    p99 = median([run["ok_ms"]["p99"] for run in beside])
    return [at_least("logins", median([run["ok_per_second"] for run in got]), "/s", median(limit),
                     f"/s argon2id on {THREADS} threads", 0.9, runs=got, extra={"limit_runs": limit}),
            at_least("reads beside logins", median([run["ok_per_second"] for run in beside]), "/s",
                     median([run["ok_per_second"] for run in alone]), "/s without", 0.5, runs=beside),
            at_most("reads beside logins, p99", p99, "ms", 20)]


def refresh_rate(bench, domain, connections=32):
    """Refreshes a second, each of a session of its own; the processor's share is in the runs."""
    suite, daemon = bench.suite, bench.suite.daemon("auth")
    count = 4000 if bench.quick else 20_000
    tokens = lines(bench, "refresh.txt", people.refresh_tokens(suite, domain, count))
    return must_answer(http_load(daemon, "/auth/token/refresh", "x", method="POST", body=REFRESH, lines=tokens,
                                 connections=connections, most=count, seconds=600), 200)


def refreshes(bench):
    got = []
    for _ in range(bench.runs):
        with bench.watched("refreshes", bench.suite.daemon("auth")):
            got.append(refresh_rate(bench, "few.example"))
    rate = median([run["ok_per_second"] for run in got])
    return [row("refreshes", rate, "/s", wanted=f">= {REFRESHES_WANTED}/s", met=rate >= REFRESHES_WANTED, runs=got,
                note=f"p99 {median([run['ok_ms']['p99'] for run in got]):.1f} ms, 32 connections")]


def revocations(bench):
    """From the answer to ending a session until expense-service refuses its token."""
    suite, took = bench.suite, []
    url = f"{suite.daemon('expense').url}/api/v1/categories"
    http = requests.Session()
    for token in people.refresh_tokens(suite, "few.example", 20 if bench.quick else 200):
        answer = http.post(f"{suite.daemon('auth').url}/api/v1/auth/token/refresh", json={"refresh_token": token})
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert http.get(url, headers=bearer).status_code == 200
        assert http.post(f"{suite.daemon('auth').url}/api/v1/auth/logout", headers=bearer).status_code == 204
        began = time.monotonic()
        while http.get(url, headers=bearer).status_code != 401:
            time.sleep(0.002)
        took.append((time.monotonic() - began) * 1000)
    return at_most("revocation known elsewhere, p99", percentile(took, 0.99), "ms", 1000,
                   note=f"median {statistics.median(took):.0f} ms of {len(took)}")


@contextlib.contextmanager
def crowd(bench, hashed):
    """A million people and three million sessions."""
    suite = bench.suite
    count = 20_000 if bench.quick else 1_000_000
    people.add_people(suite, hashed, count, "many.example")
    people.add_sessions(suite, "many.example", 3)
    suite.sql("VACUUM (ANALYZE) auth.account, auth.account_email, auth.session;\nCHECKPOINT;")
    yield count


def stored(bench, hashed):
    """The same calls with few and with many rows: time of the answer on one connection."""
    suite, daemon = bench.suite, bench.suite.daemon("auth")
    person = sign_up(suite)

    def costs(domain, count):
        emails = lines(bench, "emails.txt", [f"p{1 + n * count // 1000}@{domain}" for n in range(1000)])
        one = {"connections": 1, "seconds": bench.seconds}
        login = must_answer(http_load(daemon, "/auth/login", "x", method="POST", body=LOGIN, lines=emails, **one), 200)
        listed = must_answer(http_load(daemon, "/auth/sessions", person.access_token, **one), 200)
        return {"login": login["ok_ms"]["p50"], "refresh": refresh_rate(bench, domain, 1)["ok_ms"]["p50"],
                "session list": listed["ok_ms"]["p50"]}

    few = costs("few.example", 1000)
    with crowd(bench, hashed) as count:
        many = costs("many.example", count)
    return [row(f"{name}, with {count} people", many[name], "ms", limit=few[name], limit_name="ms with 1 000",
                wanted="<= 1.2 x", met=many[name] <= 1.2 * few[name]) for name in few]
