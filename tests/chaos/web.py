"""A person at the web client: enters expenses by hand, changes and deletes them and those of bank texts,
changes preferences, signs in and out."""
import time
import uuid

from .book import Expense
from .client import Client, GivenUp
from .people import Session

CURRENCIES = {"INR": 2, "EUR": 2, "JPY": 0, "KWD": 3}
ZONES = ("Asia/Kolkata", "Europe/Berlin", "America/New_York", "UTC")
ACTIONS = (("create", 34), ("edit", 26), ("edit_parsed", 20), ("delete", 9), ("prefer", 6), ("visit", 3))
MERGE = "application/merge-patch+json"


def amount_text(minor, currency):
    exponent = CURRENCIES[currency]
    return str(minor) if exponent == 0 else f"{minor // 10 ** exponent}.{minor % 10 ** exponent:0{exponent}}"


def fields_of(body):
    """What the book keeps of an answer."""
    return {"type": body["type"], "amount": body["amount"]["amount"], "currency": body["amount"]["currency"],
            "note": body["note"] or ""}


class Web:
    def __init__(self, client, account, book, pause):
        self.client, self.account, self.book, self.pause = client, account, book, pause
        self.session = Session(client, account)
        self.chance = client.chance

    def run(self, stopped):
        names, weights = zip(*ACTIONS)
        try:
            while not stopped():
                getattr(self, self.chance.choices(names, weights)[0])()
                time.sleep(self.pause * self.chance.uniform(0.5, 1.5))
            self.visit()
        except GivenUp:
            pass

    def call(self, method, path, body=None, headers=None):
        return self.client.call(method, path, body, headers, self.session.renew)

    def odd(self, what, answer):
        self.book.violation("other", f"{what} answered {answer.status}: {answer.body[:160]!r}")

    # Expenses ---------------------------------------------------------------------------------------
    def invented(self):
        currency = self.chance.choice(list(CURRENCIES))
        minor = self.chance.randrange(1, 10 ** 7)
        return {"type": self.chance.choice(("expense", "expense", "income")), "note": uuid.uuid4().hex[:8],
                "amount": {"amount": amount_text(minor, currency), "currency": currency}}

    def create(self):
        tag = f"c{uuid.uuid4().hex}"
        body = dict(self.invented(), tags=[tag], occurred_at="2026-03-10T12:00:00Z", merchant="Noodle Bar")
        key = {"Idempotency-Key": uuid.uuid4().hex}
        self.account.unknown_manual.append(tag)
        answer, _ = self.call("POST", "/expenses", body, key)
        self.account.unknown_manual.remove(tag)
        if answer.status != 201:
            self.odd("creating an expense", answer)
            return
        told = answer.json()
        self.account.expenses[told["id"]] = Expense(told["id"], fields_of(told), 1)
        if self.chance.random() < 0.1:
            self.book.resent += 1
            again, _ = self.call("POST", "/expenses", body, key)
            if again.status != 201 or again.json()["id"] != told["id"]:
                self.book.violation("doubled", f"expense {told['id']} sent again was answered {again.status} "
                                               f"{again.body[:80]!r}")

    def current(self, expense_id):
        """The expense as the service shows it, with its entity tag: (body, etag), or (None, None)."""
        answer, _ = self.call("GET", f"/expenses/{expense_id}")
        return (answer.json(), answer.headers["ETag"]) if answer.ok else (None, None)

    def look(self, expense):
        """Reads an expense back; what was confirmed must be there."""
        body, etag = self.current(expense.id)
        if body is None or fields_of(body) != expense.fields:
            self.book.violation("lost", f"expense {expense.id} reads {body and fields_of(body)}, "
                                        f"confirmed was {expense.fields}")
        return etag

    def pick(self):
        known = [expense for expense in self.account.expenses.values() if not expense.deleted]
        return self.chance.choice(known) if known else None

    def edit(self):
        expense = self.pick()
        if expense:
            self.change(expense)

    def edit_parsed(self):
        answer, _ = self.call("GET", "/expenses?source=message&limit=20")
        rows = answer.json()["data"] if answer.ok else []
        if not rows:
            return
        row = self.chance.choice(rows)
        expense = self.account.expenses.get(row["id"])
        if expense is None:
            expense = Expense(row["id"], fields_of(row), 1, row["message_id"])
            self.account.expenses[row["id"]] = expense
        self.change(expense)

    def change(self, expense):
        etag = self.look(expense)
        if etag is None:
            return
        changes = self.invented()
        for name in self.chance.sample(list(changes), self.chance.randrange(0, 2)):
            del changes[name]
        wanted = dict(expense.fields)
        for name, value in changes.items():
            wanted.update(value if name == "amount" else {name: value})
        expense.maybe = [wanted]
        answer, unknown = self.call("PATCH", f"/expenses/{expense.id}", changes,
                                    {"If-Match": etag, "Content-Type": MERGE})
        if answer.status == 412 and unknown:
            # An attempt without an answer got through: nobody else changes this expense.
            body, _ = self.current(expense.id)
            if body is None or fields_of(body) != wanted:
                self.book.violation("lost", f"expense {expense.id}: its version moved, but the change is not there")
        elif not answer.ok:
            self.odd("changing an expense", answer)
            return
        expense.fields, expense.maybe = wanted, []
        expense.version += 1

    def delete(self):
        expense = self.pick()
        etag = expense and self.look(expense)
        if not etag:
            return
        expense.maybe = [None]
        answer, unknown = self.call("DELETE", f"/expenses/{expense.id}", None, {"If-Match": etag})
        if answer.ok or (unknown and answer.status == 404):
            expense.deleted, expense.maybe = True, []
            expense.version += 1
        else:
            self.odd("deleting an expense", answer)

    # Preferences and sessions -----------------------------------------------------------------------
    def prefer(self):
        answer, _ = self.call("GET", "/users/me")
        if not answer.ok:
            self.odd("reading a profile", answer)
            return
        before, etag = answer.json()["preferences"], answer.headers["ETag"]
        wanted = {"base_currency": self.chance.choice(("INR", "EUR", "USD")), "time_zone": self.chance.choice(ZONES)}
        self.account.preferences_maybe = wanted
        answer, unknown = self.call("PATCH", "/users/me", {"preferences": wanted},
                                    {"If-Match": etag, "Content-Type": MERGE})
        if answer.status == 412 and not unknown:
            self.account.preferences_maybe = None  # the event of the sign-up came between
            return
        if answer.status == 412:
            answer, _ = self.call("GET", "/users/me")
            now = answer.json()["preferences"]
            if {name: now[name] for name in wanted} != wanted:
                self.account.preferences_maybe = None
                return
        elif not answer.ok:
            self.odd("changing preferences", answer)
            return
        changed = any(before[name] != value for name, value in wanted.items())
        self.account.preferences, self.account.preferences_maybe = wanted, None
        self.account.preferences_changes += changed

    def visit(self):
        """A second session, from elsewhere, that begins, is used and ends."""
        client = Client(f"http://{self.client.host}:{self.client.port}", self.chance, self.client.give_up)
        session = Session(client, self.account)
        try:
            session.sign_in()
            client.call("GET", "/expenses?limit=1", renew=session.renew)
            answer = session.end()
            if not answer.ok and answer.status != 401:
                self.odd("signing out", answer)
        finally:
            client.close()
