"""POST of one text, answered after its commit with its event, against inserts of one row by pgbench.

The texts are those of many people; one person's own are also measured, since their events are numbered
one after the other."""
import itertools

import limits
from report import at_least
from tools import http_load, median, must_answer

TEXT = '{"sender":"VM-EXBANK","body":"INR 250.00 spent on card XX4321 at NEWS STAND on 21-Nov-26. Ref 7{n}"}'
BATCH, PEOPLE = 100, 64
FIRST = itertools.count(100_000_000_000, 1_000_000_000)  # of the numbers in texts: no text is sent twice


def clear(suite):
    """What was accepted is not of interest here, only that it was."""
    suite.sql("TRUNCATE deserialize.message, deserialize.attempt, deserialize.outbox")


def accept(bench, tokens, body, path, **options):
    """Texts to deserialize-service from the people whose tokens are in a file; the generator's result."""
    daemon = bench.suite.daemon("deserialize")
    return http_load(daemon, path, "{line}", method="POST", body=body, lines=tokens, first=next(FIRST), warmup=0.5,
                     seconds=bench.seconds, **options)


def ready(bench):
    """Files of tokens, of many people and of one; deserialize-service alone runs."""
    suite = bench.suite
    suite.only("auth", "deserialize")
    suite.user("deserialize")
    tokens = [user.access_token for user in suite.users(PEOPLE)]
    suite.only("deserialize")
    many, one = bench.directory / "tokens.txt", bench.directory / "token.txt"
    many.write_text("\n".join(tokens) + "\n")
    one.write_text(tokens[0] + "\n")
    return many, one


def p99(runs):
    return f"p99 {median([run['ok_ms']['p99'] for run in runs]):.1f} ms"


def measure(bench):
    suite, limit, cases = bench.suite, [], {}
    many, one = ready(bench)
    for _ in range(bench.runs):
        limit.append(limits.insert_one(suite, bench.seconds))
        for name, tokens, connections in (("post_text", many, 64), ("post_text, 256 connections", many, 256),
                                          ("post_text, one person", one, 64)):
            with bench.watched(name, suite.daemon("deserialize")):
                got = accept(bench, tokens, TEXT, "/messages", connections=connections)
            cases.setdefault(name, []).append(must_answer(got, 202))
        clear(suite)
    rows = [at_least(name, median([run["ok_per_second"] for run in runs]), "/s", median(limit), "/s pgbench insert",
                     1.5, runs=runs, extra={"limit_runs": limit}, note=p99(runs)) for name, runs in cases.items()]
    for entry in rows[1:]:
        entry.update(wanted="", verdict="-")
    return rows
