"""The way of a bank text, step by step: client, gateway, token check, event, reader, consumers, each
service's own database, answer through the gateway."""
import json
import uuid

import requests
from person import eventually

TEXT = "INR 450.00 debited from A/c XX1234 on 21-03-26 to VPA cornercafe@upi CORNER CAFE. UPI Ref {ref}"


def test_a_person_signs_up_through_the_gateway(stack):
    answer = requests.post(f"{stack.url}/api/v1/auth/signup", timeout=15, json={
        "email": f"u{uuid.uuid4().hex}@example.org", "password": "a long enough pass phrase"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == "/api/v1/users/me"


def test_text_becomes_one_expense_of_the_right_person(stack, kafka, user, other):
    text = TEXT.format(ref="412345678901")
    # 1-3: through the gateway, with a token that the service itself checks
    message_id = user.send(text)
    # 4: published under the user's key
    record = kafka.wait_for("message.received.v1", lambda r: message_id.encode() in (r.value or b""))[0]
    assert record.key == user.id.encode()
    event = json.loads(record.value)
    assert (event["specversion"], event["type"], event["userid"]) == ("1.0", "message.received", user.id)
    # 5: read
    message = user.message(message_id)
    assert message["status"] == "parsed" and message["attempts"][0]["fields"]["amount"] == "450.00"
    parsed = kafka.wait_for("transaction.parsed.v1", lambda r: message_id.encode() in (r.value or b""))[0]
    assert json.loads(parsed.value)["causationid"] == event["id"]
    # 6, 8: consumed by expense-service, answered through the gateway
    expense = user.expense_of(message_id)
    assert expense["amount"] == {"amount": "450.00", "currency": "INR"}
    assert expense["type"] == "expense" and expense["source"] == "message"
    assert expense["account"]["last4"] == "1234"
    assert "corner cafe" in expense["merchant"]["name"].lower()
    assert expense["category"] is not None
    # the ledger of texts learns which expense it became
    assert eventually(lambda: user.get(f"/messages/{message_id}").json().get("expense_id")) == expense["id"]
    # nobody else sees any of it
    assert other.expenses() == []
    assert other.get(f"/expenses/{expense['id']}").status_code == 404
    assert other.get(f"/messages/{message_id}").status_code == 404
    # exactly one
    assert len(user.expenses()) == 1


def test_every_service_keeps_its_own_database(stack, user):
    """7: a role sees its own schema and no other."""
    for service, schema in (("auth", "auth"), ("user", "users"), ("expense", "expense"),
                            ("deserialize", "deserialize")):
        import psycopg2
        with psycopg2.connect(stack.database.dsn(service)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE has_schema_privilege(nspname, 'USAGE') "
                           "AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'")
            assert {row[0] for row in cursor.fetchall()} <= {schema, "public"}


def test_profile_follows_sign_up(user):
    profile = user.get("/users/me").json()
    assert (profile["id"], profile["email"], profile["name"]) == (user.id, user.email, "Test Person")
    assert {"base_currency", "time_zone", "locale"} <= profile["preferences"].keys()


def test_same_device_id_is_stored_once(user):
    text = "Rs.75.00 spent on card XX9876 at BOOK SHOP on 02-03-26"
    first = user.send(text, device_message_id="phone-1")
    assert user.send(text, device_message_id="phone-1") == first
    user.message(first)
    assert len(user.get("/messages").json()["data"]) == 1


def test_same_text_with_its_own_reference_is_one_expense(user):
    text = TEXT.format(ref="412345678999")
    first, second = user.send(text), user.send(text)
    assert user.message(first)["status"] == "parsed"
    repeat = user.message(second)
    assert (repeat["status"], repeat["duplicate_of"]) == ("duplicate", first)
    user.expense_of(first)
    assert len(user.expenses()) == 1


def test_what_is_no_payment_is_refused_with_its_reason(user):
    cases = {
        "otp": "123456 is your OTP for a payment of INR 2,000.00 at ONLINE STORE. Do not share it.",
        "failed_payment": "Your payment of INR 300.00 at CITY MART with card XX1111 was declined due to "
                          "insufficient funds.",
        "promotion": "Get a pre-approved loan of Rs 5,00,000 at 10.5% interest! Apply now, offer ends soon.",
    }
    for reason, text in cases.items():
        message = user.message(user.send(text))
        assert message["status"] == "rejected", (text, message)
        assert message["reason"] == reason, (text, message)
    assert user.expenses() == []


def test_batch_answers_each_item(user):
    good = {"sender": "VM-EXBANK", "body": "INR 10.00 spent on card XX1111 at TEA STALL on 01-02-26"}
    answer = user.post("/messages/batch", {"messages": [good, {"sender": "X"}, "text"]})
    assert answer.status_code == 207
    data = answer.json()["data"]
    assert [item["status"] for item in data] == [202, 422, 422]
    assert data[1]["problem"]["errors"] == [{"pointer": "/body", "code": "required", "detail": "must be given"}]
    assert user.message(data[0]["id"])["status"] in ("parsed", "needs_review")


def test_forwarder_hands_in_straight_to_the_topic(kafka, user):
    import uuid
    eventually(lambda: user.get("/users/me").status_code == 200)
    event = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/forwarder", "type": "message.received",
             "userid": user.id, "time": "2026-03-21T10:00:00Z",
             "data": {"sender": "VM-EXBANK", "body": "INR 99.00 spent on card XX4321 at NEWS STAND on 03-02-26"}}
    for _ in range(2):  # a forwarder may repeat itself
        kafka.produce("message.received.v1", json.dumps(event).encode(), key=user.id.encode())
    expense = user.expense_of(event["id"])
    assert expense["amount"]["amount"] == "99.00"
    assert len(user.expenses()) == 1
