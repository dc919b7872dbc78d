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
