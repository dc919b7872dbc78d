"""Hands a year's texts in, does what its owner does, and compares the ledger with the books of year.life."""
import collections
import datetime
import time
import uuid

from stack.client import Api, wait_until
from year.life import Year

BATCH = 100
SIGNS = {"expense": "-", "transfer": "-", "income": "+", "refund": "+"}


class Odds:
    """What is not as it must be; shown all together at the end."""

    def __init__(self):
        self.found = []

    def expect(self, what, is_so, wanted):
        if is_so != wanted:
            self.found.append(f"{what}: {is_so}, and should be {wanted}")


def decimal(minor):
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"


def hand_in(api, texts):
    """All that come; {message id: text}."""
    ids = {}
    coming = [text for text in texts if not text.lost]
    for at in range(0, len(coming), BATCH):
        batch = coming[at:at + BATCH]
        body = {"messages": [{"sender": text.sender, "body": text.body, "received_at": text.at.isoformat()}
                             for text in batch]}
        for text, row in zip(batch, api.call("POST", "/messages/batch", body)["data"]):
            if row["status"] not in (200, 202):
                raise SystemExit(f"not taken: {row}")
            if row["id"] not in ids:  # a repeated text may be answered with the first one's id
                ids[row["id"]] = text
    return ids


def check_texts(odds, api, ids):
    """Each text became what it should. Returns {message id: expense}."""
    wait_until(lambda: not api.call("GET", "/messages?status=received")["data"], 120)
    booked = {text.body for text in ids.values() if text.becomes in SIGNS}
    wait_until(lambda: len(api.all("/expenses")) >= len(booked), 60)
    expenses = {expense["message_id"]: expense for expense in api.all("/expenses")}
    seen = collections.Counter()
    for message_id, text in ids.items():
        expense = expenses.get(message_id)
        seen[text.becomes] += 1
        if text.becomes not in SIGNS:
            odds.expect(text.body, expense, None)
            continue
        if expense is None:
            odds.expect(text.body, "no expense", text.becomes)
            continue
        told = (expense["type"], expense["amount"]["amount"], expense["amount"]["currency"],
                (expense["account"] or {}).get("last4"))
        odds.expect(text.body, told, (text.becomes, decimal(text.minor), text.currency, text.last4))
    odds.expect("expenses in the ledger", len(expenses), len(booked))
    print(f"  {len(ids)} texts, {len(expenses)} expenses: " + ", ".join(f"{n} {name}" for name, n in seen.items()))
    return expenses


def say_what_is_own(api, ids, expenses):
    """A top-up reads as money received; its owner knows that it came from the other account."""
    for message_id, text in ids.items():
        if text.own:
            path = f"/expenses/{expenses[message_id]['id']}"
            etag = api.ask("GET", path)[1]["ETag"]
            api.call("PATCH", path, {"type": "transfer"}, If_Match=etag)


def check_sums(odds, api, year):
    """Month by month and currency by currency."""
    span = f"from={year.year}-01-01T00:00:00Z&to={year.year + 1}-01-01T00:00:00Z"
    rows = api.call("GET", f"/summaries?group_by=month&{span}")["data"]
    told = {(row["key"]["month"][:7], row["currency"]): (row["expense"], row["income"]) for row in rows}
    for key, (spent, earned) in sorted(year.sums().items()):
        odds.expect(" ".join(key), told.get(key), (decimal(spent), decimal(earned)))
    odds.expect("months with sums", sorted(told), sorted(year.sums()))
    for currency in ("EUR", "USD"):
        print(f"  {currency}: " + "  ".join(f"{told.get((f'{year.year}-{m:02}', currency), ('–',))[0]:>8}"
                                            for m in range(1, 13)))


def check_gaps(odds, api, year):
    """The text that never came is found by the balances around it, and nothing else is missing."""
    for account in api.all("/accounts"):
        mine = {bank.last4: bank for bank in (year.current, year.card, year.travel)}.get(account["last4"])
        if mine is None:  # one that money was only sent to
            continue
        if not mine.limit:
            odds.expect(f"balance of {mine.bank}", account["balance"], {"amount": decimal(mine.balance),
                                                                         "currency": mine.currency})
        gaps = api.all(f"/accounts/{account['id']}/gaps")
        missing = [(gap["missing"]["direction"], gap["missing"]["amount"]["amount"]) for gap in gaps]
        odds.expect(f"gaps of {mine.bank}", missing,
                    [("debit", decimal(year.lost.minor))] if mine is year.current else [])
        for gap in gaps:
            print(f"  {mine.bank}: {gap['missing']['amount']['amount']} {mine.currency} missing between "
                  f"{gap['after']['occurred_at']} and {gap['before']['occurred_at']}")
            odds.expect("the gap is around what was lost", gap["after"]["occurred_at"] <= year.lost.at.strftime(
                "%Y-%m-%dT%H:%M:%SZ") <= gap["before"]["occurred_at"], True)


def main(url):
    api, odds, year = Api(url), Odds(), Year(datetime.date.today().year - 1)
    api.sign_up(f"year-{uuid.uuid4().hex[:8]}@example.org", "a year of a demonstration", "Year")
    print(f"\nA year of {len(year.texts)} texts: three accounts, two currencies, one text that never comes.")
    wait_until(lambda: api.call("GET", "/categories")["data"])
    began = time.monotonic()
    ids = hand_in(api, year.texts)
    expenses = check_texts(odds, api, ids)
    print(f"  in {time.monotonic() - began:.1f} s\n")
    print("Spent by month, after its owner said which top-ups were own money:")
    say_what_is_own(api, ids, expenses)
    check_sums(odds, api, year)
    print("\nThe text that never came, found by the balances that the bank tells:")
    check_gaps(odds, api, year)
    if odds.found:
        print(f"\n{len(odds.found)} things are not as the books say:\n  " + "\n  ".join(odds.found[:20]))
        return 1
    print("\nEvery text and every sum is as the books of the one who lived it say.")
    return 0
