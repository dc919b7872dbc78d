"""The ledger of texts as a person sees it: what became of each, why, and what would become of one."""
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from person import eventually

TEXT = "INR 640.00 spent on card XX1234 at LEDGER STALL on 21-03-26. Ref {ref}"


def field(explain, name):
    return next(f for f in explain["fields"] if f["field"] == name)


def test_a_preview_reads_and_stores_nothing(stack, kafka, user):
    body = TEXT.format(ref="612345678901")
    seen = user.post("/parse/preview", {"sender": "VM-EXBANK", "body": body})
    assert seen.status_code == 200, seen.text
    shown = seen.json()
    assert shown["status"] == "parsed" and shown["fields"]["amount"] == "640.00"
    assert field(shown["explain"], "merchant")["text"] == "LEDGER STALL"
    otp = {"sender": "VM-EXBANK", "body": "123456 is your OTP for INR 640.00. Never share it."}
    code = user.post("/parse/preview", otp).json()
    assert (code["status"], code["reason"]) == ("rejected", "otp")
    assert user.get("/messages").json()["data"] == []
    message = user.send(body)
    assert user.message(message)["status"] == "parsed"
    assert user.message(message)["attempts"][0]["fields"] == shown["fields"] | {
        "occurred_at": user.message(message)["attempts"][0]["fields"]["occurred_at"]}
    mine = [r for r in kafka.wait_for("message.received.v1", lambda r: r.key == user.id.encode())]
    assert len(mine) == 1


def test_a_bad_preview_names_every_wrong_field(user):
    wrong = user.post("/parse/preview", {"body": " ", "channel": "pigeon", "when": 1})
    assert wrong.status_code == 422
    assert {e["pointer"] for e in wrong.json()["errors"]} == {"/sender", "/body", "/channel", "/when"}
    assert user.post("/parse/preview", {"sender": "A", "body": "\u202e" + "9" * 4000}).status_code == 200
    assert user.post("/parse/preview", {"sender": "A", "body": "x" * 4097}).status_code == 422


def test_one_text_tells_why_it_was_read_so(user):
    body = TEXT.format(ref="612345678902")
    message = user.message(user.send(body))
    explain = message["explain"]
    amount = field(explain, "amount")
    assert "640.00" in amount["text"] and body[amount["start"]:amount["end"]] == amount["text"]
    assert any(c["chosen"] for c in amount["candidates"])
    place = body.index("LEDGER")
    assert explain["underlined"][place:place + 12] == "^" * 12
    assert message["attempts"][0]["parser"] == explain["parser"]
    assert "explain" not in user.get("/messages").json()["data"][0]


def test_lists_by_status_carry_the_reason(user):
    reference = "612345678903"
    paid, code = user.send(TEXT.format(ref=reference)), user.send("482913 is your OTP for INR 75.00. Never share it.")
    repeat, chat = user.send(TEXT.format(ref=reference)), user.send("Lunch at noon?", sender="FRIEND")
    for message in (paid, code, repeat, chat):
        user.message(message)

    def listed(status):
        return [(m["id"], m.get("reason")) for m in user.get("/messages", params={"status": status}).json()["data"]]
    assert listed("parsed") == [(paid, None)]
    assert listed("rejected") == [(code, "otp")]
    assert listed("duplicate") == [(repeat, "duplicate")]
    assert listed("unrecognised") == [(chat, "no_template")]
    assert listed("received") == []
    assert user.get("/messages", params={"status": "lost"}).status_code == 422
    assert user.get(f"/messages/{uuid.uuid4()}").status_code == 404
    assert eventually(lambda: user.get(f"/messages/{paid}").json().get("expense_id"))


def wait_for(user, seconds, body, **headers):
    return user.post("/messages", {"sender": "VM-EXBANK", "body": body},
                     headers={"Prefer": f"respond-async, wait={seconds}", **headers})


def test_who_prefers_to_wait_gets_the_reading(user):
    for reference in ("612345678911", "612345678912"):  # the first one also makes the person's key
        answer = wait_for(user, 10, TEXT.format(ref=reference))
        assert answer.status_code == 201, answer.text
        message = answer.json()
        assert answer.headers["Location"] == f"/api/v1/messages/{message['id']}"
        assert message["status"] == "parsed" and message["attempts"][0]["fields"]["amount"] == "640.00"
        assert user.get(f"/expenses/{message['expense_id']}").json()["amount"]["amount"] == "640.00"
    code = wait_for(user, 10, "482913 is your OTP for INR 75.00. Never share it.").json()
    assert (code["status"], code["reason"]) == ("rejected", "otp")
    repeat = wait_for(user, 10, TEXT.format(ref="612345678911")).json()
    assert repeat["status"] == "duplicate"


def test_a_preference_that_cannot_be_followed_is_none(user):
    user.send(TEXT.format(ref="612345678921"))
    for odd in ("x", "-1", "0", "2x", "", "99999999999999999999"):
        answer = wait_for(user, odd, TEXT.format(ref="612345678922"))
        assert answer.status_code in (201, 202)
    kept = {"Idempotency-Key": str(uuid.uuid4())}
    first = wait_for(user, 5, TEXT.format(ref="612345678923"), **kept)
    assert first.status_code in (201, 202)
    again = wait_for(user, 5, TEXT.format(ref="612345678923"), **kept)
    assert again.json()["id"] == first.json()["id"] and again.headers["Idempotency-Replayed"] == "true"


def test_when_the_time_is_over_the_text_is_stored_all_the_same(stack, user):
    user.message(user.send(TEXT.format(ref="612345678931")))
    replicas = [stack.replica("deserialize", number) for number in (1, 2)]
    for number in (1, 2):
        stack.replica("expense", number).stop()  # so that nothing is booked: read, but without an expense
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: wait_for(user, 2, TEXT.format(ref=f"61234567894{n}")), range(8)))
    assert 1.9 < time.monotonic() - begun < 10
    assert {a.status_code for a in answers} == {201}
    assert all("expense_id" not in a.json() for a in answers)
    for replica in replicas:  # a service that stops does not wait for those who wait
        begun = time.monotonic()
        text = {"sender": "VM-EXBANK", "body": TEXT.format(ref=f"6123456789{50 + replicas.index(replica)}")}
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(user.http.post, f"{replica.url}/api/v1/messages", json=text, timeout=20,
                                     headers={"Prefer": "wait=10"})
            eventually(lambda text=text: text["body"] in [m["body"] for m in user.get("/messages").json()["data"]])
            replica.stop()
            assert waiting.result().status_code == 202
        assert time.monotonic() - begun < 9
        replica.start()
    for number in (1, 2):
        stack.replica("expense", number).start()
    for answer in answers:
        assert user.expense_of(answer.json()["id"])
