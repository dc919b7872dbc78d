"""The topics from their beginning: every person's events in order and without a gap, each cause with one
effect, repeats only as exact repeats."""
import collections
import json

from ..topics import read
from .rows import select

COMPACTED = ("user.profile.v1",)
# Not auth.keys.v1: its records belong to no user and are published anew at every start, without a number.
TOPICS = {"auth.user.v1": "auth", "auth.session.v1": "auth", "user.profile.v1": "users",
          "message.received.v1": "deserialize", "transaction.parsed.v1": "deserialize",
          "message.outcome.v1": "deserialize", "expense.v1": "expense"}
SUGGESTED = "expense.link_suggested"


class Stream:
    """The events of one key on one topic, in the order in which they came first."""

    __slots__ = ("last", "ids", "repeats")

    def __init__(self):
        self.last, self.ids, self.repeats = 0, {}, 0


def check(site, verdict):
    thrown = {entry.value for entry in site.thrown}
    effects = collections.Counter()  # (topic, what it is about) -> distinct events
    for topic, schema in TOPICS.items():
        streams = {}
        for message in read(site.stack.broker.direct_bootstrap, topic):
            if message.value() not in thrown:
                _take(topic, message, streams, effects, verdict)
        _check_ends(site, topic, schema, streams, verdict)
        site.repeats[topic] = sum(stream.repeats for stream in streams.values())
    _check_effects(site, effects, verdict)


def _take(topic, message, streams, effects, verdict):
    try:
        event = json.loads(message.value())
        sequence, event_id, data = event["sequence"], event["id"], event["data"]
    except (ValueError, TypeError, KeyError):
        verdict.add("wrong", f"{topic}[{message.partition()}]@{message.offset()} is no event of the suite")
        return
    key = message.key().decode()
    stream = streams.setdefault(key, Stream())
    if sequence in stream.ids:
        stream.repeats += 1
        if stream.ids[sequence] != event_id:
            verdict.add("doubled", f"{topic}: {key} has two events with sequence {sequence}")
        return
    stream.ids[sequence] = event_id
    verdict.check(f"events of {topic}")
    if sequence < stream.last:
        verdict.add("misordered", f"{topic}: {key} has {sequence} first after {stream.last}")
    elif sequence != stream.last + 1 and topic not in COMPACTED:
        verdict.add("misordered", f"{topic}: {key} has {sequence} after {stream.last}")
    stream.last = max(stream.last, sequence)
    if event["type"] == SUGGESTED:  # two entries that may belong together: no change of either
        effects[SUGGESTED, data["suggestion_id"]] += 1
        return
    about = data.get("message_id") if topic in ("transaction.parsed.v1", "message.outcome.v1") else event["subject"]
    effects["outcome" if topic == "message.outcome.v1" else topic, about] += 1


def _check_ends(site, topic, schema, streams, verdict):
    """The last event that a service numbered is in the topic."""
    for user, last in select(site, f"SELECT user_id, sequence FROM {schema}.event_sequence WHERE topic = %s", topic):
        stream = streams.pop(user, None)
        if stream is None or stream.last != last:
            verdict.add("lost", f"{topic}: {user} has {stream and stream.last} events there, written were {last}")
    for user in streams:
        verdict.add("doubled", f"{topic}: {user} has events that no service wrote")


def _check_effects(site, effects, verdict):
    for account in site.book.accounts.values():
        _expect(effects, "auth.user.v1", account.id, 1, verdict)
        for text in account.texts.values():
            for message_id in text.ids:
                _expect(effects, "message.received.v1", message_id, 1, verdict)
                outcomes = effects["transaction.parsed.v1", message_id] + effects["outcome", message_id]
                if outcomes != 1:
                    verdict.add("doubled" if outcomes else "lost",
                                f"text {text.ref} ({message_id}) has {outcomes} outcomes in the topics")
    for (topic, about), found in effects.items():
        if topic == SUGGESTED and found > 1:
            verdict.add("doubled", f"expense.v1: {about} was suggested {found} times")
    for row in site.rows.values():
        _expect(effects, "expense.v1", row.id, row.version, verdict)


def _expect(effects, topic, about, wanted, verdict):
    found = effects[topic, about]
    if found != wanted:
        verdict.add("doubled" if found > wanted else "lost", f"{topic}: {found} events about {about}, not {wanted}")
