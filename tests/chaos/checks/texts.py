"""Every accepted text has exactly one outcome, and nothing has one that nobody handed in."""
import collections

from stack.sealed import Sealed

from ..texts import REFERENCE
from .rows import select

SQL = """SELECT m.user_id::text, m.id::text, k.secret, m.status, m.expense_id::text,
    (SELECT count(*) FROM deserialize.attempt a WHERE a.user_id = m.user_id AND a.message_id = m.id), m.sealed
    FROM deserialize.message m LEFT JOIN deserialize.text_key k ON k.user_id = m.user_id"""
EXPENSES = """SELECT user_id::text, message_id::text, count(*) FROM expense.expense
    WHERE message_id IS NOT NULL GROUP BY 1, 2"""


def check(site, verdict):
    booked = {(user, message): count for user, message, count in select(site, EXPENSES)}
    stored = collections.defaultdict(list)  # (user, reference) -> rows
    sealed = Sealed(site.stack)
    for row in select(site, SQL):
        body = sealed.text(row[0], row[1], row[2], row[6])
        found = REFERENCE.search(body)
        stored[row[0], found.group(1) if found else body[:40]].append(row[:6])
    for account in site.book.accounts.values():
        for text in account.texts.values():
            _check_text(account.id, text, stored.pop((account.id, text.ref), []), booked, verdict)
    for (user, reference), rows in stored.items():
        verdict.add("doubled", f"message {rows[0][1]} of {user} ({reference}) was never handed in")
    for (user, message), count in booked.items():
        verdict.add("doubled", f"{count} expenses of {user} from message {message}, which has no such outcome")


def _check_text(user, text, rows, booked, verdict):
    verdict.check("texts")
    known = {row[1] for row in rows}
    for message_id in text.ids:
        if message_id not in known:
            verdict.add("lost", f"text {text.ref} was accepted as {message_id}, which is not stored")
    if len(rows) > text.times:
        verdict.add("doubled", f"text {text.ref} is stored {len(rows)} times, handed in {text.times} times")
    if not rows:
        return
    outcomes = collections.Counter()
    for _, message_id, _, status, expense_id, attempts in rows:
        outcomes[status] += 1
        if status == "received":
            verdict.add("lost", f"text {text.ref} ({message_id}) has no outcome")
        elif attempts != 1:
            verdict.add("doubled" if attempts > 1 else "lost", f"text {text.ref} was read {attempts} times")
        count = booked.pop((user, message_id), 0)
        if status == "parsed" and count != 1:
            verdict.add("doubled" if count else "lost", f"text {text.ref} ({message_id}) has {count} expenses")
        if status == "parsed" and count == 1 and not expense_id:
            verdict.add("lost", f"text {text.ref} ({message_id}) never learned of its expense")
        if status != "parsed" and count:
            verdict.add("doubled", f"text {text.ref} is {status} and has {count} expenses")
    wanted = {"parsed": 1, "duplicate": len(rows) - 1} if text.type else {"rejected": len(rows)}
    if outcomes != collections.Counter({name: count for name, count in wanted.items() if count}) \
            and not outcomes["received"]:
        verdict.add("wrong", f"text {text.ref} has the outcomes {dict(outcomes)}")
