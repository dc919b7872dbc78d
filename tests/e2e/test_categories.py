"""The tree of categories: made, moved, merged, deleted, and what happens to expenses."""
import datetime
import itertools
import random
import uuid

import pytest
from person import eventually
from test_expenses import lunch
from test_exports import sql

ANY = {"If-Match": "*"}


def make(user, name, **fields):
    answer = user.post("/categories", {"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def patch(user, category, **fields):
    return user.patch(f"/categories/{category['id']}", fields, headers=ANY)


def delete(user, category, **params):
    return user.call("DELETE", f"/categories/{category['id']}", headers=ANY, params=params)


def errors(answer):
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_made_and_changed(user):
    pets = make(user, "Pets", icon="cat", colour="#79AB48", position=3)
    path = f"/categories/{pets['id']}"
    shown = user.get(path)
    assert shown.json()["colour"] == "#79ab48" and shown.headers["ETag"] == '"1"'
    assert pets["id"] in [row["id"] for row in user.get("/categories").json()["data"]]
    assert user.patch(path, {"name": "Cats"}).status_code == 428
    changed = user.patch(path, {"name": "Cats", "icon": None}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["name"], changed.json()["icon"]) == (200, "Cats", None)
    late = user.patch(path, {"name": "Dogs"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.headers["ETag"]) == (412, '"2"')
    again = user.post("/categories", {"name": "cATS"})
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert errors(user.post("/categories", {"name": " ", "colour": "red", "parent_id": str(uuid.uuid4()),
                                            "position": -1, "size": 1})) == {
        "/name": "blank", "/colour": "colour_invalid", "/parent_id": "category_unknown",
        "/position": "out_of_range", "/size": "unknown_field"}


def test_the_tree_has_no_cycle_and_six_levels(user):
    chain = [make(user, "L1")]
    for level in range(2, 7):
        chain.append(make(user, f"L{level}", parent_id=chain[-1]["id"]))
    assert errors(user.post("/categories", {"name": "L7", "parent_id": chain[-1]["id"]})) == {"/parent_id": "too_deep"}
    assert errors(patch(user, chain[0], parent_id=chain[3]["id"])) == {"/parent_id": "category_cycle"}
    assert errors(patch(user, chain[0], parent_id=chain[0]["id"])) == {"/parent_id": "category_cycle"}
    assert patch(user, chain[3], parent_id=None).status_code == 200
    assert patch(user, chain[0], parent_id=chain[5]["id"]).status_code == 200


def test_deleted_with_its_expenses_to_another(user):
    top = make(user, "Top")
    old, new = make(user, "Old", parent_id=top["id"]), make(user, "New")
    below = make(user, "Below", parent_id=old["id"])
    made = user.post("/expenses", lunch(category="Old", merchant="Noodle Bar")).json()
    assert errors(delete(user, old, move_to=old["id"])) == {"?move_to": "category_unknown"}
    assert delete(user, old, move_to=new["id"]).status_code == 204
    moved = user.get(f"/expenses/{made['id']}").json()
    assert moved["category"] == {"id": new["id"], "name": "New"} and moved["origins"]["category"] == "user"
    change = user.get(f"/expenses/{made['id']}/history").json()["data"][0]
    assert change["changes"]["category"]["from"]["name"] == "Old" and change["version"] == 2
    assert user.get(f"/categories/{old['id']}").status_code == 404
    assert user.get(f"/categories/{below['id']}").json()["parent_id"] == top["id"]
    assert user.post("/expenses", lunch(category="Old")).json()["code"] == "category_unknown"
    assert make(user, "Old")["id"] != old["id"]


def test_more_expenses_than_one_step_moves(stack, user):
    old = make(user, "Crowded")
    user.post("/expenses", lunch(category="Crowded"))
    sql(stack, "expense", "INSERT INTO expense (user_id, id, type, direction, status, source, amount_minor,"
        " amount_milli, currency, occurred_at, category_id) SELECT %s, gen_random_uuid(), 'expense', 'debit',"
        " 'posted', 'manual', 100, 1000, 'EUR', now(), %s FROM generate_series(1, 1200)", user.id, old["id"])
    assert delete(user, old).status_code == 204
    eventually(lambda: sql(stack, "expense", "SELECT count(*) FROM category WHERE user_id = %s AND id = %s",
                           user.id, old["id"]) == [(0,)])
    assert sql(stack, "expense", "SELECT count(*), count(category_id), min(version), max(version) FROM expense"
               " WHERE user_id = %s", user.id) == [(1201, 0, 2, 2)]
    assert sql(stack, "expense", "SELECT count(*) FROM expense_change WHERE user_id = %s", user.id) == [(1201,)]


@pytest.mark.parametrize("sort", ["-occurred_at", "occurred_at", "-amount", "amount", "-merchant", "merchant"])
def test_found_by_the_categories_of_their_parts(user, other, sort):
    """Whatever order and page, a list by category has each expense once that is in it, or a part of which is."""
    dice = random.Random(7)
    top = make(user, "Home")
    below = [make(user, name, parent_id=top["id"]) for name in ("Garden", "Kitchen")]
    of = {"Home": {top["id"]}, "Garden": {below[0]["id"]}, "none": {None},
          "tree": {each["id"] for each in [top, *below]}}
    expenses = []
    for n in range(24):
        categories = [None, top, *below]
        own = dice.choice(categories)
        day = datetime.datetime(2026, 3, 1, 12) + datetime.timedelta(days=dice.randrange(5))
        made = user.post("/expenses", lunch(amount={"amount": f"{2 + n % 3}.00", "currency": "EUR"},
                                            merchant=dice.choice(["Shop", "Mall", None]),
                                            category=own and {"id": own["id"]}, occurred_at=f"{day.isoformat()}Z"))
        assert made.status_code == 201, made.text
        expense = made.json()
        if n % 2:
            lines = [{"amount": {"amount": amount, "currency": "EUR"}, "category": part and {"id": part["id"]}}
                     for amount, part in zip((f"{1 + n % 3}.00", "0.75", "0.25"), dice.choices(categories, k=3))]
            made = user.call("PUT", f"/expenses/{expense['id']}/splits", json={"splits": lines},
                             headers={"If-Match": "*"})
            assert made.status_code == 200, made.text
            expense = made.json()
        expenses.append(expense)
    for n, what in itertools.product((1, 3, 200), of):
        found, cursor, pages = [], {}, 0
        filters = {"category": top["id"], "tree": "true"} if what == "tree" else {"category": what}
        while cursor is not None:
            answer = user.get("/expenses", params={**filters, "sort": sort, "limit": n, "from": "2026-03-02", **cursor})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found, pages = found + page["data"], pages + 1
            cursor = {"cursor": page["page"]["next_cursor"]} if page["page"]["has_more"] else None
        want = [each["id"] for each in expenses if each["occurred_at"] >= "2026-03-02"
                and {part and part["id"] for part in [each["category"], *(line["category"] for line in each["splits"])]}
                & of[what]]
        assert sorted(each["id"] for each in found) == sorted(want) and want
        assert n > 1 or pages == len(want)
        if "merchant" not in sort:
            keys = [(each["occurred_at"] if "occurred" in sort else float(each["amount"]["amount"]), each["id"])
                    for each in found]
            assert keys == sorted(keys, reverse=sort.startswith("-"))
    assert other.get("/expenses", params={"category": top["id"]}).json()["data"] == []


def test_parts_follow_their_expense(user):
    first, second = make(user, "One"), make(user, "Two")

    def listed(category, **params):
        answer = user.get("/expenses", params={"category": category["id"], **params})
        return [each["id"] for each in answer.json()["data"]]

    def split(path, *categories):
        lines = [{"amount": {"amount": "6.25", "currency": "EUR"}, "category": {"id": each["id"]}}
                 for each in categories]
        answer = user.call("PUT", f"{path}/splits", json={"splits": lines}, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    made = user.post("/expenses", lunch())
    path, ids = made.headers["Location"].removeprefix("/api/v1"), [made.json()["id"]]
    split(path, first, second)
    assert listed(first) == ids and listed(second) == ids
    assert user.patch(path, {"occurred_at": "2026-01-01T00:00:00Z"}, headers=ANY).status_code == 200
    assert listed(first, to="2026-02-01") == ids and listed(first, **{"from": "2026-02-01"}) == []
    split(path, second, second)
    assert listed(first) == [] and listed(second) == ids
    user.call("DELETE", path, headers=ANY)
    assert listed(second) == [] and listed(second, deleted="true") == ids
    user.call("POST", f"{path}/restore")
    assert listed(second) == ids
    assert delete(user, second, move_to=first["id"]).status_code == 204
    assert eventually(lambda: listed(first) == ids)
    split(path)
    assert listed(first) == []


def test_another_persons_category_is_not_there(user, other):
    theirs = make(other, "Theirs")
    mine = make(user, "Mine")
    assert user.get(f"/categories/{theirs['id']}").status_code == 404
    assert patch(user, theirs, name="x").status_code == delete(user, theirs).status_code == 404
    assert errors(patch(user, mine, parent_id=theirs["id"])) == {"/parent_id": "category_unknown"}
    assert errors(delete(user, mine, move_to=theirs["id"])) == {"?move_to": "category_unknown"}


def test_the_default_set_speaks_the_person_s_language(user):
    def names():
        return {each["key"]: each["name"] for each in user.get("/categories").json()["data"]}

    def speak(locale):
        answer = user.patch("/users/me", {"preferences": {"locale": locale}}, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    assert names()["groceries"] == "Groceries"
    own = next(each for each in user.get("/categories").json()["data"] if each["key"] == "travel")
    renamed = user.patch(f"/categories/{own['id']}", {"name": "Fernweh"}, headers={"If-Match": "*"})
    assert renamed.status_code == 200, renamed.text
    assert user.post("/categories", {"name": "verkehr"}).status_code == 201  # what another will be called
    speak("de-AT")
    eventually(lambda: names()["groceries"] == "Lebensmittel")
    assert (names()["travel"], names()["transport"], names()["salary"]) == ("Fernweh", "Transport", "Gehalt")
    speak("xh")
    eventually(lambda: names()["groceries"] == "Groceries")
    speak("hi")
    eventually(lambda: names()["groceries"] == "किराना")
    assert names()["travel"] == "Fernweh"
