"""Sums kept by day: always what the expenses add up to; splits, comparison, flow, movers and trends."""
import collections
import random
import threading
from decimal import Decimal

import pytest
from person import eventually



def enter(user, amount, when="2026-03-10T12:00:00Z", currency="EUR", **more):
    money = {"amount": str(amount), "currency": currency}
    answer = user.post("/expenses", {"amount": money, "occurred_at": when, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def split(user, expense, lines, if_match="*"):
    return user.call("PUT", f"/expenses/{expense['id']}/splits", json={"splits": lines}, headers={"If-Match": if_match})


def line(amount, category=None, currency="EUR", **more):
    return {"amount": {"amount": amount, "currency": currency}, "category": category, **more}


def sums(user, query):
    answer = user.get(f"/summaries?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def verified(stack, user):
    done = stack.replica("expense").run("verify", "--user", user.id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 people, the sums of 0 differ" in done.stdout


def everything(user):
    """All expenses, page after page."""
    found, path = [], "/expenses?limit=200"
    while path:
        page = user.get(path).json()
        found += page["data"]
        cursor = page["page"]["next_cursor"]
        path = f"/expenses?limit=200&cursor={cursor}" if cursor else None
    return found


def counted(user):
    """{(month, category, currency): (spent, earned, count)} as this test adds it up."""
    result = collections.defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for each in everything(user):
        lines = each["splits"] or [{"amount": each["amount"], "category": each["category"], "share_of": None}]
        for number, part in enumerate(lines):
            category = part["category"]["name"] if part["category"] else None
            row = result[(each["occurred_at"][:7], category, each["amount"]["currency"])]
            row[2] += number == 0
            if part["share_of"] is None:
                minor = Decimal(part["amount"]["amount"])
                row[0] += minor * {"expense": 1, "refund": -1}.get(each["type"], 0)
                row[1] += minor * (each["type"] == "income")
    return {key: tuple(row) for key, row in result.items()}


def told(user):
    return {(row["key"]["month"], row["key"]["category"] and row["key"]["category"]["name"], row["currency"]):
            (Decimal(row["expense"]), Decimal(row["income"]), row["count"])
            for row in sums(user, "group_by=month,category")}


def test_whatever_happens_the_sums_are_what_the_expenses_add_up_to(stack, user):
    dice = random.Random(20261126)
    categories = ["Groceries", "Eating out", "Fuel", None]
    alive, trash = [], []
    for step in range(150):
        act = dice.random()
        if act < 0.45 or not alive:
            kind = dice.choice(["expense", "expense", "income", "refund", "transfer"])
            month, day = dice.randint(1, 3), dice.randint(1, 28)
            alive.append(enter(user, f"{dice.randint(1, 9000) / 100:.2f}", f"2026-{month:02}-{day:02}T12:00:00Z",
                               dice.choice(["EUR", "USD"]), type=kind, category=dice.choice(categories))["id"])
        elif act < 0.65:
            one = dice.choice(alive)
            patch = dice.choice([{"category": dice.choice(categories)}, {"note": str(step)},
                                 {"occurred_at": f"2026-0{dice.randint(1, 3)}-11T10:00:00Z"}])
            assert user.patch(f"/expenses/{one}", patch, headers={"If-Match": "*"}).status_code == 200
        elif act < 0.8:
            one = user.get(f"/expenses/{dice.choice(alive)}").json()
            whole, currency = Decimal(one["amount"]["amount"]), one["amount"]["currency"]
            part = (whole / 3).quantize(Decimal("0.01"))
            lines = [] if part == 0 else [line(str(part), "Fuel", currency),
                                          line(str(whole - part), None, currency, share_of=dice.choice(["Sam", None]))]
            answer = split(user, one, lines)
            assert answer.status_code == 200, answer.text
        elif act < 0.9:
            one = alive.pop(dice.randrange(len(alive)))
            trash.append(one)
            assert user.call("DELETE", f"/expenses/{one}", headers={"If-Match": "*"}).status_code == 204
        elif trash:
            alive.append(trash.pop())
            assert user.post(f"/expenses/{alive[-1]}/restore", None).status_code == 200
    assert told(user) == counted(user)
    verified(stack, user)

    fuel = next(c for c in user.get("/categories").json()["data"] if c["name"] == "Fuel")
    groceries = next(c for c in user.get("/categories").json()["data"] if c["name"] == "Groceries")
    assert user.call("DELETE", f"/categories/{fuel['id']}?move_to={groceries['id']}",
                     headers={"If-Match": "*"}).status_code == 204
    eventually(lambda: all(part["category"] is None or part["category"]["name"] != "Fuel"
                           for each in everything(user) for part in [each, *each["splits"]]))
    assert told(user) == counted(user)
    verified(stack, user)


def test_two_who_enter_at_once_wait_for_nobody_and_lose_nothing(stack, user):
    def many():
        for number in range(20):
            user_of[threading.get_ident()].post("/expenses", {"amount": {"amount": "1.00", "currency": "EUR"},
                                                              "occurred_at": f"2026-05-0{number % 9 + 1}T00:00:00Z"})
    import copy
    user_of = {}

    def run():
        user_of[threading.get_ident()] = copy.copy(user)
        many()
    threads = [threading.Thread(target=run) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    row, = sums(user, "group_by=month&from=2026-05-01&to=2026-05-31")
    assert (row["count"], row["expense"]) == (len(everything(user)), f"{len(everything(user))}.00")
    verified(stack, user)


def test_a_change_of_the_time_zone_moves_what_lies_near_midnight(stack, user):
    enter(user, "5.00", "2026-01-31T23:30:00Z")
    assert [row["key"]["month"] for row in sums(user, "group_by=month")] == ["2026-01"]
    assert user.patch("/users/me", {"preferences": {"time_zone": "Asia/Tokyo"}},
                      headers={"If-Match": "*"}).status_code == 200
    eventually(lambda: [row["key"]["month"] for row in sums(user, "group_by=month")] == ["2026-02"])
    eventually(lambda: stack.replica("expense").run("verify", "--user", user.id).returncode == 0)
    assert [row["key"]["day"] for row in sums(user, "group_by=day&from=2026-02-01&to=2026-02-01")] == ["2026-02-01"]


def test_days_and_times_of_day_agree(user):
    enter(user, "5.00", "2026-03-10T23:59:59Z", category="Groceries")
    enter(user, "7.00", "2026-03-11T00:00:00Z", category="Groceries")
    by_day = sums(user, "group_by=category&from=2026-03-10&to=2026-03-10")
    by_time = sums(user, "group_by=category&from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z")
    assert by_day == by_time and by_day[0]["expense"] == "5.00"


def test_verify_finds_and_mends_what_was_bent(stack, user):
    enter(user, "5.00")
    stack.database_tool("psql", "-c", f"UPDATE expense.day_sum SET minor = minor + 1 WHERE user_id = '{user.id}'")
    replica = stack.replica("expense")
    bad = replica.run("verify", "--user", user.id)
    assert bad.returncode == 1 and "kept 501 of 1, counted 500 of 1" in bad.stdout, bad.stdout + bad.stderr
    assert replica.run("verify", "--user", user.id, "--repair").returncode == 0
    verified(stack, user)
    assert replica.run("verify", "--user", "x").returncode == 2


def test_a_split_counts_in_its_categories_and_others_shares_are_not_spent(user):
    dinner = enter(user, "90.00", category="Eating out", merchant="Bistro")
    answer = split(user, dinner, [line("30.00", "Eating out"), line("20.00", "Shopping", note="flowers"),
                                  line("40.00", share_of="Sam")])
    assert answer.status_code == 200, answer.text
    assert [part["share_of"] for part in answer.json()["splits"]] == [None, None, "Sam"]
    assert answer.json()["origins"]["splits"] == "user"
    by_category = {row["key"]["category"] and row["key"]["category"]["name"]: (row["expense"], row["others"])
                   for row in sums(user, "group_by=category")}
    assert by_category == {"Eating out": ("30.00", "0.00"), "Shopping": ("20.00", "0.00"), None: ("0.00", "40.00")}
    total, = sums(user, "group_by=currency")
    assert (total["expense"], total["others"], total["count"]) == ("50.00", "40.00", 1)

    path = f"/expenses/{dinner['id']}"
    problem = user.patch(path, {"amount": {"amount": "91.00", "currency": "EUR"}}, headers={"If-Match": "*"})
    assert problem.status_code == 422 and problem.json()["errors"][0]["code"] == "splits_differ"
    assert user.patch(path, {"note": "x"}, headers={"If-Match": "*"}).json()["splits"] == answer.json()["splits"]
    changes = user.get(f"{path}/history").json()["data"]
    assert changes[1]["changes"]["splits"]["from"] == [] and len(changes[1]["changes"]["splits"]["to"]) == 3
    assert split(user, dinner, []).json()["splits"] == []
    total, = sums(user, "group_by=currency")
    assert total["expense"] == "90.00"


def test_splits_are_refused_with_every_reason(user, other):
    dinner = enter(user, "90.00")
    others = other.post("/categories", {"name": "Theirs"}).json()
    bad = split(user, dinner, [line("0"), line("1.005"), {"amount": "5"}, line("1.00", {"id": others["id"]}),
                               line("1.00", currency="USD"), line("1.00", extra=1)])
    found = {error["pointer"]: error["code"] for error in bad.json()["errors"]}
    assert bad.status_code == 422
    assert found["/splits/0/amount/amount"] == "not_positive" and found["/splits/3/category"] == "category_unknown"
    assert found["/splits/4/amount/currency"] == "currency_differs" and found["/splits/5/extra"] == "unknown_field"
    assert {"/splits/1/amount/amount", "/splits/2/amount"} <= found.keys()
    assert split(user, dinner, [line("45.00")] * 51).status_code == 422
    assert split(user, dinner, [line("45.00")] * 2, if_match='"999"').status_code == 412
    assert split(other, dinner, [line("45.00")] * 2).status_code == 404
    assert user.call("PUT", f"/expenses/{dinner['id']}/splits", json={"splits": []}).status_code == 428
    assert user.get(f"/expenses/{dinner['id']}").json()["splits"] == []


def test_compared_with_the_period_before(user):
    enter(user, "10.00", "2026-02-03T12:00:00Z", category="Fuel")
    enter(user, "25.00", "2026-03-03T12:00:00Z", category="Fuel")
    enter(user, "4.00", "2026-03-04T12:00:00Z", category="Shopping")
    rows = {row["key"]["category"]["name"]: row["previous"]
            for row in sums(user, "group_by=category&from=2026-03-01&to=2026-03-31&compare=previous")}
    assert rows["Fuel"]["expense"] == "10.00" and rows["Shopping"] is None
    for query in ("group_by=month&from=2026-03-01&to=2026-03-31&compare=previous",
                  "group_by=category&compare=previous", "group_by=colour", "group_by=day,week,month,type",
                  "group_by=category&tree=yes"):
        assert user.get(f"/summaries?{query}").status_code == 422, query

    movers = user.get("/insight/movers?from=2026-03-01&to=2026-03-31").json()["data"]
    assert [(row["category"]["name"], row["change"]) for row in movers] == [("Fuel", "15.00"), ("Shopping", "4.00")]


def test_branches_of_the_tree_add_up(user):
    food = user.post("/categories", {"name": "Food"}).json()
    fruit = user.post("/categories", {"name": "Fruit", "parent_id": food["id"]}).json()
    enter(user, "1.00", category={"id": food["id"]})
    enter(user, "2.00", category={"id": fruit["id"]})
    assert len(sums(user, "group_by=category")) == 2
    row, = sums(user, "group_by=category&tree=true")
    assert (row["key"]["category"]["name"], row["expense"]) == ("Food", "3.00")


@pytest.mark.parametrize("group,want", [
    ("merchant", "Bistro"), ("tag", "work"), ("type", "expense"), ("currency", "EUR"), ("week", "2026-W11")])
def test_other_groups(user, group, want):
    enter(user, "3.00", merchant="Bistro", tags=["work"])
    row, = sums(user, f"group_by={group}")
    assert (row["key"][group]["name"] if group == "merchant" else row["key"][group]) == want
    assert row["expense"] == "3.00"


def test_flow_and_trends(user):
    enter(user, "100.00", "2026-01-05T12:00:00Z", type="income")
    enter(user, "30.00", "2026-01-06T12:00:00Z")
    enter(user, "20.00", "2026-02-06T12:00:00Z")
    enter(user, "9.00", "2026-02-06T12:00:00Z", currency="USD")
    enter(user, "500.00", "2026-02-07T12:00:00Z", type="transfer", direction="debit")
    flow = user.get("/insight/cash-flow?from=2026-01-01&to=2026-12-31").json()["data"]
    assert [(row["period"], row["currency"], row["in"], row["out"], row["running"]) for row in flow] == [
        ("2026-01", "EUR", "100.00", "30.00", "70.00"), ("2026-02", "EUR", "0.00", "20.00", "50.00"),
        ("2026-02", "USD", "0.00", "9.00", "-9.00")]
    assert user.get("/insight/cash-flow?from=2026-01-01").status_code == 422
    assert user.get("/insight/cash-flow?from=2026-01-01&to=2026-02-01&by=year").status_code == 422
    trends = user.get("/insight/trends?months=24").json()["data"]
    assert {row["currency"] for row in trends} == {"EUR", "USD"} and all(len(row["months"]) == 24 for row in trends)
    assert user.get("/insight/trends?months=25").status_code == 422
