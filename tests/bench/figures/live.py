"""How soon a change is told: ten people with a hundred open streams each make a change at the same moment, and
the time runs from before the request to the arrival of the event at each of the thousand."""
import json
import selectors
import socket
import time

from report import at_most
from tools import percentile

PEOPLE, STREAMS, ROUNDS, WANTED_MS = 10, 100, 30, 200
EXPENSE = {"type": "expense", "amount": {"amount": "12.50", "currency": "EUR"},
           "occurred_at": "2026-03-10T12:00:00Z", "note": "told"}
PAUSE_S = 0.3  # between rounds: the figure is about one change, not about a queue of them


class Watch:
    """The streams, and a connection of each person to post on; all of them on one thread, so that what is
    measured is the daemon and not this program's threads."""

    def __init__(self, daemon):
        self.where = daemon.url.removeprefix("http://").split(":")
        self.selector, self.posts = selectors.DefaultSelector(), []

    def connect(self, request):
        opened = socket.create_connection((self.where[0], int(self.where[1])), timeout=20)
        opened.sendall(request.encode())
        return opened

    def listen(self, ticket):
        opened, got = self.connect(f"GET /api/v1/events?ticket={ticket} HTTP/1.1\r\nHost: x\r\n\r\n"), b""
        while b"event: ready" not in got:
            more = opened.recv(4096)
            if not more:
                raise RuntimeError(f"no stream: {got!r}")
            got += more
        self.selector.register(opened, selectors.EVENT_READ)

    def add_person(self, token):
        body = json.dumps(EXPENSE)
        request = ("POST /api/v1/expenses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                   f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()
        self.posts.append((self.connect(""), request))

    def one_round(self):
        """Milliseconds of each listener."""
        times, began = [], time.monotonic()
        for connection, request in self.posts:
            connection.sendall(request)
        while len(times) < PEOPLE * STREAMS:
            ready = self.selector.select(20)
            if not ready:
                raise RuntimeError("not everybody was told within 20 s")
            for key, _ in ready:
                data = key.fileobj.recv(65536)
                if not data:
                    raise RuntimeError("a stream ended")
                if b"event: resync" in data:
                    raise RuntimeError("a stream was told to read anew: the backlog is still read")
                if b"expense.created" in data:
                    times.append(1000 * (time.monotonic() - began))
        for connection, _ in self.posts:
            if b" 201 " not in connection.recv(65536):
                raise RuntimeError("a change was refused")
        return times

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        for connection, _ in self.posts:
            connection.close()
        self.selector.close()


def measure(bench):
    suite = bench.suite
    suite.only("auth", "expense")
    daemon = suite.daemon("expense")
    users = [suite.user("expense") for _ in range(PEOPLE)]
    suite.only("expense")
    watch = Watch(daemon)
    try:
        for user in users:
            ticket = user.http.post(f"{daemon.url}/api/v1/events/tickets", timeout=20).json()["ticket"]
            for _ in range(STREAMS):
                watch.listen(ticket)
            watch.add_person(user.access_token)
        watch.one_round()
        times = []
        for _ in range(ROUNDS):
            time.sleep(PAUSE_S)
            times += watch.one_round()
    finally:
        watch.close()
    return [at_most("live", percentile(times, 0.99), "ms p99", WANTED_MS,
                    note=f"{PEOPLE * STREAMS} streams, {ROUNDS} rounds of {PEOPLE} changes, "
                         f"p50 {percentile(times, 0.5):.0f} ms")]
