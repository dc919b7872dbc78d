"""Texts that wait in message.received.v1 become committed expenses: deserialize-, expense- and
user-service (one replica each), broker and database together on this machine; against producing and
consuming as many records with librdkafka alone."""
import time

import progress
import rows
import texts
from report import row
from tools import kafka_consume, kafka_produce, median

TEXTS, PARSED, ALONE, PARTITIONS = "message.received.v1", "transaction.parsed.v1", "bench.pipeline{}.v1", 8
PEOPLE, WANTED = 500, 12_000
DAEMONS = ("user", "deserialize", "expense")


def clear(suite):
    suite.forget_expenses()
    suite.forget_texts()


def run_once(bench, path, count):
    """Texts a second from the start of the daemons to the last expense."""
    suite = bench.suite
    before = progress.applied(suite, "expense", PARSED)()
    read = progress.applied(suite, "expense", PARSED)
    began = time.monotonic()
    suite.only(*DAEMONS)
    with bench.watched("pipeline", *(suite.daemon(service) for service in DAEMONS[1:])):
        done, value = progress.wait(read, before + count)
    stored = suite.number("SELECT count(*) FROM expense.expense")
    if stored < count:
        raise RuntimeError(f"{stored:.0f} expenses of {count} texts, {value - before:.0f} events applied")
    return count / (done - began)


def measure(bench):
    suite, count = bench.suite, 20_000 if bench.quick else 200_000
    limit, got = [], []
    for _ in range(bench.runs):
        suite.only()
        clear(suite)
        suite.settle()
        path = texts.write_records(bench.directory / "texts.tsv", texts.received, rows.new_users(PEOPLE), count)
        kafka_produce(suite, TEXTS, path)
        got.append(run_once(bench, path, count))
        suite.wait_quiet()
        suite.only()
        limit.append(alone(suite, path, count, len(limit)))
    rate = median(got)
    clear(suite)
    return [row("pipeline", rate, "texts/s", limit=median(limit), limit_name="/s librdkafka produce + consume",
                wanted=f">= {WANTED}/s", met=rate >= WANTED, runs=got, extra={"limit_runs": limit},
                note=f"{count} texts of {PEOPLE} people; one replica of {', '.join(DAEMONS)}")]


def alone(suite, path, count, number):
    """Records a second when the same ones are produced and then consumed by librdkafka alone."""
    topic = ALONE.format(number)
    suite.kafka().create_topic(topic, PARTITIONS)
    seconds = kafka_produce(suite, topic, path)["seconds"] + kafka_consume(suite, topic, count)["seconds"]
    return count / seconds
