"""Every expense is as its owner was last told: entered once, with every confirmed change, or gone."""
import collections

from ..web import amount_text
from .rows import select

SQL = """SELECT user_id::text, id::text, message_id::text, type, amount_minor, currency, note, tags,
    deleted_at IS NOT NULL, version FROM expense.expense"""


class Row:
    def __init__(self, values):
        (self.user, self.id, self.message_id, self.type, self.minor, self.currency, self.note, self.tags,
         self.deleted, self.version) = values

    def fields(self):
        return {"type": self.type, "amount": amount_text(self.minor, self.currency), "currency": self.currency,
                "note": self.note}


def check(site, verdict):
    """Leaves what is really there in site.rows: the topics are compared with it."""
    site.rows, manual, of_texts = {}, {}, collections.defaultdict(list)
    for values in select(site, SQL):
        row = Row(values)
        site.rows[row.id] = row
        if row.message_id is None:
            manual.setdefault(row.user, {})[row.id] = row
        else:
            of_texts[row.user].append(row)
    for account in site.book.accounts.values():
        unexpected = manual.pop(account.id, {})
        for expense in account.expenses.values():
            unexpected.pop(expense.id, None)
            _check_expense(expense, site.rows.get(expense.id), verdict)
        _check_unknown(account, unexpected, verdict)
        _check_texts(account, of_texts[account.id], verdict)
    for user, rows in manual.items():
        verdict.add("doubled", f"{len(rows)} expenses of {user}, whom nobody knows")


def _check_expense(expense, row, verdict):
    verdict.check("expenses")
    if row is None:
        verdict.add("lost", f"expense {expense.id} is not there")
        return
    states = [None if expense.deleted else expense.fields, *expense.maybe]
    if (None if row.deleted else row.fields()) not in states:
        verdict.add("lost", f"expense {expense.id} is {'deleted' if row.deleted else row.fields()}, told was {states}")
    if not expense.maybe and row.version != expense.version:
        verdict.add("doubled" if row.version > expense.version else "lost",
                    f"expense {expense.id} has version {row.version}, told was {expense.version}")


def _check_unknown(account, rows, verdict):
    """Entered by hand without an answer: there once or not at all."""
    seen = set()
    for row in rows.values():
        tag = row.tags[0] if row.tags else None
        if tag not in account.unknown_manual or tag in seen:
            verdict.add("doubled", f"expense {row.id} of {account.id} was never entered, or twice")
        seen.add(tag)


def _check_texts(account, rows, verdict):
    """The expense of a text that nobody changed is what the text says."""
    by_message = {message_id: text for text in account.texts.values() for message_id in text.ids}
    for row in rows:
        text = by_message.get(row.message_id)
        if text is None or row.id in account.expenses:
            continue
        verdict.check("expenses of texts")
        if (row.type, row.minor, row.currency, row.deleted) != (text.type, text.minor, "INR", False):
            verdict.add("wrong", f"expense {row.id} of text {text.ref} is {row.fields()}")
