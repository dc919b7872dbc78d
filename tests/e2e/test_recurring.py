"""Payments that come again, and searches that forgive."""
import datetime

import pytest
from contract import Contract

CONTRACT = Contract("expense")
TODAY = datetime.datetime.now(datetime.timezone.utc).replace(hour=12)


def enter(user, merchant, days_ago, amount="9.99", **more):
    when = (TODAY - datetime.timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = user.post("/expenses", {"amount": {"amount": amount, "currency": "EUR"}, "merchant": merchant,
                                     "occurred_at": when, **more})
    assert answer.status_code == 201, answer.text


def test_found_with_what_comes_next(user, other):
    for weeks in range(1, 5):
        enter(user, "Yoga Loft", 7 * weeks - 3)
        enter(user, "Gone Gym", 7 * weeks + 60)
        enter(user, "Now And Then", weeks * weeks * 3)
    enter(other, "Yoga Loft", 1)
    answer = user.get("/recurring")
    assert answer.status_code == 200, answer.text
    CONTRACT.check(answer)
    found = {each["merchant"]["name"]: each for each in answer.json()["data"]}
    assert found.keys() == {"Yoga Loft", "Gone Gym"}
    yoga = found["Yoga Loft"]
    assert (yoga["period"], yoga["status"], yoga["times"]) == ("weekly", "active", 4)
    assert yoga["expected"]["amount"] == "9.99"
    assert yoga["next_on"] == (TODAY - datetime.timedelta(days=4) + datetime.timedelta(days=7)).date().isoformat()
    assert found["Gone Gym"]["status"] == "ended"
    assert other.get("/recurring").json()["data"] == []


def named(answer):
    assert answer.status_code == 200, answer.text
    CONTRACT.check(answer)
    return {each["merchant"]["name"]: each for each in answer.json()["data"]}


def on(days):
    return (TODAY + datetime.timedelta(days=days)).date().isoformat()


def test_dismissed_and_taken_back(user, other):
    for weeks in range(1, 5):
        enter(user, "Corner Cafe", 7 * weeks - 3, "4.50")
        enter(user, "Corner Cafe", 7 * weeks - 1, "60.00")
    cafe = [each for each in user.get("/recurring").json()["data"] if each["expected"]["amount"] == "4.50"][0]
    path = f"/recurring/{cafe['id']}"
    assert other.call("POST", f"{path}/dismiss").status_code == 404
    for _ in range(2):
        answer = user.call("POST", f"{path}/dismiss")
        assert answer.status_code == 200 and answer.json() == {**cafe, "dismissed": True}
        CONTRACT.check(answer)
    left, = user.get("/recurring").json()["data"]
    assert left["expected"]["amount"] == "60.00"
    enter(user, "Corner Cafe", -4, "4.70")  # the next one, a bit dearer
    answer = user.get("/recurring", params={"dismissed": "true"})
    gone = named(answer)["Corner Cafe"]
    assert len(answer.json()["data"]) == 1 and gone["times"] == 5 and gone["expected"]["amount"] == "4.70"
    assert {each["expected"]["amount"] for each in user.get("/recurring/upcoming").json()["data"]} == {"60.00"}
    answer = user.call("POST", f"{path}/restore")  # one of its entries, if not the latest
    assert answer.status_code == 200 and answer.json() == {**gone, "dismissed": False}
    assert len(user.get("/recurring").json()["data"]) == 2
    assert named(user.get("/recurring", params={"dismissed": "true"})) == {}
    assert user.get("/recurring", params={"dismissed": "1"}).status_code == 422
    assert user.call("POST", "/recurring/nothing/dismiss").status_code == 404


def test_upcoming_by_day_and_summed_by_currency(user, other):
    for weeks in range(1, 5):
        enter(user, "Yoga Loft", 7 * weeks - 3)
        enter(user, "Gone Gym", 7 * weeks + 60)
        enter(other, "Corner Cafe", 7 * weeks)
        answer = user.post("/expenses", {"amount": {"amount": "80", "currency": "JPY"}, "merchant": "Paper Round",
                                         "type": "income", "occurred_at": f"{on(-14 * weeks + 9)}T12:00:00Z"})
        assert answer.status_code == 201, answer.text
    answer = user.get("/recurring/upcoming", params={"days": 20})
    named(answer)
    assert [(each["expected_on"], each["merchant"]["name"]) for each in answer.json()["data"]] == [
        (on(3), "Yoga Loft"), (on(9), "Paper Round"), (on(10), "Yoga Loft"), (on(17), "Yoga Loft")]
    assert answer.json()["totals"] == [
        {"currency": "EUR", "expense": "29.97", "income": "0.00", "net": "-29.97", "count": 3},
        {"currency": "JPY", "expense": "0", "income": "80", "net": "80", "count": 1}]
    paged, cursor = [], {}
    while cursor is not None:
        page = user.get("/recurring/upcoming", params={"days": 20, "limit": 3, **cursor}).json()
        assert page["totals"] == answer.json()["totals"]
        paged += page["data"]
        cursor = {"cursor": page["page"]["next_cursor"]} if page["page"]["has_more"] else None
    assert paged == answer.json()["data"]
    for days in ("0", "367", "-1", "1.5", "", "x"):
        assert user.get("/recurring/upcoming", params={"days": days}).status_code == 422, days


@pytest.mark.parametrize("q,want", [
    ("starbuks", {"Starbucks Coffee"}), ("coffee", {"Starbucks Coffee"}), ("groceris", {"Green Grocer"}),
    ("birthdya", {"Toy Box"}), ("holidy", {"Sea Inn"}), ("100%", set()), ("_", set()), ("zzzzz", set())])
def test_searches_forgive(user, q, want):
    enter(user, "Starbucks Coffee", 1)
    enter(user, "Green Grocer", 2, category="Groceries")
    enter(user, "Toy Box", 3, note="for the birthday of Sam")
    enter(user, "Sea Inn", 4, tags=["holiday"])
    rows = user.get("/expenses", params={"q": q}).json()["data"]
    assert {each["merchant"]["name"] for each in rows} == want
    assert user.get("/expenses", params={"q": q, "currency": "USD"}).json()["data"] == []
