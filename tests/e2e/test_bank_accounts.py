"""Accounts seen in bank texts, and the gaps between the balances they told."""
import uuid

from person import User, eventually


def text(user, what, balance, at):
    body = f"INR {what} debited from A/c XX7719 to VPA shop@upi GREEN GROCER. Avl Bal INR {balance}"
    answer = user.post("/messages", {"sender": "VM-EXBANK", "body": body, "received_at": at})
    assert answer.status_code == 202, answer.text


def account_with(user, count):
    """The one account of a person once so many texts have become entries."""
    eventually(lambda: len(user.expenses()) == count)
    account, = user.get("/accounts").json()["data"]
    return account


def test_a_lost_text_is_a_gap_until_it_is_entered(user):
    text(user, "100.00", "5000.00", "2026-03-10T09:00:00Z")
    text(user, "200.00", "4800.00", "2026-03-11T09:00:00Z")
    account = account_with(user, 2)
    assert account["last4"] == "7719"
    gaps = f"/accounts/{account['id']}/gaps"
    assert user.get(gaps).json()["data"] == []

    text(user, "50.00", "4450.00", "2026-03-12T09:00:00Z")  # a text of 300.00 never came
    text(user, "50.00", "4410.00", "2026-03-13T09:00:00Z")  # 10.00 came in, untold
    account = account_with(user, 4)
    assert account["balance"] == {"amount": "4410.00", "currency": "INR"}
    assert user.get(f"/accounts/{account['id']}").json() == account
    found = user.get(gaps).json()["data"]
    assert [gap["missing"] for gap in found] == [
        {"direction": "credit", "amount": {"amount": "10.00", "currency": "INR"}},
        {"direction": "debit", "amount": {"amount": "300.00", "currency": "INR"}}]
    assert [found[1][end]["balance"]["amount"] for end in ("after", "before")] == ["4800.00", "4450.00"]

    first = user.get(gaps, params={"limit": 1}).json()
    second = user.get(gaps, params={"limit": 1, "cursor": first["page"]["next_cursor"]}).json()
    assert first["data"] + second["data"] == found and not second["page"]["has_more"]
    assert user.get(gaps, params={"to": "2026-03-12"}).json()["data"] == found[1:]
    assert user.get(gaps, params={"from": "2026-03-12"}).json()["data"] == found[:1]

    entered = user.post("/expenses", {"type": "expense", "amount": {"amount": "300.00", "currency": "INR"},
                                      "occurred_at": "2026-03-11T20:00:00Z", "account": {"id": account["id"]}})
    assert entered.status_code == 201, entered.text
    assert user.get(gaps).json()["data"] == found[:1]


def test_a_stretch_with_another_currency_is_not_judged(user):
    text(user, "100.00", "5000.00", "2026-03-10T09:00:00Z")
    text(user, "200.00", "4000.00", "2026-03-11T09:00:00Z")
    gaps = f"/accounts/{account_with(user, 2)['id']}/gaps"
    assert len(user.get(gaps).json()["data"]) == 1
    assert user.post("/expenses", {"type": "expense", "amount": {"amount": "9.00", "currency": "USD"},
                                   "occurred_at": "2026-03-10T20:00:00Z",
                                   "account": {"id": gaps.split("/")[2]}}).status_code == 201
    assert user.get(gaps).json()["data"] == []


def test_another_s_account_is_not_there(user):
    text(user, "100.00", "5000.00", "2026-03-10T09:00:00Z")
    account = account_with(user, 1)
    stranger = User(user.url)
    assert stranger.get("/accounts").json()["data"] == []
    for path in (f"/accounts/{account['id']}", f"/accounts/{account['id']}/gaps"):
        assert user.get(path).status_code == 200
        assert stranger.get(path).status_code == 404


def test_bad_questions(user):
    assert user.get("/accounts", params={"limit": 0, "colour": "red"}).status_code == 422
    assert user.get(f"/accounts/{uuid.uuid4()}/gaps").status_code == 404
    answer = user.get(f"/accounts/{uuid.uuid4()}/gaps", params={"from": "2026-02-29", "to": "24:00", "cursor": "x"})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"?from", "?to", "?cursor"}
