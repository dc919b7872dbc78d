"""Merchants: other names, a category for what is to come and for what was, and learning by corrections."""
from contract import Contract
from person import eventually
from test_account_care import codes

CONTRACT = Contract("expense")
TEXT = "INR {}.00 debited from A/c XX4821 to VPA cafe@upi {}. UPI Ref {}"


def checked(answer, status):
    assert answer.status_code == status, answer.text
    CONTRACT.check(answer)
    return answer.json() if answer.content else None


def enter(user, merchant, **more):
    answer = user.post("/expenses", {"amount": {"amount": "5.00", "currency": "INR"}, "merchant": merchant, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def correct(user, expense, category):
    answer = user.patch(f"/expenses/{expense['id']}", {"category": category}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def by_text(user, number, shop):
    message = user.message(user.send(TEXT.format(number, shop, 800000000000 + number)))
    made = eventually(lambda: user.get(f"/messages/{message['id']}").json().get("expense_id"))
    return user.get(f"/expenses/{made}").json()


def merchant(user, name):
    return checked(user.get(f"/merchants?q={name}"), 200)["data"][0]


def test_a_correction_is_learned_for_texts_and_entries(user, kafka):
    first = by_text(user, 100, "Quibble and Sons")
    correct(user, first, "Groceries")
    second = by_text(user, 101, "Quibble and Sons")
    assert (second["category"]["name"], second["origins"]["category"]) == ("Groceries", "learned")
    third = enter(user, second["merchant"]["name"])
    assert (third["category"]["name"], third["origins"]["category"]) == ("Groceries", "learned")
    said = enter(user, second["merchant"]["name"], category="Fuel")
    assert said["origins"]["category"] == "user"
    known = merchant(user, "Quibble")
    assert (known["category"]["name"], known["category_origin"], known["conflict"]) == ("Groceries", "learned", None)
    assert [each["id"] for each in checked(user.get("/merchants?learned=true"), 200)["data"]] == [known["id"]]
    kafka.wait_for("expense.v1", lambda record: record.key == user.id.encode()
                   and b'"expense.category_corrected"' in record.value, timeout=20)


def test_contradicting_corrections_ask(user):
    one, two = enter(user, "Oddments"), enter(user, "Oddments")
    correct(user, one, "Groceries")
    correct(user, two, "Fuel")
    known = merchant(user, "Oddments")
    assert (known["category"]["name"], known["conflict"]["name"]) == ("Groceries", "Fuel")
    assert enter(user, "Oddments")["category"] is None
    correct(user, enter(user, "Oddments"), "Fuel")
    known = merchant(user, "Oddments")
    assert (known["category"]["name"], known["conflict"]) == ("Fuel", None)
    etag = user.get(f"/merchants/{known['id']}").headers["ETag"]
    forgot = checked(user.patch(f"/merchants/{known['id']}", {"category": None}, headers={"If-Match": etag}), 200)
    assert forgot["category"] is None and enter(user, "Oddments")["category"] is None


def test_set_for_all_but_where_the_person_spoke(user):
    untouched = [enter(user, "Spread Ltd") for _ in range(3)]
    mine = enter(user, "Spread Ltd", category="Fuel")
    known = merchant(user, "Spread")
    path = f"/merchants/{known['id']}"
    assert user.patch(path, {"category": "Travel"}).status_code == 428
    assert user.patch(path, {"category": "Travel"}, headers={"If-Match": '"99"'}).status_code == 412
    checked(user.patch(path, {"category": "Travel", "apply_to": "all"}, headers={"If-Match": "*"}), 200)
    eventually(lambda: not user.get(path).json()["applying"])
    for each in untouched:
        now = user.get(f"/expenses/{each['id']}").json()
        assert (now["category"]["name"], now["origins"]["category"]) == ("Travel", "rule")
        assert user.get(f"/expenses/{each['id']}/history").json()["data"][0]["by"] == "rule"
    assert user.get(f"/expenses/{mine['id']}").json()["category"]["name"] == "Fuel"
    correct(user, mine, "Groceries")  # what the person set for all is not unlearned by one expense
    assert merchant(user, "Spread")["category"]["name"] == "Travel"


def test_other_names(user, other):
    enter(user, "Corner Cafe")
    known = merchant(user, "Corner")
    path = f"/merchants/{known['id']}/aliases"
    made = checked(user.post(path, {"name": "CRNR CAFE 77"}), 201)
    assert [each["name"] for each in made["aliases"]] == ["CRNR CAFE 77"]
    assert enter(user, "crnr cafe 77")["merchant"]["id"] == known["id"]
    assert by_text(user, 300, "Crnr Cafe 77")["merchant"]["id"] == known["id"]
    assert user.post(path, {"name": "crnr CAFE 77"}).json()["code"] == "name_taken"
    assert user.post(path, {"name": "corner cafe"}).json()["code"] == "name_taken"
    assert codes(user.post(path, {"name": " ", "x": 1})) == {("/name", "blank"), ("/x", "unknown_field")}
    assert other.post(path, {"name": "x"}).status_code == 404
    assert other.get(f"/merchants/{known['id']}").status_code == 404
    alias = made["aliases"][0]["id"]
    assert other.call("DELETE", f"{path}/{alias}").status_code == 404
    assert user.call("DELETE", f"{path}/{alias}").status_code == 204
    assert enter(user, "crnr cafe 77")["merchant"]["id"] != known["id"]


def test_pages_and_bad_input(user, other):
    for name in ("b", "A", "c"):
        enter(user, name)
    page = checked(user.get("/merchants?limit=2"), 200)
    rest = checked(user.get(f"/merchants?limit=2&cursor={page['page']['next_cursor']}"), 200)
    assert [each["name"] for each in page["data"] + rest["data"]] == ["A", "b", "c"]
    theirs = other.post("/categories", {"name": "Theirs"}).json()
    path = f"/merchants/{page['data'][0]['id']}"
    bad = {"name": None, "category": {"id": theirs["id"]}, "x": 1}
    assert codes(user.patch(path, bad, headers={"If-Match": "*"})) \
        == {("/name", "not_removable"), ("/category", "category_unknown"), ("/x", "unknown_field")}
    assert codes(user.patch(path, {"apply_to": "all"}, headers={"If-Match": "*"})) == {("/apply_to", "needs_category")}
    assert user.patch(path, {"name": "C"}, headers={"If-Match": "*"}).json()["code"] == "name_taken"
