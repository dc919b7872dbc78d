"""The accounts of an invented person and the texts their banks send. Sums are minor units."""
import dataclasses


def money(minor, currency):
    """As these banks write it."""
    return f"{currency} {minor // 100:,}.{minor % 100:02}"


@dataclasses.dataclass
class Account:
    """What its owner has in it, and how its bank speaks of it."""
    bank: str
    sender: str
    last4: str
    currency: str
    balance: int
    limit: int = 0  # of a credit card, whose balance is what is owed, below zero

    def tail(self):
        """How a text of this account ends."""
        if self.limit:
            return f"Available limit {money(self.limit + self.balance, self.currency)}"
        return f"Balance {money(self.balance, self.currency)}"

    def say(self, words):
        return f"{self.bank}: {words}. {self.tail()}"


def current_account():
    return Account("Harbour Bank", "HARBOUR", "4410", "EUR", 220000)


def credit_card():
    return Account("Northwind Card", "NORTHWIND", "7702", "EUR", 0, limit=300000)


def travel_card():
    return Account("Globe Money", "GLOBE", "5501", "USD", 5000)


def on_day(at):
    return at.strftime("on %d/%m/%Y")


def at_minute(at):
    return at.strftime("on %d/%m/%Y %H:%M")


# What is said of a payment, by what it is. {sum}, {who}, {mine}: the account's last digits.
PURCHASE = {
    "HARBOUR": "{sum} paid by debit card from account ending {mine} at {who} {minute}",
    "NORTHWIND": "You spent {sum} at {who} with credit card ending {mine} {minute}",
    "GLOBE": "{sum} spent at {who} with card ending {mine} {minute}",
}
RENT = "{sum} transferred from account ending {mine} to {who} {day}"
BILL = "direct debit of {sum} to {who} from account ending {mine} {day}"
CASH = "{sum} withdrawn from account ending {mine} at ATM {who} {minute}"
SALARY = "{sum} credited to your account ending {mine} {day}, salary from {who}"
GIFT = "a transfer of {sum} from {who} was received on account ending {mine} {day}"
REFUND = "Refund of {sum} from {who} credited to your credit card ending {mine} {day}"
CARD_BILL = "{sum} paid from account ending {mine} to your credit card ending {who} {day}"
SAVINGS = "{sum} transferred from account ending {mine} to your savings account ending {who} {day}"
TOP_UP = "{sum} added to your card ending {mine} {day}"

# Texts that are no payment.
CODE = "{bank}: {code} is your code to confirm a payment of {sum} at {who}. Never share it."
DECLINED = "{bank}: your payment of {sum} at {who} was declined, insufficient funds. Account ending {mine}"
DUE = "{bank}: your bill of {sum} is due {day}. Minimum payment EUR 25.00"
THANKS = "{bank}: Payment of {sum} received for your credit card ending {mine} {day}. Thank you."
OFFER = "{bank}: a personal loan of up to EUR 15,000 at 4.9 %, apply today in the app!"
