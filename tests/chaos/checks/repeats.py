"""A repeat is recognised as one, after all that has happened: old records of every topic once more, in
quiet, and nothing is applied.

Their handlers would mostly do no harm a second time. That is a second line of defence, and a first that
is gone would not be noticed behind it.
"""
import collections
import itertools
import re

from ..client import Client
from ..quiet import wait_quiet
from ..topics import is_event, read, send_again

MANY = 60  # of each topic
QUIET_MAX = 60
COUNTED = re.compile(r'^consumer_records_total\{(.*)\} (\d+)', re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')


def counts(site):
    """{(outcome, topic, service): records} of both replicas, by their own count."""
    found = collections.Counter()
    for replica in site.stack.replicas.values():
        client = Client(replica.url, None, lambda: True)
        answer = client.send("GET", "/metrics")
        client.close()
        for labels, value in COUNTED.findall(answer.body.decode() if answer else ""):
            told = dict(LABEL.findall(labels))
            found[told["outcome"], told["topic"], replica.service] += int(value)
    return found


def old_records(site, topic):
    found = read(site.stack.broker.direct_bootstrap, topic, site.chance.random() * 0.9)
    records = [message for message in itertools.islice(found, 2000) if is_event(message)]
    chosen = site.chance.sample(records, min(MANY, (len(records) + 1) // 2))
    return sorted(chosen, key=lambda record: (record.partition(), record.offset()))


def check(site, verdict):
    before, wanted = counts(site), 0
    for topic in sorted({topic for topics in site.consumed.values() for topic in topics}):
        records = old_records(site, topic)
        send_again(site.stack.broker.direct_bootstrap, records)
        wanted += len(records) * sum(topic in topics for topics in site.consumed.values())
    for word in wait_quiet(site.stack, site.consumed, QUIET_MAX)[1]:
        verdict.add("lost", f"after repeats it never came to rest: {word}")
    verdict.check("repeats in quiet", wanted)
    recognised = 0
    for (outcome, topic, service), count in (counts(site) - before).items():
        recognised += count if outcome == "repeat" else 0
        for _ in range(count if outcome == "applied" else 0):
            verdict.add("doubled", f"{service}-service applied a repeat of {topic} again")
    if recognised < wanted:
        verdict.add("wrong", f"of {wanted} repeats {recognised} were recognised")
