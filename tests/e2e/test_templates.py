"""Formats that people teach: private, counted, refused when they are bad, and given to all by an admin alone."""
import uuid

import pytest
from contract import Contract
from person import User, eventually
from test_account_care import codes

CONTRACT = Contract("deserialize")
SENDER = "POUCHBANK"


@pytest.fixture
def admin(stack):
    person = User(stack.url)
    done = stack.replica("auth").run("admin", "grant", person.email)
    assert done.returncode == 0, done.stderr
    person.take(person.post("/auth/token/refresh", {"refresh_token": person.refresh_token}).json())
    return person


def lesson(name="pouch", word="lightened", **members):
    return {"name": name, "direction": "debit", "kind": "purchase", "currency": "USD",
            "sample": f"Pouch 4410 was {word} by 17.30 for HOOK & LINE on 04-05-2026. Bye ANNA",
            "fields": {"amount": "17.30", "account": "4410", "merchant": "HOOK & LINE"}, "varies": ["ANNA"], **members}


def text(shop, word="lightened"):
    return f"Pouch 7001 was {word} by 42.50 for {shop} on 05-05-2026. Bye BELA"


def read(person, body):
    message = person.message(person.send(body, SENDER))
    return message, message["attempts"][-1]["fields"]


def teach(person, status=201, **members):
    answer = person.post("/parsers/templates", lesson(**members))
    assert answer.status_code == status, answer.text
    CONTRACT.check(answer)
    return answer


def test_a_taught_format_is_read_and_counted(user, other):
    before, _ = read(user, text("ROPE WALK"))
    assert before["status"] != "parsed"
    answer = teach(user)
    made = answer.json()
    assert answer.headers["Location"].endswith(made["id"])
    assert made["reads"]["merchant"] == "HOOK & LINE" and made["reads"]["amount"] == "17.30"
    assert "HOOK" not in made["pattern"].upper() and "4410" not in made["pattern"] and "anna" not in made["pattern"]
    after, fields = read(user, text("SAIL LOFT"))
    assert after["status"] == "parsed", after
    assert (fields["merchant"], fields["amount"], fields["currency"], fields["account"]["last4"]) \
        == ("SAIL LOFT", "42.50", "USD", "7001")
    assert fields["template"] == made["id"]
    expense = eventually(lambda: user.get(f"/messages/{after['id']}").json().get("expense_id"))
    assert user.get(f"/expenses/{expense}").json()["merchant"]["name"] == "SAIL LOFT"
    # What would become of a text, and why one was read so, is told with it too.
    assert after["explain"]["template"] == made["id"]
    seen = user.post("/parse/preview", {"sender": SENDER, "body": text("BUOY SHOP")}).json()
    assert (seen["status"], seen["fields"]["merchant"], seen["explain"]["template"]) \
        == ("parsed", "BUOY SHOP", made["id"])
    # Nobody else's texts are read with it, and nobody else sees it.
    strange, _ = read(other, text("SAIL LOFT"))
    assert strange["status"] != "parsed"
    for method in ("GET", "DELETE"):
        assert other.call(method, f"/parsers/templates/{made['id']}").status_code == 404
    assert other.call("PUT", f"/parsers/templates/{made['id']}/offer").status_code == 404
    assert other.get("/parsers/templates").json()["data"] == []
    parsers = user.get("/parsers")
    CONTRACT.check(parsers)
    known = parsers.json()
    assert known["own"] == [{"id": made["id"], "name": "pouch", "matched": 1}]
    assert [(row["sender"], row["bank"], row["messages"], row["parsed"]) for row in known["senders"]] \
        == [(SENDER, None, 2, 1)]
    assert any(bank["senders"] and bank["templates"] for bank in known["banks"])
    CONTRACT.check(user.get("/parsers/templates"))
    CONTRACT.check(user.get(f"/parsers/templates/{made['id']}"))
    gone = user.call("DELETE", f"/parsers/templates/{made['id']}")
    assert gone.status_code == 204
    assert user.call("DELETE", f"/parsers/templates/{made['id']}").status_code == 404
    forgotten, _ = read(user, text("TAR BARREL"))
    assert forgotten["status"] != "parsed"


def test_bad_lessons_are_refused(user):
    assert codes(user.post("/parsers/templates", {"direction": "sideways", "colour": "red"})) == {
        ("/name", "required"), ("/sample", "required"), ("/direction", "not_allowed"), ("/colour", "unknown_field")}
    poison = lesson(sample="17.30 ok it", fields={"amount": "17.30"}, varies=[])
    assert codes(user.post("/parsers/templates", poison)) == {("/sample", "too_general")}
    teach(user)
    taken = teach(user, 409)
    assert taken.json()["code"] == "name_taken"
    contrary = teach(user, 409, name="contrary", direction="credit")
    assert contrary.json()["code"] == "template_conflict"
    assert [row["name"] for row in user.get("/parsers/templates").json()["data"]] == ["pouch"]


def test_a_lesson_sent_twice_is_one(user):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = user.post("/parsers/templates", lesson(), headers=headers)
    again = user.post("/parsers/templates", lesson(), headers=headers)
    assert first.status_code == again.status_code == 201 and first.json()["id"] == again.json()["id"]


def test_there_is_a_limit(user):
    words = [f"{a}{b}tened" for a in "abcdef" for b in "uvwxyz"]
    for word in words[:32]:
        teach(user, name=word, word=word)
    full = teach(user, 409, name="more", word="more")
    assert full.json()["code"] == "too_many_templates"


def test_an_admin_gives_an_offer_to_everybody(user, other, admin):
    word = f"{uuid.uuid4().hex}ened".translate(str.maketrans("0123456789", "ghijklmnop"))
    made = teach(user, word=word).json()
    assert user.get("/parsers/offers").status_code == 403
    assert user.post(f"/parsers/offers/{made['id']}/promote", {"name": "x"}).status_code == 403
    assert admin.post(f"/parsers/offers/{made['id']}/promote", {"name": "x"}).status_code == 404  # not offered
    assert user.call("PUT", f"/parsers/templates/{made['id']}/offer").status_code == 204
    assert user.get(f"/parsers/templates/{made['id']}").json()["offered"] is True
    listed = admin.get("/parsers/offers?limit=200")
    CONTRACT.check(listed)
    offer = next(row for row in listed.json()["data"] if row["id"] == made["id"])
    assert offer["pattern"] == made["pattern"] and "name" not in offer and user.id not in listed.text
    assert codes(admin.post(f"/parsers/offers/{made['id']}/promote", {"pattern": "{any}"})) == {
        ("/name", "required"), ("/pattern", "too_general")}
    shared = admin.post(f"/parsers/offers/{made['id']}/promote",
                        {"name": f"Pouch {word}", "pattern": made["pattern"].replace("bye {any}", "{any}")})
    assert shared.status_code == 201, shared.text
    CONTRACT.check(shared)
    message, fields = read(other, text("SAIL LOFT", word))
    assert message["status"] == "parsed" and fields["template"] == made["id"]
    assert {"id": made["id"], "name": f"Pouch {word}", "matched": 1} in other.get("/parsers").json()["shared"]
    assert admin.call("DELETE", f"/parsers/offers/{made['id']}").status_code == 404
    assert other.call("DELETE", f"/parsers/shared/{made['id']}").status_code == 403
    assert admin.call("DELETE", f"/parsers/shared/{made['id']}").status_code == 204
    message, _ = read(other, text("TAR BARREL", word))
    assert message["status"] != "parsed"
