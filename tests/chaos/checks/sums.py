"""Sums of each person and currency, to the last minor unit: the book's, the table's, and the ones that
GET /summaries answers through the gateway."""
import collections
import random

from ..client import Client
from ..people import Session
from ..web import CURRENCIES
from .rows import select

SQL = """SELECT user_id::text, currency, type, sum(amount_minor) FROM expense.expense
    WHERE deleted_at IS NULL GROUP BY 1, 2, 3"""
ASKED = 40  # people whose summaries are asked for; a sign-in costs its time
PATH = "/summaries?group_by=month&from=2020-01-01T00:00:00Z&to=2031-01-01T00:00:00Z"


def to_minor(text, currency):
    whole, _, rest = text.partition(".")
    return int(whole + rest) if len(rest) == CURRENCIES[currency] else None


def expected(account, site, by_user):
    """{(currency, type): minor units} by the book. What stayed unknown is taken as it is found: that it is
    there once at most was checked before."""
    sums = collections.Counter()
    known = set()
    for expense in account.expenses.values():
        known.add(expense.message_id)
        row = site.rows.get(expense.id)
        if expense.maybe and row:
            if not row.deleted:
                sums[row.currency, row.type] += row.minor
        elif not expense.deleted:
            fields = expense.fields
            sums[fields["currency"], fields["type"]] += to_minor(fields["amount"], fields["currency"])
    for text in account.texts.values():
        if text.type and text.ids and not known.intersection(text.ids):
            sums["INR", text.type] += text.minor
        known.update(text.ids)
    for row in by_user[account.id]:
        unknown = row.message_id not in known if row.message_id else row.id not in account.expenses
        if unknown and not row.deleted:
            sums[row.currency, row.type] += row.minor
    return +sums


def check(site, verdict):
    stored, by_user = collections.defaultdict(collections.Counter), collections.defaultdict(list)
    for row in site.rows.values():
        by_user[row.user].append(row)
    for user, currency, kind, total in select(site, SQL):
        stored[user][currency, kind] = int(total)
    accounts = list(site.book.accounts.values())
    for number, account in enumerate(accounts):
        wanted = expected(account, site, by_user)
        verdict.check("sums")
        if stored[account.id] != wanted:
            verdict.add("wrong", f"sums of {account.id} are {dict(stored[account.id])}, the book has {dict(wanted)}")
        if number < ASKED:
            _check_summaries(site, account, wanted, verdict)


def _check_summaries(site, account, wanted, verdict):
    verdict.check("summaries")
    client = Client(site.stack.url, random.Random(0), lambda: False)
    try:
        session = Session(client, account)
        session.sign_in()
        answer, _ = client.call("GET", PATH, renew=session.renew)
    finally:
        client.close()
    told = collections.Counter()
    for row in answer.json()["data"] if answer.ok else ():
        for kind in ("expense", "income"):
            told[row["currency"], kind] += to_minor(row[kind], row["currency"])
    if +told != wanted:
        verdict.add("wrong", f"summaries of {account.id} tell {dict(+told)}, the book has {dict(wanted)} "
                             f"(status {answer.status})")
