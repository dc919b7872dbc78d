"""Texts lie in the database under a key of their owner's own, which goes with the account."""
import base64
import contextlib
import json
import secrets
import uuid

import psycopg2
from person import eventually
from stack.sealed import Sealed
from test_erasure import delete, event

TEXT = "INR 310.00 spent on card XX1234 at SEALED STALL on 21-03-26. Ref {ref}"
ROW = "SELECT body, sealed, fingerprint FROM deserialize.message WHERE id = %s"


def sql(stack, statement, *values):
    connection = psycopg2.connect(stack.database.admin_dsn())
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def keys(stack, *arguments):
    done = stack.replica("deserialize").run("keys", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


KEK = "DESERIALIZE_KEY_ENCRYPTION_KEY"


def restart(stack):
    for number in (1, 2):
        stack.replica("deserialize", number).restart()


def test_no_text_lies_in_clear(stack, user):
    body = TEXT.format(ref="512345678901")
    message = user.send(body)
    assert user.message(message)["body"] == body
    clear, sealed, _ = sql(stack, ROW, message)[0]
    assert clear is None and b"SEALED STALL" not in bytes(sealed)
    secret, = sql(stack, "SELECT secret FROM deserialize.text_key WHERE user_id = %s", user.id)[0]
    assert Sealed(stack).text(user.id, message, secret, sealed) == body
    assert user.get("/messages").json()["data"][0]["body"] == body


def test_a_forwarders_text_is_sealed_too(stack, kafka, user):
    body = TEXT.format(ref="512345678902")
    message = str(uuid.uuid4())
    kafka.produce("message.received.v1", event(user, "message.received", {
        "message_id": message.upper(), "sender": "VM-EXBANK", "body": body}), key=user.id.encode())
    eventually(lambda: sql(stack, ROW, message))
    assert user.message(message)["body"] == body
    assert sql(stack, ROW, message)[0][0] is None


def test_rows_from_before_are_read_and_sealed_and_known_as_repeats(stack, user):
    body = TEXT.format(ref="512345678903")
    first = user.send(body)
    user.message(first)
    sql(stack, "UPDATE deserialize.message SET body = %s, sealed = NULL, fingerprint = sha256(%s::bytea)"
        " WHERE id = %s", body, body, first)
    again = user.send(body)
    shown = user.message(again)
    assert (shown["status"], shown["duplicate_of"]) == ("duplicate", first)
    assert user.message(first)["body"] == body
    eventually(lambda: sql(stack, ROW, first)[0][0] is None)
    assert bytes(sql(stack, ROW, first)[0][2]) == bytes(sql(stack, ROW, again)[0][2])
    assert user.message(first)["body"] == body


def test_the_key_goes_with_the_account(stack, kafka, user):
    user.message(user.send(TEXT.format(ref="512345678904")))
    delete(kafka, user)
    eventually(lambda: sql(stack, "SELECT count(*) FROM deserialize.text_key WHERE user_id = %s", user.id)[0] == (0,))


def test_the_key_encryption_key_changes(stack, user):
    body = TEXT.format(ref="512345678905")
    message = user.send(body)
    user.message(message)
    old = stack.replica("deserialize").configuration()[KEK]
    new = base64.b64encode(secrets.token_bytes(32)).decode()
    before = stack.extra_environment.get("deserialize", {})
    try:
        stack.extra_environment["deserialize"] = {**before, KEK: new, f"{KEK}_PREVIOUS": old}
        restart(stack)
        assert user.message(message)["body"] == body  # under the previous one still
        assert "sealed anew" in keys(stack, "rewrap")
        assert len(json.loads(keys(stack, "status", "--json"))) == 1
        stack.extra_environment["deserialize"] = {**before, KEK: new}
        restart(stack)
        assert user.message(message)["body"] == body
        assert stack.replica("deserialize").run("keys", "sideways").returncode == 2
    finally:
        stack.extra_environment["deserialize"] = {**before, KEK: old, f"{KEK}_PREVIOUS": new}
        restart(stack)
        keys(stack, "rewrap")
        stack.extra_environment["deserialize"] = before
        restart(stack)
    assert user.message(message)["body"] == body


def test_texts_go_when_their_owners_time_is_over(stack, user, other):
    body = TEXT.format(ref="512345678906")
    old, young, theirs = user.send(body), user.send(TEXT.format(ref="512345678907")), other.send(body)
    expense = user.expense_of(old)
    other.message(theirs)
    sql(stack, "UPDATE deserialize.message SET created_at = now() - interval '31 days' WHERE id IN (%s, %s)",
        old, theirs)
    kept = user.patch("/users/me", {"preferences": {"retention_days": 30}}, headers={"If-Match": "*"})
    assert kept.status_code == 200, kept.text
    eventually(lambda: user.message(old)["body"] is None)
    message = user.message(old)
    assert message["status"] == "parsed" and message["attempts"][0]["fields"]["amount"] == "310.00"
    assert message["expense_id"] == expense["id"]
    assert user.message(young)["body"] and other.message(theirs)["body"] == body
    repeat = user.message(user.send(body))  # the fingerprint stays
    assert (repeat["status"], repeat["duplicate_of"]) == ("duplicate", old)
