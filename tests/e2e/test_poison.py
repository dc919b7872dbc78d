"""Records of every malformed kind in the middle of good ones: the good ones are all applied, the bad ones
lie in the dead letters with a reason that an operator understands, nothing crashes, nothing loops."""
import json
import uuid

import pytest
import requests
from person import eventually

TEXT = "INR {amount}.00 spent on card XX4321 at NEWS STAND on 03-02-26. Ref {ref}"
MESSAGE, PARSED = "message.received.v1", "transaction.parsed.v1"
NESTED = json.loads("[" * 200 + "]" * 200)
ODD_HEADERS = [("traceparent", b"\x00\xff\xfe"), ("", b"no name"), ("n" * 300, b""), ("none", None),
               ("\u0000\u001b[2J", bytes(range(256)))]


def envelope(user_id, type_, data, **changes):
    """A CloudEvent as bytes; changes set to ... are left out."""
    event = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/forwarder", "type": type_,
             "userid": user_id, "time": "2026-03-21T10:00:00Z", "data": data, **changes}
    return json.dumps({name: value for name, value in event.items() if value is not ...}).encode()


def message(user_id, amount=77, **changes):
    data = {"sender": "VM-EXBANK", "body": TEXT.format(amount=amount, ref=uuid.uuid4().int % 10**12)}
    return envelope(user_id, "message.received", changes.pop("data", data), **changes)


def parsed(user_id, amount="77.00", **changes):
    data = {"message_id": str(uuid.uuid4()), "parser": "test/1", "confidence": 95, "class": "purchase",
            "direction": "debit", "amount": amount, "currency": "INR", "occurred_at": "2026-03-21T10:00:00Z",
            "merchant": "News Stand", "needs_review": False}
    data.update(changes.pop("data", {}))
    return envelope(user_id, "transaction.parsed",
                    {name: value for name, value in data.items() if value is not ...}, **changes)


def malformed(make, user_id):
    """(name, bytes, reason code, words of the reason) that are wrong in the envelope, whatever the topic."""
    good = make(user_id)
    return [
        ("truncated", good[:-30], "json_malformed", "ends too early"),
        ("no object", b'["' + uuid.uuid4().hex.encode() + b'"]', "event_invalid", "not a JSON object"),
        ("empty", b"", "json_malformed", "ends too early"),
        ("user of a wrong type", make(user_id, userid=42), "event_invalid", "userid"),
        ("data of a wrong type", envelope(user_id, "x", "text"), "event_invalid", "data"),
        ("no user", make(user_id, userid=...), "event_invalid", "userid is missing"),
        ("too deep", make(user_id, deep=NESTED), "json_malformed", "nested deeper"),
        ("no UTF-8", good.replace(b"/forwarder", b"/\xff\xfe\xfarder"), "json_malformed", "UTF-8"),
        ("integer too large", make(user_id, sequence=10**30), "json_malformed", "number out of range"),
        ("real too large", good.replace(b'"/forwarder"', b'"/forwarder","n":1e999'), "json_malformed",
         "number out of range"),
        ("negative sequence", make(user_id, sequence=-1), "event_invalid", "sequence"),
        ("a later version", make(user_id, specversion="2.0"), "event_invalid", "specversion"),
        ("odd headers", make(user_id, id="no uuid " + uuid.uuid4().hex), "event_invalid", "id"),
    ]


def counted(stack, service, outcome, topic):
    """Of all replicas, from /metrics."""
    total = 0
    for number in (1, 2):
        text = requests.get(f"{stack.replica(service, number).url}/metrics", timeout=10).text
        for line in text.splitlines():
            if line.startswith("consumer_records_total{") and f'"{outcome}"' in line and f'"{topic}"' in line:
                total += int(float(line.split()[-1]))
    return total


def dead_of(kafka, topic, key, values):
    """{value: [records]} of the dead letters with this key."""
    found = {value: [] for value in values}
    for record in kafka.read(topic + ".dlq"):
        if record.key == key and record.value in found:
            found[record.value].append(record)
    return found


def odd_letters(kafka, topic, key, service, cases):
    """What is not as it must be: each bad value exactly once, with its code and words."""
    found = dead_of(kafka, topic, key, [case[1] for case in cases])
    odd = []
    for name, value, code, words in cases:
        for record in found[value]:
            told = (record.header("error_code"), record.header("error_text"))
            if told[0] != code or words not in told[1]:
                odd.append((name, *told))
            assert (record.header("original_topic"), record.header("consumer"), record.header("attempts")) \
                == (topic, f"{service}-service", "1"), (name, record.headers)
        if len(found[value]) != 1:
            odd.append((name, f"{len(found[value])} dead letters"))
    return odd


def throw(stack, kafka, user, service, topic, make, cases):
    """Bad ones between good ones, all of one user and so of one partition. Returns how many were good."""
    key = user.id.encode()
    pids = [stack.replica(service, number).pid for number in (1, 2)]
    for number, (name, value, _, _) in enumerate(cases):
        kafka.produce(topic, value, key=key, headers=ODD_HEADERS if name == "odd headers" else None)
        kafka.produce(topic, make(user.id, 100 + number), key=key, headers=ODD_HEADERS if number % 2 else None)
    eventually(lambda: len(user.expenses(limit=100)) == len(cases), 90)
    # Dead letters leave through the outbox: the last may come after the last good one's expense.
    def all_are_there():
        assert odd_letters(kafka, topic, key, service, cases) == []
        return True
    eventually(all_are_there)
    assert [stack.replica(service, number).pid for number in (1, 2)] == pids
    return len(cases)


def test_poison_among_texts(stack, kafka, user):
    def make(user_id, amount=77, **changes):
        return message(user_id, amount, **changes)
    eventually(lambda: user.get("/users/me").status_code == 200)
    cases = malformed(make, user.id) + [
        ("body of a wrong type", make(user.id, data={"sender": "A", "body": 42}), "invalid_fields", "/data/body"),
        ("no body", make(user.id, data={"sender": "A"}), "invalid_fields", "/data/body"),
        ("no value", None, "no_value", "not compacted"),
    ]
    good = throw(stack, kafka, user, "deserialize", MESSAGE, make, cases)
    assert len(user.expenses(limit=100)) == good


def test_poison_among_transactions(stack, kafka, user):
    def make(user_id, amount=77, **changes):
        return parsed(user_id, f"{amount}.00", **changes)

    def wrong(**data):
        return make(user.id, data=data)
    eventually(lambda: user.get("/users/me").status_code == 200)
    cases = malformed(make, user.id) + [
        ("amount of a wrong type", wrong(amount=12), "invalid", "/amount"),
        ("amount out of range", wrong(amount="99999999999999999999.00"), "invalid", "/amount"),
        ("negative amount", wrong(amount="-5.00"), "invalid", "/amount"),
        ("unknown currency", wrong(currency="QQQ"), "invalid", "/amount"),
        ("no direction", wrong(direction=...), "invalid", "/direction"),
        ("time out of range", wrong(occurred_at="99999-01-01T00:00:00Z"), "invalid", "/occurred_at"),
        ("confidence out of range", wrong(confidence=101), "invalid", "/confidence"),
        ("no message", wrong(message_id=...), "invalid", "/message_id"),
        ("no value", None, "no_value", "not compacted"),
    ]
    good = throw(stack, kafka, user, "expense", PARSED, make, cases)
    assert len(user.expenses(limit=100)) == good


@pytest.mark.parametrize("service,topic,make", [("deserialize", MESSAGE, message), ("expense", PARSED, parsed)])
def test_a_type_of_a_later_release_is_skipped_and_counted(stack, kafka, user, service, topic, make):
    key, strange = user.id.encode(), make(user.id, type="something.of_tomorrow")
    eventually(lambda: user.get("/users/me").status_code == 200)
    before = counted(stack, service, "unknown", topic)
    kafka.produce(topic, strange, key=key)
    kafka.produce(topic, make(user.id), key=key)
    eventually(lambda: len(user.expenses()) == 1, 30)
    assert counted(stack, service, "unknown", topic) == before + 1
    assert dead_of(kafka, topic, key, [strange]) == {strange: []}


@pytest.mark.parametrize("service,topic,make", [("deserialize", MESSAGE, message), ("expense", PARSED, parsed)])
def test_five_megabytes(stack, kafka, user, service, topic, make):
    """The broker refuses what is above the topic's limit. Where somebody raised that, the consumer does."""
    key, large = user.id.encode(), make(user.id, padding="x" * 5_000_000)
    eventually(lambda: user.get("/users/me").status_code == 200)
    with pytest.raises(Exception, match="MSG_SIZE_TOO_LARGE"):
        kafka.produce(topic, large, key=key)
    limit = kafka.topic_config(topic)["max.message.bytes"]
    kafka.set_topic_config(topic, {"max.message.bytes": "8388608"})
    try:
        kafka.produce(topic, large, key=key)
        kafka.produce(topic, make(user.id), key=key)
        eventually(lambda: len(user.expenses()) == 1, 60)
    finally:
        kafka.set_topic_config(topic, {"max.message.bytes": limit})
    dead = kafka.wait_for(topic + ".dlq", lambda r: r.key == key and r.value == large, timeout=30)[0]
    assert dead.header("error_code") == "too_large" and "1048576 are allowed" in dead.header("error_text")
    assert dead.header("consumer") == f"{service}-service"


def test_a_value_that_is_gone_is_nothing_on_a_compacted_topic(stack, kafka, user):
    key = user.id.encode()
    eventually(lambda: user.get("/users/me").status_code == 200)
    place = kafka.produce("user.profile.v1", None, key=key)
    kafka.produce(PARSED, parsed(user.id), key=key)
    eventually(lambda: len(user.expenses()) == 1, 30)
    for service in ("expense", "deserialize"):
        eventually(lambda: stack_offset(stack, service, "user.profile.v1", place[0]) > place[1], 30)
    assert [r for r in kafka.read("user.profile.v1.dlq") if r.key == key] == []


def stack_offset(stack, service, topic, partition):
    """The next offset that a service applies."""
    import psycopg2
    with psycopg2.connect(stack.database.dsn(service)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT next_offset FROM inbox_offset WHERE topic = %s AND partition = %s", (topic, partition))
        row = cursor.fetchone()
        return row[0] if row else 0
