"""Rules: on what is entered, on what was, in their order, never over the person's word."""
from contract import Contract
from person import eventually
from test_account_care import codes
from test_merchants import by_text, checked as _checked

CONTRACT = Contract("expense")


def checked(answer, status):
    return _checked(answer, status)


def category(user, name):
    return next({"id": each["id"]} for each in user.get("/categories").json()["data"] if each["name"] == name)


def rule(user, conditions, actions, name="rule", **members):
    return checked(user.post("/rules", {"name": name, "conditions": conditions, "actions": actions, **members}), 201)


def enter(user, merchant, amount="5.00", **more):
    answer = user.post("/expenses", {"amount": {"amount": amount, "currency": "INR"}, "merchant": merchant, **more})
    assert answer.status_code == 201, answer.text
    CONTRACT.check(answer)
    return answer.json()


def test_what_is_entered(user):
    travel = category(user, "Travel")
    made = rule(user, {"field": "merchant", "contains": "bistro"}, {"category": travel, "add_tags": ["out"]})
    by_hand = enter(user, "Blue Bistro")
    assert (by_hand["category"]["name"], by_hand["tags"], by_hand["origins"]["category"]) == ("Travel", ["out"], "rule")
    assert user.get(f"/expenses/{by_hand['id']}").json() == by_hand
    change = user.get(f"/expenses/{by_hand['id']}/history").json()["data"][0]
    assert (change["by"], change["source_id"]) == ("rule", made["id"])
    read = by_text(user, 400, "Red Bistro")
    assert (read["category"]["name"], read["origins"]["category"]) == ("Travel", "rule")
    mine = enter(user, "Green Bistro", category="Fuel")
    assert (mine["category"]["name"], mine["tags"]) == ("Fuel", ["out"])
    assert enter(user, "Elsewhere")["tags"] == []


def test_order_and_stop(user):
    everything = {"conditions": {}, "match_all": True}
    last = rule(user, **everything, actions={"note": "last"}, name="last", position=9)
    first = rule(user, **everything, actions={"note": "first", "add_tags": ["a"]}, name="first", position=1)
    assert enter(user, "x")["note"] == "last"
    etag = user.get(f"/rules/{first['id']}").headers["ETag"]
    checked(user.patch(f"/rules/{first['id']}", {"stop": True}, headers={"If-Match": etag}), 200)
    assert enter(user, "x")["note"] == "first"
    assert [each["name"] for each in checked(user.get("/rules"), 200)["data"]] == ["first", "last"]
    checked(user.patch(f"/rules/{first['id']}", {"enabled": False}, headers={"If-Match": "*"}), 200)
    assert enter(user, "x")["note"] == "last"
    assert user.patch(f"/rules/{last['id']}", {"stop": True}).status_code == 428
    assert user.patch(f"/rules/{last['id']}", {"stop": True}, headers={"If-Match": '"7"'}).status_code == 412
    assert user.call("DELETE", f"/rules/{last['id']}", headers={"If-Match": "*"}).status_code == 204
    assert enter(user, "x")["note"] is None


def test_tried_and_put_to_what_was_entered_before(user, other):
    before = [enter(user, "Old Shop") for _ in range(3)]
    said = enter(user, "Old Shop", category="Fuel")
    enter(user, "Another")
    made = rule(user, {"field": "merchant", "is": "old shop"}, {"category": category(user, "Travel")})
    path = f"/rules/{made['id']}"
    trial = checked(user.post(f"{path}/test", None), 200)
    assert (trial["looked_at"], trial["changed"]) == (5, 3)
    assert all(each["would"]["category"]["to"]["name"] == "Travel" for each in trial["data"])
    assert all(each["expense"] in before for each in trial["data"])  # as it is now, origins included
    assert user.get(f"/expenses/{before[0]['id']}").json()["category"] is None
    assert other.post(f"{path}/test", None).status_code == 404 and other.post(f"{path}/apply", None).status_code == 404
    job = checked(user.post(f"{path}/apply", None), 202)
    ended = eventually(lambda: checked(user.get(f"/rule-jobs/{job['id']}"), 200)
                       if user.get(f"/rule-jobs/{job['id']}").json()["status"] == "done" else None)
    assert (ended["looked_at"], ended["changed"]) == (5, 3)
    assert other.get(f"/rule-jobs/{job['id']}").status_code == 404
    assert {user.get(f"/expenses/{each['id']}").json()["category"]["name"] for each in before} == {"Travel"}
    assert user.get(f"/expenses/{said['id']}").json()["category"]["name"] == "Fuel"


def test_killed_in_the_middle_of_a_job(stack, user):
    enter(user, "x")
    done = stack.database_tool("psql", "-v", "ON_ERROR_STOP=1", "-c", f"""
        INSERT INTO expense.expense (user_id, id, type, direction, status, source, amount_minor, amount_milli, currency,
            occurred_at) SELECT '{user.id}', gen_random_uuid(), 'expense', 'debit', 'posted', 'manual', n, n * 10,
            'EUR', now() - n * interval '1 minute' FROM generate_series(1, 20000) n""")
    assert done.returncode == 0, done.stderr
    made = rule(user, {"field": "currency", "is": "EUR"}, {"add_tags": ["seen"]})
    job = checked(user.post(f"/rules/{made['id']}/apply", None), 202)
    for number in (1, 2):
        stack.replica("expense", number).kill()
    stack.start()
    ended = eventually(lambda: user.get(f"/rule-jobs/{job['id']}").json()
                       if user.get(f"/rule-jobs/{job['id']}").json()["status"] == "done" else None, 90)
    assert (ended["looked_at"], ended["changed"]) == (20001, 20000)
    rows = stack.database_tool("psql", "-Atc", "SELECT count(*), count(DISTINCT expense_id) FROM expense.expense_change"
                               f" WHERE user_id = '{user.id}' AND actor = 'rule'").stdout.strip()
    assert rows == "20000|20000"
    assert stack.replica("expense").run("verify", "--user", user.id).returncode == 0


def test_bad_rules_are_refused_with_every_reason(user, other):
    theirs = category(other, "Travel")
    found = codes(user.post("/rules", {
        "name": " ", "position": -1, "x": 1,
        "conditions": {"all": [{"field": "amount", "is": 5}, {"field": "no", "is": 1}]},
        "actions": {"status": "gone", "category": "Food", "add_tags": [""]}}))
    assert {("/name", "blank"), ("/position", "out_of_range"), ("/x", "unknown_field"),
            ("/conditions/all/0/is", "value_invalid"), ("/conditions/all/1", "condition_invalid"),
            ("/actions/status", "not_allowed"), ("/actions/category", "wrong_type"),
            ("/actions/add_tags/0", "tag_invalid")} <= found
    unknown = user.post("/rules", {"name": "x", "conditions": {"field": "category", "is": theirs["id"]},
                                   "actions": {"category": theirs}})
    assert codes(unknown) == {("/actions/category", "category_unknown"), ("/conditions", "category_unknown")}
    assert codes(user.post("/rules", {"name": "x", "conditions": {}, "actions": {"note": "y"}})) \
        == {("/conditions", "matches_everything")}


def test_a_category_that_goes_breaks_the_rule_and_nothing_else(user):
    pets = user.post("/categories", {"name": "Pets"}).json()
    made = rule(user, {}, {"category": {"id": pets["id"]}, "note": "seen"}, match_all=True)
    assert user.call("DELETE", f"/categories/{pets['id']}", headers={"If-Match": "*"}).status_code == 204
    assert checked(user.get(f"/rules/{made['id']}"), 200)["broken"] is True
    entered = enter(user, "x")
    assert (entered["category"], entered["note"]) == (None, "seen")
