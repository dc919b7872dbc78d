"""A person who was deleted is gone everywhere, for good, and who asks can see that it is so."""
import base64
import hashlib
import json
import threading
import time
import uuid

import jwt
import psycopg2
import requests
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from person import User, eventually
from test_exports import SERVICES, TEXT, add_expenses, parts_stored, pieces_stored, ready, sql, state

ANSWERING = [service for service in SERVICES if service != "auth-service"]


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def admin(stack):
    """An access token with the scope admin, signed as auth-service would."""
    with psycopg2.connect(stack.database.dsn("auth")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT kid, jwk, private_key FROM signing_key WHERE state = 'signing'")
        kid, jwk, private = cursor.fetchone()
    sealing = bytes.fromhex(stack.state.secret("auth_key_encryption_key", size=32))
    pem = AESGCM(sealing).decrypt(bytes(private[:12]), bytes(private[12:]), kid.encode())
    like = claims_of(User(stack.url).access_token)
    return jwt.encode({**like, "scope": "admin", "sub": str(uuid.uuid4()), "jti": str(uuid.uuid4())}, pem,
                      algorithm=jwk.get("alg", "ES256"), headers={"kid": kid, "typ": "JWT"})


def receipt(stack, user_id, token):
    return requests.get(f"{stack.url}/api/v1/users/admin/erasures/{user_id}",
                        headers={"Authorization": f"Bearer {token}"}, timeout=10)


def erased_by(stack, user, token):
    """The services that have confirmed."""
    answer = receipt(stack, user.id, token)
    if answer.status_code == 404:
        return set()
    assert answer.status_code == 200, answer.text
    return {s["service"] for s in answer.json()["services"] if s["status"] == "erased"}


def event(user, type_, data, **more):
    return json.dumps({"specversion": "1.0", "id": str(uuid.uuid4()), "source": "test", "type": type_,
                       "userid": user.id, "time": "2026-03-21T10:00:00Z", "data": data, **more}).encode()


def delete(kafka, user):
    kafka.produce("auth.user.v1", event(user, "user.deleted", {"user_id": user.id}), key=user.id.encode())


# Every row of a person, tombstones and receipts aside.
HELD = {
    "expense": ["expense", "expense_change", "account", "merchant", "category", "export_job", "idempotency_key"],
    "deserialize": ["message", "attempt", "text_key", "export_job", "idempotency_key"],
    "user": ["export", "export_source", "export_part", "export_piece", "export_job", "idempotency_key"],
}


def held(stack, user):
    """{table: rows} that are left of a person."""
    left = {}
    for service, tables in HELD.items():
        for table in tables:
            count = sql(stack, service, f"SELECT count(*) FROM {table} WHERE user_id = %s", user.id)[0][0]
            if count:
                left[f"{service}.{table}"] = count
    row = sql(stack, "user", "SELECT email, name, base_currency, notifications FROM profile WHERE user_id = %s",
              user.id)
    if row and any(row[0]):
        left["user.profile"] = 1
    return left


def gone(stack, user):
    return held(stack, user) == {}


def test_everything_goes_and_the_receipt_tells_who_has_confirmed(stack, kafka, user, other):
    token = admin(stack)
    sent = user.send(TEXT.format(amount=10, ref="727512340981"))
    user.expense_of(sent)
    other.expense_of(other.send(TEXT.format(amount=11, ref="727512340982")))
    user.post("/expenses", {"type": "expense", "amount": {"amount": "1.00", "currency": "INR"},
                            "occurred_at": "2026-01-02T03:04:05Z"}, headers={"Idempotency-Key": "k"})
    export_id = user.post("/users/me/exports", None).json()["id"]
    ready(user, export_id)
    assert receipt(stack, user.id, token).status_code == 404
    assert receipt(stack, user.id, user.access_token).status_code == 403
    assert receipt(stack, user.id, "").status_code == 401
    began = time.monotonic()
    delete(kafka, user)
    eventually(lambda: erased_by(stack, user, token) >= set(ANSWERING))
    print(f"confirmed after {time.monotonic() - began:.2f} s")
    assert held(stack, user) == {}
    for path in ("/users/me", f"/users/me/exports/{export_id}"):
        answer = user.get(path)
        assert answer.status_code in (401, 404), (path, answer.text)
    shown = receipt(stack, user.id.upper(), token).json()
    assert {s["service"] for s in shown["services"]} == set(SERVICES) and shown["deleted_at"]
    assert all((s["status"] == "erased") == bool(s["erased_at"]) for s in shown["services"])
    # What is kept of the person is no id.
    kept = sql(stack, "user", "SELECT encode(user_hash, 'hex') FROM receipt")
    assert (hashlib.sha256(user.id.encode()).hexdigest(),) in kept
    assert held(stack, other) and other.get("/users/me").status_code == 200


def test_an_account_that_is_deleted_is_confirmed_by_all(stack, user):
    token = admin(stack)
    user.expense_of(user.send(TEXT.format(amount=10, ref="767512340981")))
    answer = user.call("DELETE", "/auth/account", json={"password": user.password})
    assert answer.status_code == 202, answer.text
    assert receipt(stack, user.id, token).status_code == 404  # until its time has come
    sql(stack, "auth", "UPDATE account SET delete_at = now() WHERE user_id = %s", user.id)
    shown = eventually(lambda: [r.json() for r in [receipt(stack, user.id, token)]
                                if r.status_code == 200 and r.json()["complete"]], 100)[0]
    assert [s["status"] for s in shown["services"]] == ["erased"] * 4
    assert held(stack, user) == {}


def test_what_is_on_its_way_does_not_bring_the_person_back(stack, kafka, user):
    token, key = admin(stack), user.id.encode()
    user.expense_of(user.send(TEXT.format(amount=10, ref="737512340981")))
    # A text that is stored but not read, and one that is read but not booked, when the person goes.
    stack.replica("expense", 1).pause()
    stack.replica("expense", 2).pause()
    user.message(user.send(TEXT.format(amount=20, ref="737512340982")))
    stack.replica("deserialize", 1).pause()
    late = threading.Thread(target=lambda: requests.post(
        f"{stack.url}/api/v1/messages", json={"sender": "A", "body": TEXT.format(amount=30, ref="737512340983")},
        headers={"Authorization": f"Bearer {user.access_token}"}, timeout=30))
    late.start()
    delete(kafka, user)
    for label in (("expense", 1), ("expense", 2), ("deserialize", 1)):
        stack.replica(*label).resume()
    late.join()
    eventually(lambda: erased_by(stack, user, token) >= set(ANSWERING), 40)
    eventually(lambda: gone(stack, user), 90)  # a straggler within a minute
    # And whatever comes when the person has long been gone.
    message = {"sender": "A", "body": TEXT.format(amount=40, ref="737512340984")}
    parsed = {"message_id": str(uuid.uuid4()), "parser": "test/1", "confidence": 95, "class": "purchase",
              "direction": "debit", "amount": "7.00", "currency": "INR", "occurred_at": "2026-03-21T10:00:00Z",
              "merchant": "News Stand", "needs_review": False}
    export_id = str(uuid.uuid4())
    kafka.produce("message.received.v1", event(user, "message.received", message), key=key)
    kafka.produce("transaction.parsed.v1", event(user, "transaction.parsed", parsed), key=key)
    for type_ in ("user.registered", "user.updated"):
        kafka.produce("auth.user.v1", event(user, type_, {"user_id": user.id, "email": "back@example.org"}), key=key)
    profile = {"base_currency": "EUR", "time_zone": "UTC"}
    kafka.produce("user.profile.v1", event(user, "profile.updated", profile), key=key)
    kafka.produce("user.export.v1", event(user, "export.requested", {"export_id": export_id}), key=key)
    kafka.produce("user.export_part.v1", event(
        user, "export.part", {"export_id": export_id, "number": 1, "table": "expenses", "rows": [{"a": 1}]},
        source="expense-service"), key=key)
    # All of them have been looked at when what came after them on the same partition is.
    marker = User(stack.url)
    marker.expense_of(marker.send(TEXT.format(amount=50, ref="737512340985")))
    eventually(lambda: kafka.wait_for("user.export_part.v1", lambda r: r.key == key
                                      and export_id.encode() in r.value and b"export.completed" in r.value, count=3))
    eventually(lambda: gone(stack, user), 20)
    for path in ("/users/me", "/users/me/preferences"):
        assert user.get(path).status_code == 401
    assert user.post("/users/me/exports", None).status_code == 401
    assert user.post("/expenses", {"type": "expense", "amount": {"amount": "1.00", "currency": "INR"},
                                   "occurred_at": "2026-01-02T03:04:05Z"}).status_code == 401
    assert gone(stack, user)


def test_a_deletion_in_the_middle_of_an_export(stack, kafka, user):
    token = admin(stack)
    user.get("/users/me")
    eventually(lambda: sql(stack, "expense", "SELECT 1 FROM owner WHERE user_id = %s", user.id))
    add_expenses(stack, user, 15000)
    export_id = user.post("/users/me/exports", None).json()["id"]
    eventually(lambda: parts_stored(stack, export_id) > 5)
    delete(kafka, user)
    eventually(lambda: erased_by(stack, user, token) >= set(ANSWERING), 60)
    assert held(stack, user) == {}
    assert parts_stored(stack, export_id) == pieces_stored(stack, export_id) == 0
    assert user.get(f"/users/me/exports/{export_id}/download").status_code in (401, 404)


def test_a_stopped_service_confirms_when_it_is_back(stack, kafka, user):
    token = admin(stack)
    user.expense_of(user.send(TEXT.format(amount=10, ref="747512340981")))
    for number in (1, 2):
        stack.replica("expense", number).stop()
    delete(kafka, user)
    eventually(lambda: erased_by(stack, user, token) >= {"user-service", "deserialize-service"})
    shown = receipt(stack, user.id, token).json()
    assert not shown["complete"]
    assert [s["status"] for s in shown["services"] if s["service"] == "expense-service"] == ["waiting"]
    for number in (1, 2):
        stack.replica("expense", number).start()
    eventually(lambda: "expense-service" in erased_by(stack, user, token), 40)
    assert held(stack, user) == {}


def test_much_is_erased_in_steps_and_told_once_it_is(stack, kafka, user):
    token = admin(stack)
    user.expense_of(user.send(TEXT.format(amount=10, ref="757512340981")))
    add_expenses(stack, user, 9000)
    sql(stack, "deserialize",
        "INSERT INTO message (user_id, id, channel, sender, body, received_at, fingerprint)"
        " SELECT %s, gen_random_uuid(), 'sms', 'A', 'text ' || n, now(), int4send(n)"
        " FROM generate_series(1, 9000) AS n", user.id)
    delete(kafka, user)

    def confirmed():
        told = erased_by(stack, user, token)
        for service, table in (("expense-service", "expense.expense"), ("deserialize-service", "deserialize.message")):
            if service in told:  # never before the last row is gone
                schema, name = table.split(".")
                assert sql(stack, schema, f"SELECT count(*) FROM {name} WHERE user_id = %s", user.id) == [(0,)]
        return told >= set(ANSWERING)
    eventually(confirmed, 60)
    assert held(stack, user) == {}


def test_the_bare_id_goes_when_no_event_can_come_any_more(stack, kafka, user):
    token = admin(stack)
    user.get("/users/me")
    delete(kafka, user)
    eventually(lambda: erased_by(stack, user, token) >= set(ANSWERING))
    assert sql(stack, "user", "SELECT count(*) FROM profile WHERE user_id = %s", user.id) == [(1,)]
    sql(stack, "user", "UPDATE profile SET deleted_at = now() - interval '41 days' WHERE user_id = %s", user.id)
    eventually(lambda: sql(stack, "user", "SELECT count(*) FROM profile WHERE user_id = %s", user.id) == [(0,)], 90)
    for table in ("inbox_sequence", "event_sequence"):
        assert sql(stack, "user", f"SELECT count(*) FROM {table} WHERE user_id::text = %s", user.id) == [(0,)]
    assert erased_by(stack, user, token) >= set(ANSWERING)
