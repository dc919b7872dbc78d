"""Accounts seen in bank texts, and the gaps between the balances they told."""
import json
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


def test_a_gap_is_told_once_when_no_late_text_closes_it(user, kafka):
    def told(count):
        records = kafka.wait_for("expense.v1", lambda record: record.key == user.id.encode()
                                 and b'"account.gap_found"' in record.value, count=count, timeout=60)
        return [json.loads(record.value)["data"] for record in records]

    text(user, "100.00", "5000.00", "2026-03-10T09:00:00Z")
    text(user, "50.00", "4650.00", "2026-03-12T09:00:00Z")
    text(user, "300.00", "4700.00", "2026-03-11T09:00:00Z")  # late, but it came
    text(user, "50.00", "4500.00", "2026-03-13T09:00:00Z")  # a text of 100.00 never came
    account = account_with(user, 4)
    gap, = told(1)
    assert gap["account"] == {key: account[key] for key in ("id", "name", "last4")}
    assert gap["missing"] == {"direction": "debit", "amount": {"amount": "100.00", "currency": "INR"}}
    assert gap["after"]["occurred_at"][:10] == "2026-03-12" and gap["before"]["balance"]["amount"] == "4500.00"

    text(user, "500.00", "3900.00", "2026-03-14T09:00:00Z")  # another 100.00
    assert [each["before"]["balance"]["amount"] for each in told(2)] == ["4500.00", "3900.00"]


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
    answer = user.get(f"/accounts/{uuid.uuid4()}/gaps", params={"from": "2026-02-29", "to": "24:00"})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"?from", "?to"}


def opening(amount, at="2026-01-01T00:00:00Z", currency="EUR"):
    return {"balance": {"amount": amount, "currency": currency}, "at": at}


def spend(user, account, amount, at, kind="expense", currency="EUR"):
    answer = user.post("/expenses", {"type": kind, "amount": {"amount": amount, "currency": currency},
                                     "occurred_at": at, "account": {"id": account["id"]}})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_account_by_hand_is_counted_from_its_opening(user):
    made = user.post("/accounts", {"name": "Cash", "opening": opening("100.00")})
    assert made.status_code == 201, made.text
    account = made.json()
    assert made.headers["Location"] == f"/api/v1/accounts/{account['id']}"
    assert account["balance"] == {"amount": "100.00", "currency": "EUR"} and account["balance_told_at"] is None
    spend(user, account, "30.00", "2026-01-02T10:00:00Z")
    spend(user, account, "5.00", "2026-01-03T10:00:00Z", "income")
    spend(user, account, "7.00", "2025-12-31T10:00:00Z")  # before it opened
    spend(user, account, "9.00", "2026-01-04T10:00:00Z", currency="USD")  # never added up with euros
    path = f"/accounts/{account['id']}"
    shown = user.get(path)
    assert shown.json()["balance"] == {"amount": "75.00", "currency": "EUR"}
    assert user.get("/accounts").json()["data"] == [shown.json()]

    assert user.call("PATCH", path, json={"name": "Purse"}).status_code == 428
    stale = user.call("PATCH", path, json={"name": "Purse"}, headers={"If-Match": '"99"'})
    assert stale.status_code == 412 and stale.headers["ETag"] == shown.headers["ETag"]
    edited = user.call("PATCH", path, json={"name": "Purse", "opening": None},
                       headers={"If-Match": shown.headers["ETag"]})
    assert edited.status_code == 200, edited.text
    assert (edited.json()["name"], edited.json()["opening"], edited.json()["balance"]) == ("Purse", None, None)
    assert edited.headers["ETag"] != shown.headers["ETag"]


def test_an_account_goes_only_when_nothing_is_of_it(user):
    account = user.post("/accounts", {"name": "Cash"}).json()
    path, version = f"/accounts/{account['id']}", {"If-Match": user.get(f"/accounts/{account['id']}").headers["ETag"]}
    twin = user.post("/accounts", {"name": "cash"})
    assert (twin.status_code, twin.json()["code"]) == (409, "account_exists")
    spent = spend(user, account, "1.00", "2026-01-02T10:00:00Z")
    kept = user.call("DELETE", path, headers=version)
    assert (kept.status_code, kept.json()["code"]) == (409, "account_in_use")
    empty = user.post("/accounts", {"name": "Old", "bank": "Example Bank", "last4": "0001", "type": "card"})
    gone = user.call("DELETE", f"/accounts/{empty.json()['id']}", headers={"If-Match": empty.headers["ETag"]})
    assert gone.status_code == 204, gone.text
    assert [row["id"] for row in user.get("/accounts").json()["data"]] == [account["id"]]
    assert user.get(f"/expenses/{spent['id']}").json()["account"]["id"] == account["id"]


def test_a_text_finds_the_account_that_was_made_for_it(user):
    text(user, "100.00", "5000.00", "2026-03-10T09:00:00Z")
    seen = account_with(user, 1)
    other = User(user.url)
    made = other.post("/accounts", {"name": "My bank", "bank": seen["bank"], "last4": seen["last4"],
                                    "type": seen["type"]}).json()
    text(other, "100.00", "5000.00", "2026-03-10T09:00:00Z")
    account = account_with(other, 1)
    assert (account["id"], account["name"]) == (made["id"], "My bank")
    assert account["balance"] == {"amount": "5000.00", "currency": "INR"}


def test_an_account_by_hand_is_only_one_s_own(user):
    account = user.post("/accounts", {"name": "Cash"})
    path, stranger = f"/accounts/{account.json()['id']}", User(user.url)
    version = {"If-Match": account.headers["ETag"]}
    assert stranger.call("PATCH", path, json={"name": "Mine"}, headers=version).status_code == 404
    assert stranger.call("DELETE", path, headers=version).status_code == 404
    assert user.get(path).json()["name"] == "Cash"


def test_every_wrong_field_of_an_account_is_named(user):
    wrong = user.post("/accounts", {"name": " ", "colour": "red", "opening": {
        "balance": {"amount": "1.234", "currency": "EUR"}, "at": "yesterday"}})
    assert wrong.status_code == 422, wrong.text
    assert {error["pointer"] for error in wrong.json()["errors"]} == {
        "/name", "/colour", "/opening/balance/amount", "/opening/at"}


def test_one_account_whether_its_bank_names_itself_or_not(user):
    def send(body):
        assert user.post("/messages", {"sender": "EXBANK", "body": body}).status_code == 202

    send("INR 100.00 debited from A/c XX3391 at CORNER CAFE. Ref 812345678901")
    account = account_with(user, 1)
    assert (account["bank"], account["name"], account["last4"]) == ("", "3391", "3391")
    send("INR 200.00 debited from A/c XX3391 at CORNER CAFE. Ref 812345678902 - Meridian Bank")
    named = account_with(user, 2)
    assert (named["id"], named["bank"], named["name"]) == (account["id"], "Meridian Bank", "Meridian Bank 3391")
    send("INR 300.00 debited from A/c XX3391 at CORNER CAFE. Ref 812345678903")
    assert account_with(user, 3)["id"] == account["id"]
    # The same digits at another bank are another account; a text that names none could be of either.
    send("INR 400.00 debited from A/c XX3391 at CORNER CAFE. Ref 812345678904 - Summit Bank")
    eventually(lambda: len(user.get("/accounts").json()["data"]) == 2)
