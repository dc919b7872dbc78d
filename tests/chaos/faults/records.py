"""Records that nobody should have written: broken ones, and old ones once more."""
import json
import uuid

import confluent_kafka

from stack.kafka_client import KafkaClient

from ..topics import is_event, read, send_again
from .fault import Fault

CONSUMED = ("message.received.v1", "transaction.parsed.v1", "expense.v1", "auth.user.v1", "user.profile.v1")
TYPES = {"message.received.v1": "message.received", "transaction.parsed.v1": "transaction.parsed",
         "expense.v1": "expense.created", "auth.user.v1": "user.registered", "user.profile.v1": "profile.updated"}
BIG = 5 << 20
MANY = 30  # records that are repeated


class Thrown:
    """A record that was thrown in. `must`: it has to be found among the dead letters."""

    def __init__(self, topic, kind, value):
        self.topic, self.kind, self.value, self.must = topic, kind, value, False


def event(topic, user_id, **changes):
    value = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/chaos", "type": TYPES[topic],
             "subject": str(uuid.uuid4()), "time": "2026-03-21T10:00:00Z", "userid": user_id,
             "data": {"chaos": uuid.uuid4().hex}}
    value.update(changes)
    return {name: entry for name, entry in value.items() if entry is not None}


def broken(topic, user_id):
    """[(kind, value, headers, whether it must be dead-lettered)], each unlike any other record."""
    mark = uuid.uuid4().hex
    text = json.dumps(event(topic, user_id)).encode()
    return [
        ("truncated", text[:-20], None, True),
        ("no JSON", f"chaos {mark}".encode(), None, True),
        ("wrong types", json.dumps(event(topic, user_id, data=[mark], time=7)).encode(), None, True),
        ("no userid", json.dumps(event(topic, None)).encode(), None, topic in ("message.received.v1",
                                                                              "transaction.parsed.v1")),
        ("deep nesting", b"[" * 50000 + mark.encode() + b"]" * 50000, None, True),
        ("invalid UTF-8", text.replace(b"/chaos", b"/ch\xc3\x28\xff"), None, True),
        ("number out of range", text[:-1] + b', "sequence": 1e999}', None, True),
        ("big", b'{"mark": "' + mark.encode() + b'", "fill": "' + b"x" * BIG + b'"}', None, True),
        ("future version", json.dumps(event(topic, user_id, specversion="9.0")).encode(), None, True),
        ("null", None, None, False),
        ("odd headers", f"chaos {mark}".encode(), [("odd", b"\x00\xff\xfe"), ("", b""), ("none", None)], True),
        ("unknown type", json.dumps(event(topic, user_id, type="chaos.happened")).encode(), None, False),
    ]


class Poison(Fault):
    name = "poison"
    weight = 2
    targets = CONSUMED

    def __init__(self, site):
        super().__init__(site)
        self._client = None

    @property
    def client(self):
        """Past the proxy: what is thrown in must arrive."""
        if self._client is None:
            self._client = KafkaClient(self.stack.broker.direct_bootstrap)
        return self._client

    def produce(self, topic, value, key, headers=None):
        try:
            self.client.produce(topic, value, key=key, headers=headers)
            return True
        except confluent_kafka.KafkaException as refused:
            if refused.args[0].code() == confluent_kafka.KafkaError.MSG_SIZE_TOO_LARGE:
                return False
            raise


    def begin(self, target, chance):
        user_id = chance.choice(sorted(self.site.book.accounts))
        count = 0
        for kind, value, headers, must in broken(target, user_id):
            thrown = Thrown(target, kind, value)
            self.site.thrown.append(thrown)
            # The broker refuses what is over the topic's limit; then the biggest that it takes.
            while not self.produce(target, thrown.value, user_id.encode(), headers):
                thrown.value = value = value[:20] + value[20 + len(value) // 2:]
            thrown.must = must  # only now is it known to be in the topic
            count += 1
        return f"{count} records"


class Repeat(Fault):
    """Records already applied, once more and late, bytes and all: what at-least-once delivery allows."""
    name = "repeat"
    weight = 2
    targets = CONSUMED

    def begin(self, target, chance):
        # The profiles from the beginning: an old one applied again undoes a newer one.
        first = 0 if target == "user.profile.v1" else chance.random() * 0.8
        found = read(self.stack.broker.direct_bootstrap, target, first, limit=400)
        records = [message for message in found if is_event(message)]
        # Never all of them: whoever applies all of them again, in their order, ends where it was.
        chosen = chance.sample(records, min(MANY, (len(records) + 1) // 2))
        send_again(self.stack.broker.direct_bootstrap,
                   sorted(chosen, key=lambda record: (record.partition(), record.offset())))
        return f"{len(chosen)} records"
