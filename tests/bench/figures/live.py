"""How soon a change is told: ten people with a hundred open streams each make a change at the same moment, and
the time runs from before the request to the arrival of the event at each of the thousand."""
import json
import selectors
import socket
import threading
import time

from report import at_most
from tools import percentile

PEOPLE, STREAMS, ROUNDS, WANTED_MS = 10, 100, 30, 200
EXPENSE = {"type": "expense", "amount": {"amount": "12.50", "currency": "EUR"},
           "occurred_at": "2026-03-10T12:00:00Z"}


class Listeners:
    """Sockets with an open stream; `told` has the arrival of each person's events, by their note."""

    def __init__(self):
        self.selector, self.told, self.done = selectors.DefaultSelector(), {}, threading.Event()

    def open(self, daemon, ticket):
        host, port = daemon.url.removeprefix("http://").split(":")
        opened = socket.create_connection((host, int(port)))
        opened.sendall(f"GET /api/v1/events?ticket={ticket} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        got = b""
        while b"event: ready" not in got:
            more = opened.recv(4096)
            if not more:
                raise RuntimeError(f"no stream: {got!r}")
            got += more
        opened.setblocking(False)
        self.selector.register(opened, selectors.EVENT_READ)

    def run(self):
        while not self.done.is_set():
            for key, _ in self.selector.select(0.2):
                data, now = key.fileobj.recv(65536), time.monotonic()
                if not data:
                    raise RuntimeError("a stream ended")
                at = data.find(b'"note":"round ')
                if at >= 0:
                    self.told.setdefault(data[at + 8:data.index(b'"', at + 8)].decode(), []).append(now)

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


def post(user, url, note, began):
    began[note] = time.monotonic()
    user.http.post(f"{url}/api/v1/expenses", data=json.dumps({**EXPENSE, "note": note}), timeout=20,
                   headers={"Content-Type": "application/json"}).raise_for_status()


def one_round(listeners, users, url, number):
    """Milliseconds of each listener."""
    began = {}
    threads = [threading.Thread(target=post, args=(user, url, f"round {number} of {place}", began))
               for place, user in enumerate(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.monotonic() + 20
    while any(len(listeners.told.get(note, ())) < STREAMS for note in began):
        if time.monotonic() > end:
            raise RuntimeError("not everybody was told within 20 s")
        time.sleep(0.01)
    return [1000 * (at - start) for note, start in began.items() for at in listeners.told[note]]


def measure(bench):
    suite = bench.suite
    suite.only("auth", "expense")
    daemon = suite.daemon("expense")
    users = [suite.user("expense") for _ in range(PEOPLE)]
    listeners = Listeners()
    reader = threading.Thread(target=listeners.run)
    try:
        for user in users:
            ticket = user.http.post(f"{daemon.url}/api/v1/events/tickets", timeout=20).json()["ticket"]
            for _ in range(STREAMS):
                listeners.open(daemon, ticket)
        reader.start()
        one_round(listeners, users, daemon.url, "first")
        times = [ms for number in range(ROUNDS) for ms in one_round(listeners, users, daemon.url, number)]
    finally:
        listeners.done.set()
        if reader.is_alive():
            reader.join()
        listeners.close()
    return [at_most("live", percentile(times, 0.99), "ms p99 until told", WANTED_MS,
                    note=f"{PEOPLE * STREAMS} streams, {ROUNDS} rounds of {PEOPLE} changes, "
                         f"p50 {percentile(times, 0.5):.0f} ms")]
