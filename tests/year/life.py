"""What happens to the person in a year: the texts in the order they come, and what each must become.

The same seed gives the same year. The books are kept here, by other code than the suite's.
"""
import collections
import dataclasses
import datetime
import random

from year import banks
from year.banks import at_minute, money, on_day

SHOPS = ("GREEN GROCER", "CORNER BAKERY", "CITY MARKET", "BOOK HARBOUR", "METRO TRANSIT", "OLD TOWN CAFE",
         "PASTA HOUSE", "STYLE STORE", "RIVER PHARMACY", "CINEMA ROYAL", "GARDEN CENTRE", "SPEEDY FUEL")
ABROAD = ("AIRPORT CAFE", "HARBOUR HOTEL", "YELLOW TAXI", "MUSEUM SHOP", "PIER DINER")
ZONE = datetime.timezone.utc


@dataclasses.dataclass
class Text:
    """One text, and what it must become: a type and its sum, or a status that is no expense."""
    at: datetime.datetime
    sender: str
    body: str
    becomes: str  # "expense", "income", "refund", "transfer", "rejected", "duplicate"
    minor: int = 0
    currency: str = "EUR"
    who: str = ""
    last4: str = ""
    lost: bool = False  # it never comes: the phone was off
    own: bool = False  # reads as income; its owner says that it is a transfer


class Year:
    """A year's texts in .texts."""

    def __init__(self, year, seed=2026):
        self.dice, self.year, self.texts = random.Random(seed), year, []
        self.current, self.card, self.travel = banks.current_account(), banks.credit_card(), banks.travel_card()
        self.owed = []  # purchases by credit card that may be given back
        for month in range(1, 13):
            self.month(month)
        self.texts.sort(key=lambda text: text.at)
        self.lose_one()

    def when(self, month, day, hour=None):
        hour = self.dice.randrange(8, 22) if hour is None else hour
        return datetime.datetime(self.year, month, day, hour, self.dice.randrange(60), tzinfo=ZONE)

    def book(self, account, form, minor, who, at, becomes, out=True, **more):
        """A payment: the account changes, its bank tells."""
        account.balance += -minor if out else minor
        words = form.format(sum=money(minor, account.currency), who=who, mine=account.last4, day=on_day(at),
                            minute=at_minute(at))
        text = Text(at, account.sender, account.say(words), becomes, minor, account.currency, who, account.last4,
                    **more)
        self.texts.append(text)
        return text

    def tell(self, account, form, at, **words):
        """A text that is no payment."""
        body = form.format(bank=account.bank, mine=account.last4, day=on_day(at), **words)
        self.texts.append(Text(at, account.sender, body, "rejected"))

    def month(self, month):
        """Day after day, since balances are told in the order of time."""
        last = (datetime.date(self.year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)).day
        due = -self.card.balance
        for day in range(1, last + 1):
            self.fixed_payments(month, day, due)
            for at in sorted(self.when(month, day) for _ in range(self.dice.choice((2, 3, 4, 4, 5, 5)))):
                self.purchase(at)
            if self.travel.balance > 3000 and day % 3 == 0:
                minor = self.dice.randrange(300, 2500)
                self.book(self.travel, banks.PURCHASE["GLOBE"], minor, self.dice.choice(ABROAD),
                          self.when(month, day), "expense")
            if self.dice.random() < 0.35:
                self.noise(self.when(month, day))

    def fixed_payments(self, month, day, due):
        """What comes each month on its day."""
        at = self.when(month, day, 6)
        if day == 1:
            self.book(self.current, banks.RENT, 98000, "HOUSE OWNER", at, "expense")
            self.book(self.travel, banks.TOP_UP, 20000, self.travel.last4, at, "income", out=False, own=True)
        elif day == 5:
            self.book(self.current, banks.CASH, self.dice.choice((6000, 8000, 10000)), "MAIN STREET", at, "expense")
        elif day == 9 and self.owed:
            minor, who = self.owed.pop(self.dice.randrange(len(self.owed)))
            self.owed.clear()
            self.book(self.card, banks.REFUND, minor, who, at, "refund", out=False)
        elif day == 12 and due:
            self.tell(self.card, banks.DUE, at, sum=money(due, "EUR"))
        elif day == 15:
            self.book(self.current, banks.BILL, self.dice.randrange(4800, 7200), "CITY POWER", at, "expense")
        elif day == 20 and due:
            self.book(self.current, banks.CARD_BILL, due, self.card.last4, at, "transfer")
            self.card.balance += due
            self.tell(self.card, banks.THANKS, at, sum=money(due, "EUR"))
        elif day == 22:
            self.book(self.current, banks.SAVINGS, 15000, "8820", at, "transfer")
        elif day == 25:
            self.book(self.current, banks.SALARY, 365000, "ACME WORKS", at, "income", out=False)
        elif day == 17 and month % 3 == 0:
            self.book(self.current, banks.GIFT, 3500, "ANNA BERG", at, "income", out=False)

    def purchase(self, at):
        """With one of the two cards; sometimes a code comes before it, or its bank tells it twice."""
        by_card = self.dice.random() < 0.4 and self.card.limit + self.card.balance > 20000
        account, who = (self.card if by_card else self.current), self.dice.choice(SHOPS)
        minor = self.dice.randrange(250, 2200)
        if by_card and self.dice.random() < 0.3:
            self.tell(account, banks.CODE, at - datetime.timedelta(minutes=1), code=self.dice.randrange(100000, 999999),
                      sum=money(minor, "EUR"), who=who)
        text = self.book(account, banks.PURCHASE[account.sender], minor, who, at, "expense")
        if by_card:
            self.owed.append((minor, who))
        if self.dice.random() < 0.04:
            self.texts.append(dataclasses.replace(text, at=at + datetime.timedelta(minutes=2), becomes="duplicate"))

    def noise(self, at):
        if self.dice.random() < 0.5:
            self.tell(self.current, banks.OFFER, at)
        else:
            self.tell(self.current, banks.DECLINED, at, sum=money(self.dice.randrange(500, 90000), "EUR"),
                      who=self.dice.choice(SHOPS))

    def lose_one(self):
        """A purchase of the current account in the middle of the year never reaches the phone."""
        middle = datetime.datetime(self.year, 6, 10, tzinfo=ZONE)
        twice = {text.body for text in self.texts if text.becomes == "duplicate"}
        for text in self.texts:
            if text.at > middle and text.becomes == "expense" and text.last4 == self.current.last4 \
                    and text.body not in twice:
                text.lost = True
                self.lost = text
                return

    def sums(self):
        """{(month, currency): [expense, income]} as the ledger must tell them once its owner said what is own."""
        totals = collections.defaultdict(lambda: [0, 0])
        for text in self.texts:
            if text.lost:
                continue
            total = totals[text.at.strftime("%Y-%m"), text.currency]
            if text.becomes == "expense":
                total[0] += text.minor
            elif text.becomes == "refund":
                total[0] -= text.minor
            elif text.becomes == "income" and not text.own:
                total[1] += text.minor
        return {key: tuple(total) for key, total in totals.items()}
