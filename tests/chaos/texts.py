"""Bank texts that the harness invents: unique by their reference number, and sure to be read."""
import datetime
import itertools
import re
import threading

REFERENCE = re.compile(r"\b(4\d{11})\b")
SHOPS = ("NEWS STAND", "CORNER CAFE", "BOOK SHOP", "CITY MART", "TEA STALL", "GREEN GROCER")
# (wording, type of the expense)
READ = (
    ("INR {amount} spent on card XX{card} at {shop} on {day}. Ref {ref}", "expense"),
    ("INR {amount} debited from A/c XX{card} on {day} to VPA shop@upi {shop}. UPI Ref {ref}", "expense"),
    ("Rs.{amount} spent on card XX{card} at {shop} on {day}. Ref {ref}", "expense"),
    ("INR {amount} credited to A/c XX{card} on {day} by {shop}. UPI Ref {ref}", "income"),
)
REJECTED = (
    "123456 is your OTP for a payment of INR {amount} at ONLINE STORE. Do not share it. Ref {ref}",
    "Get a pre-approved loan of Rs 5,00,000 at 10.5% interest! Apply now, offer ends soon. Ref {ref}",
    "Your payment of INR {amount} at {shop} with card XX{card} was declined due to insufficient funds. Ref {ref}",
)
REJECTED_SHARE = 0.12


class Text:
    """One text with what must become of it. `type` is None for one that is no payment.

    status  accepted (an answer of 2xx was seen), refused (4xx), unknown (handed in, no answer), new
    ids     of the messages it was accepted as: two when the person handed it in a second time
    """

    __slots__ = ("ref", "body", "type", "minor", "status", "ids", "device", "times")

    def __init__(self, ref, body, kind, minor):
        self.ref, self.body, self.type, self.minor = ref, body, kind, minor
        self.status, self.ids, self.device, self.times = "new", [], None, 1

    def wire(self):
        message = {"sender": "VM-EXBANK", "body": self.body}
        if self.device:
            message["device_message_id"] = self.device
        return message


class Inventor:
    """Hands out texts; safe for several threads."""

    def __init__(self):
        self._numbers = itertools.count(400000000001)
        self._lock = threading.Lock()

    def make(self, chance, sure=False):
        """A new text; with `sure` one that becomes an expense."""
        with self._lock:
            ref = str(next(self._numbers))
        rejected = not sure and chance.random() < REJECTED_SHARE
        wording, kind = (chance.choice(REJECTED), None) if rejected else chance.choice(READ)
        minor = chance.randrange(100, 500000)
        body = wording.format(amount=f"{minor // 100}.{minor % 100:02}", card=f"{chance.randrange(10000):04}",
                              shop=chance.choice(SHOPS), ref=ref,
                              day=datetime.datetime.now(datetime.timezone.utc).strftime("%d-%m-%y"))
        text = Text(ref, body, kind, minor)
        if chance.random() < 0.7:
            text.device = f"phone-{ref}"
        return text
