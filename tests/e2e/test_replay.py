"""Texts read again: only what the reader said is corrected, whatever crashes meanwhile; and texts dismissed."""
from contract import Contract
from person import eventually
from test_account_care import codes
from test_templates import SENDER, read, teach, text

CONTRACT = Contract("deserialize")


def checked(answer, status):
    assert answer.status_code == status, answer.text
    CONTRACT.check(answer)
    return answer.json()


def replay(user, **members):
    job = checked(user.post("/messages/reparse", members), 202)
    path = f"/replays/{job['id']}"

    def ended():
        now = checked(user.get(path), 200)
        return now if now["status"] == "done" else None
    return eventually(ended, 60)


def booked(user, message_id):
    return eventually(lambda: user.get(f"/messages/{message_id}").json().get("expense_id"))


def expense(user, expense_id):
    return user.get(f"/expenses/{expense_id}").json()


def test_one_text_again(user, other):
    message, _ = read(user, text("ROPE WALK"))
    again = checked(user.post(f"/messages/{message['id']}/reparse", None), 200)
    assert (again["changed"], again["differences"]) == (False, [])
    teach(user)
    dry = checked(user.post(f"/messages/{message['id']}/reparse?dry_run=true", None), 200)
    assert dry["changed"] and {"field": "merchant", "before": None, "after": "ROPE WALK"} in dry["differences"] or \
        any(each["field"] == "status" for each in dry["differences"])
    assert user.get(f"/messages/{message['id']}").json()["status"] == message["status"]
    wet = checked(user.post(f"/messages/{message['id']}/reparse", None), 200)
    assert wet["differences"] == dry["differences"]
    after = user.get(f"/messages/{message['id']}").json()
    assert after["status"] == "parsed" and len(after["attempts"]) == 2
    made = booked(user, message["id"])
    assert eventually(lambda: expense(user, made)["merchant"]["name"]) == "ROPE WALK"
    assert other.post(f"/messages/{message['id']}/reparse", None).status_code == 404
    assert user.post(f"/messages/{message['id']}/reparse?dry_run=yes", None).status_code == 422


def test_the_persons_word_and_deletions_stand(user):
    texts = [read(user, text(shop))[0] for shop in ("ROPE WALK", "SAIL LOFT", "TAR BARREL")]
    teach(user)
    dry = replay(user, dry_run=True)
    assert (dry["read"], dry["changed"]) == (3, 3)
    listed = checked(user.get(f"/replays/{dry['id']}/differences?limit=200"), 200)["data"]
    assert {each["message_id"] for each in listed} == {each["id"] for each in texts}
    assert all(user.get(f"/messages/{each['id']}").json()["status"] == each["status"] for each in texts)

    # What was booked unsurely is touched by the person: one edited, one deleted.
    if texts[0]["status"] == "needs_review":
        first, second = (booked(user, each["id"]) for each in texts[:2])
        assert user.patch(f"/expenses/{first}", {"merchant": "Mine"}, headers={"If-Match": "*"}).status_code == 200
        assert user.call("DELETE", f"/expenses/{second}", headers={"If-Match": "*"}).status_code == 204
    done = replay(user)
    assert done["changed"] == 3
    third = booked(user, texts[2]["id"])
    eventually(lambda: expense(user, third)["merchant"]["name"] == "TAR BARREL")
    assert expense(user, third)["status"] == "posted"
    if texts[0]["status"] == "needs_review":
        assert expense(user, first)["merchant"]["name"] == "Mine"
        assert expense(user, first)["origins"]["merchant"] == "user"
        assert user.get(f"/expenses/{second}").status_code == 404
    assert replay(user)["changed"] == 0


def test_a_correction_is_told_and_remembered(user):
    """A format that was taught wrong, taught right, and read again."""
    teach(user)
    message, _ = read(user, text("ROPE"))
    made = booked(user, message["id"])
    for each in user.get("/parsers/templates").json()["data"]:
        assert user.call("DELETE", f"/parsers/templates/{each['id']}").status_code == 204
    teach(user, direction="credit", kind="refund", name="other")
    job = replay(user, sender=SENDER)
    assert job["changed"] == 1
    now = eventually(lambda: expense(user, made) if expense(user, made)["type"] == "refund" else None)
    assert now["direction"] == "credit" and now["origins"]["type"] == "parser"
    change = user.get(f"/expenses/{made}/history").json()["data"][0]
    assert (change["by"], change["action"], change["changes"]["type"]) == \
        ("parser", "updated", {"from": "expense", "to": "refund"})


def test_dismissed_for_good(user, other):
    message = user.message(user.send("INR 450.00 debited from A/c XX4821 to VPA cafe@upi CORNER CAFE. "
                                     "UPI Ref 627512340981"))
    made = booked(user, message["id"])
    assert other.post(f"/messages/{message['id']}/dismiss", None).status_code == 404
    checked(user.post(f"/messages/{message['id']}/dismiss", None), 200)
    eventually(lambda: user.get(f"/expenses/{made}").status_code == 404)
    assert user.get("/expenses?deleted=true").json()["data"][0]["id"] == made
    now = user.get(f"/messages/{message['id']}").json()
    assert (now["status"], now["reason"]) == ("rejected", "dismissed")
    assert user.post(f"/messages/{message['id']}/reparse", None).status_code == 404
    assert replay(user)["read"] == 0


def test_filters_and_limits(user, other):
    assert codes(user.post("/messages/reparse", {"status": "duplicate", "from": "2026-02-01T00:00:00Z",
                                                 "to": "2026-01-01T00:00:00Z", "dry_run": 1, "colour": 2})) == {
        ("/status", "not_allowed"), ("/to", "before_from"), ("/dry_run", "wrong_type"), ("/colour", "unknown_field")}
    user.message(user.send("INR 12.00 debited from A/c XX4821 to VPA cafe@upi CORNER CAFE. UPI Ref 627512340982"))
    job = replay(user, outdated=True)
    assert (job["looked_at"], job["read"]) == (1, 0)
    assert other.get(f"/replays/{job['id']}").status_code == 404
    assert other.get(f"/replays/{job['id']}/differences").status_code == 404
    assert user.call("DELETE", f"/replays/{job['id']}").status_code == 404


def test_killed_in_the_middle_it_misses_and_repeats_none(stack, user):
    """Thousands of texts, the replicas killed while they are read again; by the operator's command."""
    shops = [f"SHOP {chr(65 + n % 26)}{chr(65 + n // 26 % 26)}{chr(65 + n // 676)}" for n in range(1500)]
    for at in range(0, len(shops), 500):
        answer = user.post("/messages/batch", {"messages": [
            {"sender": SENDER, "body": text(shop)} for shop in shops[at:at + 500]]})
        assert answer.status_code == 207
    eventually(lambda: user.get("/messages?status=received").json()["data"] == [], 60)
    teach(user)
    replica = stack.replica("deserialize")
    began = replica.run("reparse", "begin", "--user", user.id, "--rate", "1000")
    assert began.returncode == 0, began.stderr
    job_id = began.stdout.strip()
    for number in (1, 2):
        stack.replica("deserialize", number).kill()
    stack.start()
    eventually(lambda: user.get(f"/replays/{job_id}").json()["status"] == "done", 60)
    job = user.get(f"/replays/{job_id}").json()
    # Some names read alike by both, so that a few texts may not change.
    assert (job["looked_at"], job["read"]) == (1500, 1500) and job["changed"] > 1400
    rows = stack.database_tool("psql", "-Atc", "SELECT count(*), count(DISTINCT message_id), max(number) FROM "
                               f"deserialize.attempt WHERE user_id = '{user.id}'").stdout.strip()
    assert rows == f"{1500 + job['changed']}|1500|2"

    def counts(table, where):
        return stack.database_tool("psql", "-Atc", f"SELECT count(*) FROM {table} WHERE {where} AND"
                                   f" user_id = '{user.id}'").stdout.strip()
    read_well = counts("deserialize.message", "status IN ('parsed', 'needs_review')")
    eventually(lambda: counts("expense.expense", "message_id IS NOT NULL AND deleted_at IS NULL") == read_well, 60)
