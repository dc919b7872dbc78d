"""Texts offered at four times the best throughput: how many are still accepted, what the others are
answered, and whether all that was promised is kept."""
import progress
from figures.post_text import TEXT, accept, clear, ready
from report import at_least, at_most
from tools import median, must_answer

TOPIC, TIMES, SHARE = "message.received.v1", 4, 0.8
CONNECTIONS = 1500  # more than FAST_QUEUE (1024) requests at once, fewer than HTTP_CONNECTIONS (2000)


def best(bench, tokens):
    """The best throughput when each connection waits for its answers; texts a second."""
    runs = [must_answer(accept(bench, tokens, TEXT, "/messages", connections=connections), 202)
            for connections in (64, 256)]
    return max(run["ok_per_second"] for run in runs)


def flood(bench, tokens, rate):
    """The generator's result, checked: what was not accepted was refused in the right way."""
    with bench.watched("overload", bench.suite.daemon("deserialize")):
        got = accept(bench, tokens, TEXT, "/messages", connections=CONNECTIONS, rate=rate)
    must_answer(got, 202, 429, 503)
    refused = sum(count for status, count in got["status"].items() if status != "202")
    if refused != got["shed"]:
        raise RuntimeError(f"{refused - got['shed']} of {refused} refusals without Retry-After")
    return got


def broken(bench, accepted, sent_before):
    """How many of the accepted texts are not stored, or not in the topic."""
    suite = bench.suite
    kafka = suite.kafka()
    stored = suite.number("SELECT count(*) FROM deserialize.message")
    _done, sent = progress.wait(lambda: sum(kafka.end_offsets(TOPIC).values()) - sent_before, accepted)
    return accepted - min(stored, sent, accepted)


def measure(bench):
    suite, limit, got, lost = bench.suite, [], [], 0
    many, _one = ready(bench)
    for _ in range(bench.runs):
        limit.append(best(bench, many))
        suite.wait_quiet()
        clear(suite)
        sent = sum(suite.kafka().end_offsets(TOPIC).values())
        got.append(flood(bench, many, TIMES * limit[-1]))
        lost += broken(bench, got[-1]["accepted"], sent)
        suite.wait_quiet()
        clear(suite)
    refused = median([run["shed"] / run["seconds"] for run in got])
    rate = median([run["ok_per_second"] for run in got])
    return [at_least("overload", rate, "/s accepted", median(limit), "/s at best", SHARE, runs=got,
                     extra={"limit_runs": limit}, note=f"{refused:.0f} a second refused with Retry-After; accepted "
                     f"ones p99 {median([run['ok_ms']['p99'] for run in got]):.0f} ms"),
            at_most("overload, promises broken", lost, "texts", 0,
                    note=f"{sum(run['accepted'] for run in got)} accepted, looked for in the table and in the topic")]
