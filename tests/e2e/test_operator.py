"""The operator's commands, against running and stopped services: dead letters, the outbox, topics, replay."""
import base64
import json
import time
import uuid

import psycopg2
import pytest
from person import eventually

TEXT = "INR {amount}.00 spent on card XX4321 at NEWS STAND on 03-02-26. Ref {ref}"
MESSAGE, PARSED, PROFILE = "message.received.v1", "transaction.parsed.v1", "user.profile.v1"


def operate(stack, service, *arguments, code=0):
    """A command's JSON; its exit status must be as expected."""
    done = stack.replica(service).run(*arguments, "--json")
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout else None


def sql(stack, statement, *values):
    """As superuser; the rows, when there are any."""
    connection = psycopg2.connect(stack.database.admin_dsn())
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def letters(stack, service, wanted, *options):
    """Rows of dlq list whose value is the one wanted, by what dlq show says."""
    rows = operate(stack, service, "dlq", "list", "--limit", "10000", *options)["dead_letters"]
    return [row for row in rows if row["bytes"] == len(wanted) and
            raw(operate(stack, service, "dlq", "show", row["id"])["value_base64url"]) == wanted]


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def dead(kafka, topic, value, count=1):
    return kafka.wait_for(topic + ".dlq", lambda r: r.value == value, count=count, timeout=30)


def place(record):
    return f"{record.topic}/{record.partition}/{record.offset}"


@pytest.fixture
def refused(stack, user):
    """A payment of this user that the ledger refuses for a reason that is then mended. Yields
    (the good expense beside it, a function that mends the reason)."""
    name = f"test_{uuid.uuid4().hex}"
    eventually(lambda: user.get("/users/me").status_code == 200)
    sql(stack, f"ALTER TABLE expense.expense ADD CONSTRAINT {name} "
               f"CHECK (user_id <> '{user.id}' OR amount_minor <> 6600) NOT VALID")

    def mend():
        sql(stack, f"ALTER TABLE expense.expense DROP CONSTRAINT IF EXISTS {name}")
    yield mend
    mend()


def refused_record(kafka, user):
    """Sends the payment that is refused and one after it; the dead letter."""
    bad = user.send(TEXT.format(amount=66, ref=uuid.uuid4().int % 10**12))
    good = user.send(TEXT.format(amount=67, ref=uuid.uuid4().int % 10**12))
    user.expense_of(good)
    return bad, kafka.wait_for(PARSED + ".dlq", lambda r: bad.encode() in (r.value or b""), timeout=30)[0]


def test_list_and_show(stack, kafka, user):
    value = b'{"odd":"\x1b[2J' + uuid.uuid4().hex.encode() + b'\xff'
    kafka.produce(MESSAGE, value, key=user.id.encode())
    record = dead(kafka, MESSAGE, value)[0]
    row = letters(stack, "deserialize", value)[0]
    assert row["id"] == place(record)
    assert (row["original_topic"], row["reason"], row["attempts"], row["state"]) == \
        (MESSAGE, "json_malformed", 1, "open")
    assert row["first_failure"] == record.header("first_failure") and row["handled_at"] is None
    assert letters(stack, "deserialize", value, "--topic", MESSAGE, "--reason", "json_malformed", "--open") == [row]
    assert letters(stack, "deserialize", value, "--reason", "no_value") == []
    assert letters(stack, "deserialize", value, "--topic", "expense.v1") == []
    whole = operate(stack, "deserialize", "dlq", "show", row["id"])
    assert raw(whole["value_base64url"]) == value and "\\x1b[2J" in whole["value"] and "\\xff" in whole["value"]
    assert whole["key"] == user.id
    assert {"name": "consumer", "value": "deserialize-service"} in whole["headers"]
    for text in (stack.replica("deserialize").run("dlq", "list").stdout,
                 stack.replica("deserialize").run("dlq", "show", row["id"]).stdout):
        assert row["id"] in text and "\x1b" not in text
    # another service's dead letter is not this one's to touch
    for command in ("show", "replay", "drop"):
        operate(stack, "expense", "dlq", command, row["id"], code=1)
    operate(stack, "deserialize", "dlq", "show", f"{MESSAGE}.dlq/0/999999999", code=1)
    operate(stack, "deserialize", "dlq", "list", "--topic", PARSED, code=1)


def test_limit_keeps_the_newest(stack, kafka, user):
    values = [b"no json " + uuid.uuid4().hex.encode() for _ in range(3)]
    for value in values:
        kafka.produce(MESSAGE, value, key=user.id.encode())
    last = dead(kafka, MESSAGE, values[-1])[0]
    listed = operate(stack, "deserialize", "dlq", "list", "--topic", MESSAGE, "--limit", "2")
    assert [row["id"] for row in listed["dead_letters"]][-1] == place(last)
    assert len(listed["dead_letters"]) == 2 and listed["left_off"] >= 1


def test_a_record_that_is_still_bad_goes_back_once(stack, kafka, user):
    value = b"no json " + uuid.uuid4().hex.encode()
    kafka.produce(MESSAGE, value, key=user.id.encode())
    first = dead(kafka, MESSAGE, value)[0]
    answer = operate(stack, "deserialize", "dlq", "replay", place(first), code=1)
    assert (answer["failed_again"], answer["replayed"]) == (1, 0)
    assert answer["results"][0]["reason"] == "json_malformed"
    again = dead(kafka, MESSAGE, value, count=2)[1]
    assert (again.header("attempts"), again.header("first_failure")) == ("2", first.header("first_failure"))
    assert (again.key, again.value) == (first.key, first.value)
    for name in ("original_topic", "original_partition", "original_offset", "consumer"):
        assert again.header(name) == first.header(name)
    # the first one is dealt with: it does not go back a second time
    assert operate(stack, "deserialize", "dlq", "replay", place(first))["already_handled"] == 1
    answer = operate(stack, "deserialize", "dlq", "replay", place(again), code=1)
    assert answer["failed_again"] == 1
    third = dead(kafka, MESSAGE, value, count=3)[2]
    assert third.header("attempts") == "3"
    assert [row["state"] for row in letters(stack, "deserialize", value)] == ["failed_again", "failed_again", "open"]
    assert len([r for r in kafka.read(MESSAGE + ".dlq") if r.value == value]) == 3


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_replay_books_once_when_the_reason_is_gone(stack, kafka, user, refused, running):
    bad, record = refused_record(kafka, user)
    assert "SQLSTATE 23514" in record.header("error_text")
    # while the reason is there, it goes back
    assert operate(stack, "expense", "dlq", "replay", place(record), code=1)["failed_again"] == 1
    record = kafka.wait_for(PARSED + ".dlq", lambda r: r.value == record.value, count=2, timeout=30)[1]
    refused()
    ends = kafka.end_offsets(PARSED)
    if not running:
        for number in (1, 2):
            stack.replica("expense", number).stop()
    by_reason = ("dlq", "replay", "--reason", record.header("error_code"))
    answer = operate(stack, "expense", *by_reason)
    assert answer["replayed"] == 1 and answer["results"] == [{"id": place(record), "outcome": "replayed"}]
    answer = operate(stack, "expense", *by_reason)
    assert (answer["replayed"], answer["already_handled"]) == (0, 2)
    assert operate(stack, "expense", "dlq", "replay", place(record))["already_handled"] == 1
    if not running:
        stack.start()
    assert user.expense_of(bad)["amount"]["amount"] == "66.00"
    assert sorted(e["amount"]["amount"] for e in user.expenses()) == ["66.00", "67.00"]
    # nobody else saw it, and the event that tells of it went out once
    assert kafka.end_offsets(PARSED) == ends
    eventually(lambda: user.get(f"/messages/{bad}").json().get("expense_id"))
    told = [r for r in kafka.read("expense.v1") if bad.encode() in (r.value or b"")]
    assert len(told) == 1


def test_replay_of_what_was_booked_meanwhile_changes_nothing(stack, kafka, user, refused):
    """The inbox's natural key still protects: the same text came again and was booked."""
    bad, record = refused_record(kafka, user)
    refused()
    event = json.loads(record.value)
    event.pop("sequence")
    event["id"] = str(uuid.uuid4())
    kafka.produce(PARSED, json.dumps(event).encode(), key=record.key)
    user.expense_of(bad)
    assert operate(stack, "expense", "dlq", "replay", place(record))["replayed"] == 1
    assert len(user.expenses()) == 2


def test_drop(stack, kafka, user):
    values = [b"no json " + uuid.uuid4().hex.encode() for _ in range(2)]
    for value in values:
        kafka.produce(MESSAGE, value, key=user.id.encode())
    first, second = (dead(kafka, MESSAGE, value)[0] for value in values)
    assert operate(stack, "deserialize", "dlq", "drop", place(first))["dropped"] == 1
    assert operate(stack, "deserialize", "dlq", "drop", place(first))["already_handled"] == 1
    assert operate(stack, "deserialize", "dlq", "replay", place(first))["already_handled"] == 1
    would = operate(stack, "deserialize", "dlq", "drop", "--reason", "json_malformed", code=2)["would_drop"]
    assert would >= 1
    assert [row["state"] for row in letters(stack, "deserialize", values[1])] == ["open"]
    assert operate(stack, "deserialize", "dlq", "drop", "--reason", "json_malformed", "--yes")["dropped"] == would
    assert [row["state"] for value in values for row in letters(stack, "deserialize", value)] == ["dropped"] * 2
    assert operate(stack, "deserialize", "dlq", "replay", place(second))["already_handled"] == 1


def test_outbox_status_and_retry(stack, kafka, user):
    status = operate(stack, "expense", "outbox", "status")
    assert status["complaint"] is None and status["refused"] == []
    assert sum(relay["parts"] for relay in status["relays"]) == 8 and status["table_bytes"] > 0
    value = json.dumps({"specversion": "1.0", "id": str(uuid.uuid4()), "source": "test", "type": "test.unknown",
                        "userid": user.id, "data": {}})
    row = sql(stack, "INSERT INTO expense.outbox_refused (id, created_at, reason, topic, key, value) VALUES "
                     "(nextval('expense.outbox_id_seq'), now(), 'test: too large', 'expense.v1', %s, %s) RETURNING id",
              user.id.encode(), value.encode())[0][0]
    status = operate(stack, "expense", "outbox", "status", code=3)
    assert "refused" in status["complaint"] and status["refused"][0]["reason"] == "test: too large"
    assert status["refused"][0]["count"] == 1 and status["refused_rows"][0]["id"] == row
    assert "too large" in stack.replica("expense").run("outbox", "status").stdout
    operate(stack, "expense", "outbox", "retry", str(row + 1000000), code=1)
    assert operate(stack, "expense", "outbox", "retry", str(row))["put_back"] == 1
    assert kafka.wait_for("expense.v1", lambda r: r.value == value.encode(), timeout=30)[0].key == user.id.encode()
    assert operate(stack, "expense", "outbox", "status")["refused"] == []


def test_outbox_status_when_the_service_is_stopped(stack, user):
    eventually(lambda: user.get("/users/me").status_code == 200)
    eventually(lambda: sql(stack, "SELECT count(*) FROM users.outbox")[0][0] == 0)
    time.sleep(1)  # what the sign-up still causes is on its way by now
    eventually(lambda: sql(stack, "SELECT count(*) FROM users.outbox")[0][0] == 0)
    for number in (1, 2):
        stack.replica("user", number).stop()
    assert operate(stack, "user", "outbox", "status")["relays"] == []
    sql(stack, "INSERT INTO users.outbox (created_at, topic, key, value) VALUES "
               "(now() - interval '2 minutes', 'user.profile.v1', %s, '{}')", user.id.encode())
    status = operate(stack, "user", "outbox", "status", code=3)
    assert status["waiting"] == 1 and status["oldest_age_ms"] > 119000 and "over a minute" in status["complaint"]
    sql(stack, "DELETE FROM users.outbox WHERE value = '{}'")


def test_topics_check(stack, kafka):
    missing, other = "message.outcome.v1.dlq", "message.outcome.v1"
    assert all(row["state"] == "ok" for row in operate(stack, "expense", "topics", "check")["topics"])
    kafka.delete_topic(missing)
    states = {row["topic"]: row["state"] for row in operate(stack, "expense", "topics", "check")["topics"]}
    assert states.pop(missing) == "created" and set(states.values()) == {"ok"}
    assert kafka.topics()[missing] == 1 and kafka.topic_config(missing)["max.message.bytes"] == "8388608"
    before = kafka.topic_config(other)
    kafka.set_topic_config(other, {"retention.ms": "3600000", "cleanup.policy": "compact"})
    try:
        rows = operate(stack, "expense", "topics", "check", code=3)["topics"]
        row = next(row for row in rows if row["topic"] == other)
        assert row["differences"] == [{"what": "retention.ms", "declared": 604800000, "found": 3600000},
                                      {"what": "cleanup.policy", "declared": "delete", "found": "compact"}]
        text = stack.replica("expense").run("topics", "check")
        assert text.returncode == 3 and f"{other}: retention.ms is 3600000, declared 604800000" in text.stdout
        # a service that starts says so, once
        replica = stack.replica("user", 2)
        begin = replica.log.stat().st_size
        replica.restart()
        eventually(lambda: b'"topic_differs"' in replica.log.read_bytes()[begin:], 30)
        assert replica.log.read_bytes()[begin:].count(b'"what":"retention.ms"') == 1
    finally:
        kafka.set_topic_config(other, before)
    assert operate(stack, "expense", "topics", "check")


def owner(stack, user):
    return sql(stack, "SELECT base_currency, time_zone, month_start FROM expense.owner WHERE user_id = %s", user.id)


def person(stack, user):
    return sql(stack, "SELECT base_currency, time_zone FROM deserialize.person WHERE user_id = %s", user.id)


def prefer(user, **preferences):
    """Change preferences as a client does, which reads again on 412: the event of the sign-up may come between."""
    def change():
        found = user.get("/users/me")
        if found.status_code != 200:
            return []
        answer = user.patch("/users/me", {"preferences": preferences}, headers={"If-Match": found.headers["ETag"]})
        return [] if answer.status_code == 412 else [answer]

    answer = eventually(change)[0]
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_replay_makes_derived_rows_anew(stack, user, running):
    message = user.send(TEXT.format(amount=12, ref=uuid.uuid4().int % 10**12))
    prefer(user, base_currency="INR", time_zone="Asia/Kolkata")
    prefer(user, base_currency="EUR", time_zone="Europe/Vienna", month_start=5)
    user.expense_of(message)
    want = [("EUR", "Europe/Vienna", 5)]
    eventually(lambda: owner(stack, user) == want and person(stack, user) == [("EUR", "Europe/Vienna")])
    email = sql(stack, "SELECT email FROM users.profile WHERE user_id = %s", user.id)
    eventually(lambda: user.get(f"/messages/{message}").json().get("expense_id"))
    if not running:
        for service in ("expense", "deserialize", "user"):
            for number in (1, 2):
                stack.replica(service, number).stop()
    sql(stack, "UPDATE expense.owner SET base_currency = 'XXX', time_zone = 'UTC', month_start = 28 "
               "WHERE user_id = %s", user.id)
    sql(stack, "UPDATE deserialize.person SET base_currency = NULL, time_zone = 'UTC' WHERE user_id = %s" if running
        else "DELETE FROM deserialize.person WHERE user_id = %s", user.id)
    sql(stack, "UPDATE deserialize.message SET expense_id = NULL WHERE id = %s", message)
    sql(stack, "UPDATE users.profile SET email = 'wrong@example.org' WHERE user_id = %s", user.id)
    rows = operate(stack, "expense", "replay", "--all")["topics"]
    assert [row["topic"] for row in rows] == ["auth.user.v1", PROFILE]
    assert all(row["applied"] > 0 and row["refused"] == 0 for row in rows)
    operate(stack, "deserialize", "replay", "--all")
    operate(stack, "user", "replay", "auth.user.v1")
    assert owner(stack, user) == want and person(stack, user) == [("EUR", "Europe/Vienna")]
    assert sql(stack, "SELECT email FROM users.profile WHERE user_id = %s", user.id) == email
    assert sql(stack, "SELECT expense_id FROM deserialize.message WHERE id = %s", message)[0][0]
    if not running:
        stack.start()
    eventually(lambda: user.expenses())
    assert len(user.expenses()) == 1
    # and what comes afterwards is applied as ever
    prefer(user, base_currency="USD")
    eventually(lambda: owner(stack, user)[0][0] == "USD" and person(stack, user)[0][0] == "USD")


def test_replay_beside_a_running_consumer_never_shows_an_older_state(stack, user):
    """A profile that changes while the topic is given again from its beginning ends at its newest state."""
    zones = ["Europe/Vienna", "Asia/Kolkata", "America/New_York", "Asia/Tokyo", "Europe/Paris", "UTC"]
    for zone in zones:
        prefer(user, time_zone=zone)
        operate(stack, "expense", "replay", PROFILE)
    eventually(lambda: owner(stack, user) and owner(stack, user)[0][1] == "UTC")
    end = time.monotonic() + 2
    while time.monotonic() < end:
        operate(stack, "expense", "replay", PROFILE)
        assert owner(stack, user)[0][1] == "UTC"


def test_a_deleted_person_stays_deleted(stack, kafka, user):
    eventually(lambda: owner(stack, user) and person(stack, user))
    event = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "test", "type": "user.deleted",
             "userid": user.id, "data": {"user_id": user.id}}
    kafka.produce("auth.user.v1", json.dumps(event).encode(), key=user.id.encode())
    eventually(lambda: sql(stack, "SELECT deleted_at IS NOT NULL FROM expense.owner WHERE user_id = %s", user.id)
               == [(True,)])
    eventually(lambda: sql(stack, "SELECT deleted FROM deserialize.person WHERE user_id = %s", user.id) == [(True,)])
    sql(stack, "DELETE FROM deserialize.person WHERE user_id = %s", user.id)
    for service in ("expense", "deserialize", "user"):
        operate(stack, service, "replay", "--all")
    assert owner(stack, user) == [(None, "UTC", 1)]
    assert sql(stack, "SELECT deleted, base_currency FROM deserialize.person WHERE user_id = %s", user.id) \
        == [(True, None)]
    assert sql(stack, "SELECT deleted_at IS NOT NULL, email FROM users.profile WHERE user_id = %s", user.id) \
        == [(True, None)]


def test_an_older_dead_letter_never_overwrites_a_newer_state(stack, kafka, user):
    prefer(user, time_zone="Europe/Vienna")
    prefer(user, time_zone="Asia/Tokyo")
    eventually(lambda: owner(stack, user) and owner(stack, user)[0][1] == "Asia/Tokyo")
    old = kafka.wait_for(PROFILE, lambda r: r.key == user.id.encode() and b"Europe/Vienna" in (r.value or b""))[0]
    for service, state in (("expense", owner), ("deserialize", person)):
        headers = {"error_code": "invalid", "error_text": "test", "attempts": "1", "original_topic": PROFILE,
                   "original_partition": str(old.partition), "original_offset": str(old.offset),
                   "first_failure": "2026-03-21T10:00:00Z", "consumer": f"{service}-service"}
        where = kafka.produce(PROFILE + ".dlq", old.value, key=old.key, headers=headers)
        answer = operate(stack, service, "dlq", "replay", f"{PROFILE}.dlq/{where[0]}/{where[1]}")
        assert answer["replayed"] == 1
        assert state(stack, user)[0][1] == "Asia/Tokyo"
        # the same dead letter, sent twice by a relay that did not learn that it was there
        where = kafka.produce(PROFILE + ".dlq", old.value, key=old.key, headers=headers)
        assert operate(stack, service, "dlq", "replay",
                       f"{PROFILE}.dlq/{where[0]}/{where[1]}")["already_handled"] == 1


def test_effects_are_not_replayed(stack):
    for service, topic, words in (("expense", PARSED, "must not happen twice"),
                                  ("deserialize", MESSAGE, "must not happen twice"),
                                  ("expense", "auth.keys.v1", "restart the service"),
                                  ("expense", "no.such.topic", "does not consume"),
                                  ("auth", "--all", "derives no rows")):
        done = stack.replica(service).run("replay", topic)
        assert done.returncode == 1 and words in done.stderr, (topic, done.stderr)


def test_usage(stack):
    replica = stack.replica("expense")
    for arguments in (("dlq",), ("dlq", "frob"), ("dlq", "show", "x"), ("outbox", "retry"), ("replay",),
                      ("topics", "check", "--frob")):
        done = replica.run(*arguments)
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, (arguments, done.stderr)
    for word in ("dlq", "outbox", "topics", "replay"):
        done = replica.run(word, "--help")
        assert done.returncode == 0 and "exit" in done.stdout
    assert "dlq replay" in replica.run("--help").stdout
