"""What is broken on purpose: the broker, the database, a replica, a record."""
import json
import uuid

import requests
from client import eventually

TEXT = "INR {amount}.00 spent on card XX4321 at NEWS STAND on 03-02-26. Ref {ref}"


def answered(status, answer):
    """[answer] when it has the status; an answer of 4xx or 5xx is false by itself."""
    return [answer] if answer.status_code == status else []


def test_texts_are_accepted_while_the_broker_is_away(stack, user):
    stack.broker.kill()
    sent = [user.send(TEXT.format(amount=10 + i, ref=f"51234567890{i}")) for i in range(3)]
    stack.broker.start()
    for message_id in sent:
        eventually(lambda: user.get(f"/messages/{message_id}").json()["status"] != "received", 60)
    eventually(lambda: len(user.expenses()) == 3, 60)


def test_database_away_is_503_and_comes_back_without_a_restart(stack, user):
    user.get("/users/me")
    stack.database.kill()
    try:
        answer = eventually(lambda: answered(503, user.get("/expenses")))[0]
        assert int(answer.headers["Retry-After"]) > 0
        replica = stack.replica("expense")
        ready = eventually(lambda: answered(503, requests.get(f"{replica.url}/readyz", timeout=5)))[0]
        assert ready.json()["database"] == "down"
        pid = replica.pid
    finally:
        stack.database.start()
    eventually(lambda: user.get("/expenses").status_code == 200, 30)
    assert stack.replica("expense").pid == pid


def test_a_killed_replica_is_not_noticed(stack, user):
    stack.replica("expense", 1).kill()
    for _ in range(30):
        assert user.get("/expenses").status_code == 200
    stack.replica("expense", 1).start()


def test_kill_of_every_consumer_loses_and_doubles_nothing(stack, user):
    sent = []
    for i in range(12):
        sent.append(user.send(TEXT.format(amount=100 + i, ref=f"6123456789{i:02}")))
        if i == 5:
            for number in (1, 2):
                stack.replica("deserialize", number).kill()
                stack.replica("expense", number).kill()
            stack.start()
    eventually(lambda: len(user.expenses()) == len(sent), 60)
    assert sorted(e["message_id"] for e in user.expenses()) == sorted(sent)


def test_poison_goes_aside_and_the_next_record_is_applied(stack, kafka, user):
    def event(**changes):
        return json.dumps({"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/forwarder",
                           "type": "message.received", "userid": user.id, "time": "2026-03-21T10:00:00Z",
                           "data": {"sender": "A", "body": TEXT.format(amount=77, ref="712345678901")},
                           **changes}).encode()
    topic, key = "message.received.v1", user.id.encode()
    poison = [b"not json " + uuid.uuid4().bytes.hex().encode(), b'{"hello":"' + uuid.uuid4().hex.encode() + b'"}',
              event(data={"sender": "A"})]
    for value in poison:
        kafka.produce(topic, value, key=key)
    kafka.produce(topic, event(type="message.of_tomorrow"), key=key)
    kafka.produce(topic, event(), key=key)
    eventually(lambda: len(user.expenses()) == 1, 30)
    dead = kafka.wait_for(topic + ".dlq", lambda r: r.value in poison, count=3)
    assert sorted(r.value for r in dead) == sorted(poison)
    assert all(r.header("original_topic") == topic and r.header("error_code") for r in dead)


def test_an_event_applied_twice_has_one_effect(stack, kafka, user):
    message_id = user.send(TEXT.format(amount=55, ref="812345678901"))
    user.expense_of(message_id)
    record = kafka.wait_for("transaction.parsed.v1", lambda r: message_id.encode() in (r.value or b""))[0]
    kafka.produce("transaction.parsed.v1", record.value, key=record.key)
    later = user.send(TEXT.format(amount=56, ref="812345678902"))
    user.expense_of(later)
    assert len(user.expenses()) == 2


def test_bad_input_over_http(stack, user):
    url, token = f"{stack.url}/api/v1/messages", {"Authorization": f"Bearer {user.access_token}"}
    broken = requests.post(url, data='{"sender": ', headers={**token, "Content-Type": "application/json"}, timeout=10)
    assert broken.status_code == 400 and "line 1" in broken.json()["detail"]
    form = requests.post(url, data="a=b", headers={**token, "Content-Type": "text/plain"}, timeout=10)
    assert form.status_code == 415
    large = json.dumps({"sender": "A", "body": "x" * 70000})
    direct = f"{stack.replica('deserialize').url}/api/v1/messages"
    answer = requests.post(direct, data=large, headers={**token, "Content-Type": "application/json"}, timeout=10)
    assert answer.status_code == 413
    assert requests.post(f"{direct}/batch", data="{}", headers={**token, "Content-Type": "application/json"},
                         timeout=10).status_code == 422
