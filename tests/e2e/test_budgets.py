"""Budgets: where they stand, thresholds told once, rollover, other currencies apart."""
import datetime
import json

from contract import Contract
from person import eventually
from test_account_care import codes

CONTRACT = Contract("expense")
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def checked(answer, status):
    assert answer.status_code == status, answer.text
    CONTRACT.check(answer)
    return answer.json() if answer.content else None


def make(user, amount="100.00", name="Food", **members):
    body = {"name": name, "amount": {"amount": amount, "currency": "EUR"}, **members}
    return checked(user.post("/budgets", body), 201)


def spend(user, amount, when=None, currency="EUR", **more):
    when = when or datetime.datetime.now(datetime.timezone.utc)
    answer = user.post("/expenses", {"amount": {"amount": amount, "currency": currency},
                                     "occurred_at": when.strftime("%Y-%m-%dT%H:%M:%SZ"), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def current(user, budget):
    return checked(user.get(f"/budgets/{budget['id']}"), 200)["current"]


def told(kafka, user, count):
    """Thresholds that were told of, once there are count of them."""
    records = kafka.wait_for("expense.v1", lambda record: record.key == user.id.encode()
                             and b'"budget.threshold_crossed"' in record.value, count=count, timeout=30)
    return [json.loads(record.value)["data"]["threshold"] for record in records]


def test_spent_left_and_projected(user):
    budget = make(user, category="Groceries", scope="category")
    assert budget["current"]["left"]["amount"] == "100.00" and budget["thresholds"] == [50, 80, 100]
    spend(user, "30.00", category="Groceries")
    spend(user, "5.00", category="Groceries", type="refund")
    spend(user, "99.00", category="Fuel")
    spend(user, "7.00", category="Groceries", currency="USD")
    spend(user, "50.00", category="Groceries", type="transfer", direction="debit")
    now = checked(user.get(f"/budgets/{budget['id']}"), 200)
    state = now["current"]
    assert (state["spent"]["amount"], state["left"]["amount"], state["percent"]) == ("25.00", "75.00", 25)
    assert now["other_currencies"] == [{"amount": "7.00", "currency": "USD"}]
    assert state["from"] == TODAY.replace(day=1).isoformat()
    assert checked(user.get("/budgets"), 200)["data"] == [now]


def test_scopes(user):
    food = user.post("/categories", {"name": "Food"}).json()
    fruit = user.post("/categories", {"name": "Fruit", "parent_id": food["id"]}).json()
    tree = make(user, name="tree", scope="tree", category={"id": food["id"]})
    only = make(user, name="only", scope="category", category={"id": food["id"]})
    tag = make(user, name="tag", scope="tag", tag="trip")
    everything = make(user, name="all")
    spend(user, "1.00", category={"id": food["id"]})
    spend(user, "2.00", category={"id": fruit["id"]}, tags=["trip"])
    spend(user, "4.00")
    assert [current(user, each)["spent"]["amount"] for each in (tree, only, tag, everything)] == [
        "3.00", "1.00", "2.00", "7.00"]


def test_thresholds_are_told_once_and_again_after_falling_below(user, kafka):
    budget = make(user)
    spend(user, "60.00")
    assert told(kafka, user, 1) == [50]
    spend(user, "1.00")
    more = spend(user, "45.00")
    assert told(kafka, user, 3) == [50, 80, 100]
    assert user.call("DELETE", f"/expenses/{more['id']}", headers={"If-Match": "*"}).status_code == 204
    eventually(lambda: current(user, budget)["percent"] == 61)
    eventually(lambda: user.post(f"/expenses/{more['id']}/restore", None).status_code == 200)
    # Falling below and rising again may be seen as one; crossed anew it is told anew.
    assert told(kafka, user, 3)[:3] == [50, 80, 100]


def test_rollover_and_past_periods(user):
    first = (TODAY.replace(day=1) - datetime.timedelta(days=40)).replace(day=1)
    second = (first + datetime.timedelta(days=32)).replace(day=1)
    at = datetime.datetime.combine
    noon = datetime.time(12, 0)
    spend(user, "40.00", at(first, noon))
    spend(user, "130.00", at(second, noon))
    plain = make(user, name="plain", starts_on=first.isoformat())
    rest = make(user, name="rest", starts_on=first.isoformat(), rollover="remaining")
    debts = make(user, name="debts", starts_on=second.isoformat(), rollover="all")
    assert [current(user, each)["carried"]["amount"] for each in (plain, rest, debts)] == ["0.00", "30.00", "-30.00"]
    periods = checked(user.get(f"/budgets/{rest['id']}/periods"), 200)["data"]
    assert [each["spent"]["amount"] for each in periods] == ["0.00", "130.00", "40.00"]
    page = checked(user.get(f"/budgets/{rest['id']}/periods?limit=1"), 200)
    after = checked(user.get(f"/budgets/{rest['id']}/periods?limit=5&cursor={page['page']['next_cursor']}"), 200)
    assert page["data"] + after["data"] == periods and not after["page"]["has_more"]


def test_changed_and_deleted(user, other):
    budget = make(user)
    path = f"/budgets/{budget['id']}"
    assert user.patch(path, {"name": "x"}).status_code == 428
    assert user.patch(path, {"name": "x"}, headers={"If-Match": '"9"'}).status_code == 412
    changed = checked(user.patch(path, {"name": "x", "scope": "tag", "tag": "t"}, headers={"If-Match": '"1"'}), 200)
    assert (changed["name"], changed["scope"], changed["tag"]) == ("x", "tag", "t")
    back = checked(user.patch(path, {"scope": "all"}, headers={"If-Match": "*"}), 200)
    assert (back["scope"], back["tag"]) == ("all", None)
    for method in ("GET", "PATCH", "DELETE"):
        assert other.call(method, path, json={}, headers={"If-Match": "*"}).status_code in (404, 413)
    assert user.call("DELETE", path, headers={"If-Match": "*"}).status_code == 204
    assert user.get(path).status_code == 404


def test_bad_budgets_are_refused_with_every_reason(user, other):
    theirs = other.post("/categories", {"name": "Theirs"}).json()
    found = codes(user.post("/budgets", {
        "name": "", "amount": {"amount": "-1", "currency": "EUR"}, "scope": "category", "period": "daily",
        "starts_on": "2026-02-30", "ends_on": "2026-01-01", "thresholds": [100, 50], "colour": 1}))
    assert {("/name", "too_short"), ("/category", "required"), ("/period", "not_allowed"),
            ("/starts_on", "date_invalid"), ("/thresholds/1", "threshold_invalid"),
            ("/colour", "unknown_field")} <= found
    unknown = user.post("/budgets", {"name": "x", "amount": {"amount": "1", "currency": "EUR"}, "scope": "tree",
                                     "category": {"id": theirs["id"]}})
    assert codes(unknown) == {("/category", "category_unknown")}


def test_a_budget_follows_its_category(user):
    pets = user.post("/categories", {"name": "Pets"}).json()
    fuel = next(each for each in user.get("/categories").json()["data"] if each["name"] == "Fuel")
    budget = make(user, scope="category", category={"id": pets["id"]})
    gone = make(user, name="gone", scope="category", category={"id": fuel["id"]})
    assert user.call("DELETE", f"/categories/{pets['id']}?move_to={fuel['id']}",
                     headers={"If-Match": "*"}).status_code == 204
    assert checked(user.get(f"/budgets/{budget['id']}"), 200)["category"]["name"] == "Fuel"
    assert user.call("DELETE", f"/categories/{fuel['id']}", headers={"If-Match": "*"}).status_code == 204
    eventually(lambda: user.get(f"/budgets/{gone['id']}").status_code == 404)


def test_a_tiny_budget_holds_nobody_up(user, other, kafka):
    make(user, "0.01")
    spend(user, "89000000000000.00")
    make(other, "10.00")
    spend(other, "6.00")
    assert told(kafka, other, 1) == [50]
    assert told(kafka, user, 3) == [50, 80, 100]
