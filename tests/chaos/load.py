"""All the people of a run, each with a phone and a web client in a thread of its own."""
import random
import threading
import time
import traceback

from .client import Client, GivenUp
from .people import sign_up
from .phone import Phone
from .web import Web

SETTLE = 120      # seconds after the load in which clients may still find out what became of a request
NEWCOMER_EVERY = 6
WEB_PAUSE = 0.5


class Load:
    def __init__(self, url, book, inventor, seed, people, rate):
        self.url, self.book, self.inventor, self.people, self.rate = url, book, inventor, people, rate
        self.chance = random.Random(f"{seed}-load")
        self._stopped = threading.Event()
        self._give_up_at = None
        self._threads = []

    def give_up(self):
        return self._give_up_at is not None and time.monotonic() > self._give_up_at

    def client(self):
        return Client(self.url, random.Random(self.chance.random()), self.give_up)

    def start(self):
        """Everyone signs up before the first fault; newcomers come all the time."""
        for _ in range(self.people):
            account = sign_up(self.client(), self.book)
            phone = Phone(self.client(), account, self.inventor, self.book, self.rate / self.people)
            web = Web(self.client(), account, self.book, WEB_PAUSE)
            self._go(phone.run)
            self._go(web.run)
        self._go(self._newcomers)

    def _go(self, job):
        def guarded(stopped):
            try:
                job(stopped)
            except Exception:  # a client that breaks off would hide what it was to find
                self.book.violation("other", f"a client broke off: {traceback.format_exc()}")
        thread = threading.Thread(target=guarded, args=(self._stopped.is_set,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def _newcomers(self, stopped):
        while not stopped():
            client = self.client()
            account = sign_up(client, self.book)
            if account:
                try:
                    self._first_steps(client, account)
                except GivenUp:
                    pass
            client.close()
            self._stopped.wait(NEWCOMER_EVERY * self.chance.uniform(0.5, 1.5))

    def _first_steps(self, client, account):
        phone = Phone(client, account, self.inventor, self.book, self.rate)
        phone.hand_in([self.inventor.make(self.chance)])
        web = Web(client, account, self.book, 0)
        web.create()
        web.prefer()
        account.live_tokens.append(client.token)

    def stop(self):
        """No new requests; what is under way is sent again until it is known. Returns whether all is."""
        self._give_up_at = time.monotonic() + SETTLE
        self._stopped.set()
        for thread in self._threads:
            thread.join(SETTLE + 60)
        return not any(thread.is_alive() for thread in self._threads)


