"""A phone that hands in its owner's bank texts: one by one and in batches, again when it is not sure,
and again although it is."""
import time
import uuid

from .client import GivenUp
from .people import Session

BATCHES = (1, 1, 1, 2, 5, 10, 25, 50)  # as often single as not
RESEND_SHARE = 0.05
TWICE_SHARE = 0.03
BEHIND_MAX = 5  # seconds of texts that are made up for after an outage


class Phone:
    def __init__(self, client, account, inventor, book, rate):
        self.client, self.account, self.inventor, self.book, self.rate = client, account, inventor, book, rate
        self.session = Session(client, account)
        self.chance = client.chance

    def run(self, stopped):
        due = time.monotonic()
        while not stopped():
            count = self.chance.choice(BATCHES)
            try:
                self.hand_in([self.inventor.make(self.chance) for _ in range(count)])
            except GivenUp:
                return
            due = max(due + count / self.rate, time.monotonic() - BEHIND_MAX)
            while not stopped() and time.monotonic() < due:
                time.sleep(min(0.2, max(0.0, due - time.monotonic())))

    def hand_in(self, texts):
        for text in texts:
            self.account.texts[text.ref] = text
        key = {"Idempotency-Key": uuid.uuid4().hex}
        self.post(texts, key)
        if self.chance.random() < RESEND_SHARE:
            self.book.resent += 1
            self.post(texts, key)
        text = self.chance.choice(texts)
        if text.type and text.status == "accepted" and self.chance.random() < TWICE_SHARE:
            self.hand_in_twice(text)

    def hand_in_twice(self, text):
        """The same text as a message of its own, as from a second phone: it must become no second expense."""
        text.times, text.device = 2, f"tablet-{text.ref}"
        self.post([text], {"Idempotency-Key": uuid.uuid4().hex})

    def post(self, texts, key):
        single = len(texts) == 1
        path, body = ("/messages", texts[0].wire()) if single else ("/messages/batch",
                                                                    {"messages": [text.wire() for text in texts]})
        for text in texts:
            text.status = "unknown" if not text.ids else text.status
        answer, _ = self.client.call("POST", path, body, key, self.session.renew)
        if single:
            self.told(texts[0], answer.status, answer.json().get("id"))
        elif answer.ok:
            for item in answer.json()["data"]:
                self.told(texts[item["index"]], item["status"], item.get("id"))
        else:
            for text in texts:
                self.told(text, answer.status, None)

    def told(self, text, status, message_id):
        if status == 202:
            if message_id in text.ids:
                return
            if len(text.ids) == text.times:
                self.book.violation("doubled", f"text {text.ref} sent again was accepted as another message: "
                                               f"{text.ids} and {message_id}")
            if not text.ids:
                self.book.count_accepted(1)
            text.ids.append(message_id)
            text.status = "accepted"
        else:
            text.status = "refused"
            self.book.violation("other", f"text {text.ref} was answered {status}")
