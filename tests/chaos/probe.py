"""One more person, who posts a text twice a second and watches for its expense: how long the suite takes
to work again after a fault is read off these."""
import json
import threading
import time

from .client import Client
from .people import Session, sign_up

EVERY = 0.4
TIMEOUT = 2
WATCHED = 100    # of the newest texts: an answer late by half a minute is still seen


class Post:
    __slots__ = ("at", "id", "seen", "text")

    def __init__(self, text):
        self.at, self.id, self.seen, self.text = time.monotonic(), None, None, text


class Probe:
    def __init__(self, url, book, inventor, chance):
        self.url, self.book, self.inventor, self.chance = url, book, inventor, chance
        self.posts = []
        self._stopping = threading.Event()
        self.account = None
        self._threads = []

    def start(self):
        client = Client(self.url, self.chance, self._stopping.is_set)
        self.account = sign_up(client, self.book)
        client.close()
        self._threads = [threading.Thread(target=job, daemon=True) for job in (self._post, self._watch)]
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _session(self):
        client = Client(self.url, self.chance, self._stopping.is_set, timeout=TIMEOUT)
        session = Session(client, self.account)
        session.sign_in()
        return client, session

    def _attempt(self, client, session, *request):
        """One attempt, and another after a new sign-in when the token had run out."""
        answer = client.send(*request)
        if answer is not None and answer.status == 401:
            session.renew()
            answer = client.send(*request)
        return answer

    def _post(self):
        client, session = self._session()
        while not self._stopping.wait(EVERY):
            text = self.inventor.make(self.chance, sure=True)
            text.device, text.status = f"probe-{text.ref}", "unknown"
            self.account.texts[text.ref] = text
            post = Post(text)
            answer = self._attempt(client, session, "POST", "/api/v1/messages", json.dumps(text.wire()).encode())
            if answer is not None and answer.status == 202:
                post.id, text.status = answer.json()["id"], "accepted"
                text.ids.append(post.id)
                self.book.count_accepted(1)
                self.posts.append(post)
        client.close()

    def _watch(self):
        client, session = self._session()
        while not self._stopping.wait(0.15):
            waiting = {post.id: post for post in self.posts[-WATCHED:] if post.seen is None}
            if not waiting:
                continue
            answer = self._attempt(client, session, "GET", f"/api/v1/messages?limit={WATCHED}")
            for row in answer.json()["data"] if answer is not None and answer.ok else ():
                if row["id"] in waiting and row.get("expense_id"):
                    waiting[row["id"]].seen = time.monotonic()
        client.close()

    def healed(self, since):
        """When the first text posted after `since` was an expense (monotonic), or None so far."""
        seen = [post.seen for post in self.posts[-400:] if post.at >= since and post.seen is not None]
        return min(seen) if seen else None

    def wait_healed(self, since, timeout):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and not self._stopping.is_set():
            healed = self.healed(since)
            if healed is not None:
                return healed
            time.sleep(0.05)
        return None
