"""What clients were told: the one side of every comparison after the run."""
import threading
import time


class Expense:
    """An expense as its owner knows it. `fields` are those the last 2xx answer confirmed.

    maybe  further states it may be in, when the last request's outcome stayed unknown: fields, or
           None for deleted
    """

    __slots__ = ("id", "message_id", "fields", "deleted", "version", "maybe")

    def __init__(self, id, fields, version, message_id=None):
        self.id, self.fields, self.version, self.message_id = id, fields, version, message_id
        self.deleted, self.maybe = False, []


class Account:
    """A person: what they handed in, and what they were told about it. Texts are written by the phone's
    thread, everything else by the web client's."""

    def __init__(self, user_id, email, password):
        self.id, self.email, self.password = user_id, email, password
        self.refresh_token = None
        self.texts = {}          # reference -> Text
        self.expenses = {}       # id -> Expense: entered by hand, or changed
        self.unknown_manual = [] # tags of expenses entered by hand whose outcome stayed unknown
        self.preferences = None  # the last ones confirmed
        self.preferences_maybe = None
        self.preferences_changes = 0
        self.ended_tokens = []   # access tokens of sessions that are over: must be refused everywhere
        self.live_tokens = []    # and of one that is not


class Book:
    def __init__(self):
        self.accounts = {}       # user id -> Account
        self.unknown_emails = []
        self.violations = []     # (lost | doubled | misordered | other, text): seen already while it ran
        self._lock = threading.Lock()
        self.accepted = 0        # texts
        self.resent = 0          # requests sent again on purpose, after a 2xx
        self.began = time.time()

    def add_account(self, account):
        with self._lock:
            self.accounts[account.id] = account

    def violation(self, kind, text):
        with self._lock:
            self.violations.append((kind, text))

    def count_accepted(self, count):
        with self._lock:
            self.accepted += count

    def counts(self):
        """Sizes for the report."""
        texts = [text for account in self.accounts.values() for text in account.texts.values()]
        expenses = [expense for account in self.accounts.values() for expense in account.expenses.values()]
        return {"accounts": len(self.accounts), "texts_accepted": self.accepted,
                "texts_unknown": sum(text.status == "unknown" for text in texts),
                "expenses_by_hand": sum(expense.message_id is None for expense in expenses),
                "expenses_changed": sum(expense.version > 1 for expense in expenses),
                "expenses_deleted": sum(expense.deleted for expense in expenses),
                "sessions_ended": sum(len(account.ended_tokens) for account in self.accounts.values()),
                "preferences_changed": sum(account.preferences_changes for account in self.accounts.values()),
                "resent_after_success": self.resent}
