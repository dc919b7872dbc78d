"""The relay drains a backlog of the outbox, against the same records produced by librdkafka alone."""
import requests

import progress
from report import at_least
from tools import kafka_produce, median

SERVICE, SCHEMA, TOPIC, ALONE, PARTITIONS = "user", "users", "bench.relay.v1", "bench.alone.v1", 8
WANTED_RATE = 100_000
# As large as the events that were measured when the design was chosen: 378 bytes.
BACKLOG = """
INSERT INTO {schema}.outbox (topic, key, value)
SELECT '{topic}', convert_to(u, 'UTF8'), convert_to(format(
    '{{"specversion":"1.0","id":"%s","source":"user-service","type":"profile.updated","subject":"%s",'
    '"time":"2026-11-21T10:00:00.000000Z","datacontenttype":"application/json","userid":"%s","sequence":%s,'
    '"data":{{"base_currency":"INR","time_zone":"Asia/Kolkata","locale":"en-IN","month_start":1,"note":"%s"}}}}',
    gen_random_uuid(), u, u, n, repeat('x', 30)), 'UTF8')
FROM (SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i % 1000), 12, '0')) AS u, i / 1000 AS n
      FROM generate_series(1, {count}) AS i) AS e;
"""


def drain(bench, count):
    """Events a second, from the first that was sent to the last; the daemon's start is not in it."""
    suite, daemon = bench.suite, bench.suite.daemon(SERVICE)
    suite.only()
    suite.sql(BACKLOG.format(schema=SCHEMA, topic=TOPIC, count=count))
    suite.sql(f"VACUUM (ANALYZE) {SCHEMA}.outbox")
    daemon.launch()
    with bench.watched("relay", daemon):
        rate, sent = progress.rate(lambda: sent_by(suite), count)
    if sent < count:
        raise RuntimeError(f"{sent:.0f} of {count} events were sent")
    return rate


def sent_by(suite):
    """How many events the daemon has sent; 0 while it starts."""
    try:
        return suite.metric(SERVICE, "outbox_sent_total")
    except requests.RequestException:
        return 0


def measure(bench):
    suite, kafka = bench.suite, bench.suite.kafka()
    count = 100_000 if bench.quick else 300_000
    for topic in (TOPIC, ALONE):
        kafka.create_topic(topic, PARTITIONS)
    records = bench.directory / "relay.tsv"
    limit, got = [], []
    for _ in range(bench.runs):
        got.append(drain(bench, count))
        if not records.exists():
            write_backlog(suite, count, records)
        limit.append(kafka_produce(suite, ALONE, records)["per_second"])
    rate = median(got)
    return [at_least("relay", rate, "/s", median(limit), "/s librdkafka alone", 0.5, runs=got,
                     wanted=f">= 0.5 x, >= {WANTED_RATE}/s", extra={"limit_runs": limit},
                     met=rate >= 0.5 * median(limit) and rate >= WANTED_RATE)]


def write_backlog(suite, count, path):
    """The same records as a file, from a copy made and dropped again while no relay runs."""
    suite.only()
    suite.sql(BACKLOG.format(schema=SCHEMA, topic=TOPIC, count=count))
    path.write_text(suite.sql(f"SELECT convert_from(key, 'UTF8'), convert_from(value, 'UTF8') FROM {SCHEMA}.outbox "
                              "ORDER BY id") + "\n")
    suite.sql(f"TRUNCATE {SCHEMA}.outbox")
