"""The dead letters are the records that were thrown in, once for each consumer of their topic, and no
good one."""
import collections

from ..topics import read

SEVERAL = ("no userid",)  # kinds that some consumers can make sense of


def _headers(message):
    return {name: (value or b"").decode(errors="replace") for name, value in message.headers() or ()}


def check(site, verdict):
    consumers = collections.Counter(topic for topics in site.consumed.values() for topic in topics)
    thrown = {(entry.topic, entry.value): entry for entry in site.thrown}
    letters = {}  # (topic, value) -> {(partition, offset, consumer): first failure}
    for topic in consumers:
        for message in read(site.stack.broker.direct_bootstrap, f"{topic}.dlq"):
            _take(topic, message, thrown, letters, verdict)
    for place, entry in thrown.items():
        verdict.check("records thrown in")
        if not entry.must:
            continue
        found = {consumer for _, _, consumer in letters.get(place, ())}
        wanted = 1 if entry.kind in SEVERAL else consumers[entry.topic]
        if len(found) < wanted:
            verdict.add("lost", f"{entry.topic}: a record of the kind '{entry.kind}' has {len(found)} dead letters, "
                                f"not {wanted}: {sorted(found)}")


def _take(topic, message, thrown, letters, verdict):
    verdict.check("dead letters")
    headers = _headers(message)
    place = (headers.get("original_partition"), headers.get("original_offset"), headers.get("consumer"))
    entry = thrown.get((topic, message.value()))
    if entry is None and message.value() is not None:
        verdict.add("lost", f"{topic}: a good record is a dead letter of {place}: {headers.get('error_text')}")
    seen = letters.setdefault((topic, message.value()), {})
    # The relay may send a letter twice, which looks the same; a second failure has a time of its own.
    if seen.setdefault(place, headers.get("first_failure")) != headers.get("first_failure"):
        verdict.add("doubled", f"{topic}: {place} was put aside twice")
