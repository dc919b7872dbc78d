"""The stream of a person's changes: told at once, to the right person, over a restart and across replicas."""
import datetime
import json
import queue
import socket
import threading
import time

import pytest
import requests
from person import eventually
from test_expenses import lunch


class Listener:
    """Reads a stream on a thread; events are (type, id, data)."""

    def __init__(self, url, ticket, last=None):
        headers = {"Last-Event-ID": str(last)} if last is not None else {}
        self.answer = requests.get(f"{url}/api/v1/events", params={"ticket": ticket}, headers=headers, stream=True,
                                   timeout=(10, 30))
        assert self.answer.status_code == 200, self.answer.text
        assert self.answer.headers["Content-Type"] == "text/event-stream"
        self.events, self.ended = queue.Queue(), False
        self.comments = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        fields = {}
        try:
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "event" in fields:
                    self.events.put((fields["event"], int(fields["id"]), fields["data"]))
                    fields = {}
        except (requests.RequestException, AttributeError):
            pass  # cut, or closed by the test in the middle of a read
        self.ended = True

    def next(self, seconds=20):
        return self.events.get(timeout=seconds)

    def silent(self):
        return self.events.empty()

    def close(self):
        self.answer.raw.connection.sock.shutdown(socket.SHUT_RDWR)  # close() waits for what is read
        eventually(lambda: self.ended)
        self.answer.close()


def ticket(user):
    answer = user.post("/events/tickets", {})
    assert answer.status_code == 201, answer.text
    return answer.json()["ticket"]


def test_every_change_is_told_within_a_second(user, other, stack):
    mine, theirs = Listener(stack.url, ticket(user)), Listener(stack.url, ticket(other))
    assert mine.next()[0] == "ready" and theirs.next()[0] == "ready"
    made = user.post("/expenses", lunch(note="live"))
    began = time.monotonic()
    kind, first, data = mine.next()
    assert time.monotonic() - began < 1
    assert kind == "expense.created" and made.json()["id"] in data
    path = made.headers["Location"].removeprefix("/api/v1")
    changed = user.patch(path, {"note": "later"}, headers={"If-Match": made.headers["ETag"]})
    assert mine.next()[:2] == ("expense.updated", first + 1)
    user.call("DELETE", path, headers={"If-Match": changed.headers["ETag"]})
    assert mine.next()[:2] == ("expense.deleted", first + 2)
    assert theirs.silent()
    mine.close()
    theirs.close()


MADE = {
    "category": ("/categories", {"name": "Pottery"}, {"colour": "#123456"}),
    "budget": ("/budgets", {"name": "Fun", "amount": {"amount": "50.00", "currency": "EUR"}}, {"name": "More fun"}),
    "rule": ("/rules", {"name": "Clay", "conditions": {"field": "merchant", "contains": "clay"},
                        "actions": {"add_tags": ["hobby"]}}, {"enabled": False}),
    "account": ("/accounts", {"name": "Jar"}, {"name": "Big jar"})}


@pytest.mark.parametrize("noun", MADE)
def test_what_else_is_changed_by_hand_is_told_too(user, other, stack, noun):
    where, body, patch = MADE[noun]
    user.get("/categories")
    mine, theirs = Listener(stack.url, ticket(user)), Listener(stack.url, ticket(other))
    assert mine.next()[0] == "ready" and theirs.next()[0] == "ready"

    def told(answer, change):
        began = time.monotonic()
        kind, _, data = mine.next()
        assert time.monotonic() - began < 1
        data = json.loads(data)
        assert (kind, data["user_id"], data[f"{noun}_id"]) == (f"{noun}.{change}", user.id, made.json()["id"])
        assert data.get("snapshot") == (answer.json() if answer.content else None)
        assert answer.headers.get("ETag") == (f'"{data["version"]}"' if "version" in data else None)

    made = user.post(where, body)
    assert made.status_code == 201, made.text
    told(made, "created")
    path = made.headers["Location"].removeprefix("/api/v1")
    changed = user.patch(path, patch, headers={"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    told(changed, "updated")
    assert user.patch(path, patch, headers={"If-Match": made.headers["ETag"]}).status_code == 412  # and is not told
    gone = user.call("DELETE", path, headers={"If-Match": changed.headers["ETag"]})
    assert gone.status_code == 204, gone.text
    told(gone, "deleted")
    assert theirs.silent() and mine.silent()
    mine.close()
    theirs.close()


def test_what_follows_a_category_that_goes_is_told(user, stack):
    old, new = (user.post("/categories", {"name": name}).json() for name in ("Old", "New"))
    below = user.post("/categories", {"name": "Below", "parent_id": old["id"]}).json()
    shop = user.post("/expenses", lunch(merchant="Noodle Bar")).json()["merchant"]
    path = f"/merchants/{shop['id']}"
    assert user.patch(path, {"category": "Old"}, headers={"If-Match": "*"}).status_code == 200
    budget = user.post("/budgets", {"name": "Food", "amount": {"amount": "100.00", "currency": "EUR"},
                                    "scope": "category", "category": {"id": old["id"]}}).json()
    mine = Listener(stack.url, ticket(user))
    assert mine.next()[0] == "ready"

    def told(count):
        events = [mine.next() for _ in range(count)]
        return {kind: json.loads(data) for kind, _, data in events}
    assert user.call("DELETE", f"/categories/{old['id']}?move_to={new['id']}",
                     headers={"If-Match": "*"}).status_code == 204
    first = told(4)
    assert first["category.updated"]["snapshot"] == user.get(f"/categories/{below['id']}").json()
    assert first["category.updated"]["version"] == 2 and first["category.deleted"]["category_id"] == old["id"]
    assert first["merchant.updated"]["snapshot"] == user.get(path).json()
    assert first["merchant.updated"]["snapshot"]["category"]["name"] == "New"
    assert first["budget.updated"]["snapshot"] == user.get(f"/budgets/{budget['id']}").json()
    assert first["budget.updated"]["snapshot"]["category"]["name"] == "New"
    assert user.call("DELETE", f"/categories/{new['id']}", headers={"If-Match": "*"}).status_code == 204
    second = told(3)
    assert second["budget.deleted"]["budget_id"] == budget["id"]
    assert second["merchant.updated"]["snapshot"]["category"] is None
    assert second["category.deleted"]["category_id"] == new["id"]
    assert user.get(f"/budgets/{budget['id']}").status_code == 404
    mine.close()


def test_a_merchants_names_and_what_is_dismissed_are_told(user, stack):
    for days in (3, 10, 17):
        when = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
        made = user.post("/expenses", lunch(merchant="Noodle Bar", occurred_at=when.strftime("%Y-%m-%dT12:00:00Z")))
    merchant = f"/merchants/{made.json()['merchant']['id']}"
    mine = Listener(stack.url, ticket(user))
    assert mine.next()[0] == "ready"
    named = user.post(f"{merchant}/aliases", {"name": "NDL BAR 7"})
    assert named.status_code == 201, named.text
    kind, _, data = mine.next()
    assert (kind, json.loads(data)["snapshot"]) == ("merchant.updated", named.json())
    edited = user.patch(merchant, {"name": "Noodles"}, headers={"If-Match": named.headers["ETag"]})
    assert edited.status_code == 200, edited.text
    assert mine.next()[0] == "merchant.updated"
    alias = f"{merchant}/aliases/{named.json()['aliases'][0]['id']}"
    assert user.call("DELETE", alias).status_code == 204 and user.call("DELETE", alias).status_code == 404
    kind, _, data = mine.next()
    assert (kind, json.loads(data)["snapshot"]["aliases"]) == ("merchant.updated", [])
    for step in ("dismiss", "dismiss", "restore", "restore"):  # the second of each changes nothing
        assert user.call("POST", f"/recurring/{made.json()['id']}/{step}").status_code == 200
    assert [mine.next()[0] for _ in range(2)] == ["recurring.dismissed", "recurring.restored"]
    assert mine.silent()
    mine.close()


def test_goes_on_at_another_replica_and_after_a_restart(user, stack):
    one, two = stack.replica("expense", 1), stack.replica("expense", 2)
    opened = ticket(user)
    listener = Listener(one.url, opened)
    assert listener.next()[0] == "ready"
    user.post("/expenses", lunch())
    last = listener.next()[1]
    listener.close()
    for _ in range(2):
        user.post("/expenses", lunch())
    # What is told meanwhile may be on its way still, and then the answer is to read anew.

    def missed():
        again = Listener(two.url, opened, last)
        told = [again.next()[:2]]
        while told[0][0] == "ready" and len(told) < 3:
            told.append(again.next(5)[:2])
        again.close()
        return told if told[0][0] == "ready" else None
    assert eventually(missed) == [("ready", last), ("expense.created", last + 1), ("expense.created", last + 2)]

    stays = Listener(one.url, opened, last + 2)
    assert stays.next()[:2] == ("ready", last + 2)
    one.stop()
    eventually(lambda: stays.ended)
    user.http.post(f"{two.url}/api/v1/expenses", json=lunch(), timeout=15).raise_for_status()
    one.start()

    def caught_up():
        again = Listener(one.url, opened, last + 2)
        first = again.next()
        told = again.next(5) if first[0] == "ready" else None
        again.close()
        return told
    assert eventually(caught_up)[:2] == ("expense.created", last + 3)
    lost = Listener(one.url, opened, 10**15)  # nothing that we told
    assert lost.next()[:2] == ("resync", last + 3)
    lost.close()


def test_heart_beats_through_the_gateway(user, stack):
    """Longer than the gateway waits for a silent service."""
    listener = Listener(stack.url, ticket(user))
    assert listener.next()[0] == "ready"
    eventually(lambda: listener.comments >= 2, deadline=40)
    assert not listener.ended
    assert user.post("/expenses", lunch()).status_code == 201
    assert listener.next()[0] == "expense.created"
    listener.close()


def test_ends_with_the_session(user, stack):
    opened = ticket(user)
    listener = Listener(stack.url, opened)
    assert listener.next()[0] == "ready"
    assert user.post("/auth/logout", {"refresh_token": user.refresh_token}).status_code in (200, 204)
    eventually(lambda: listener.ended)
    answer = requests.get(f"{stack.url}/api/v1/events", params={"ticket": opened}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


@pytest.mark.parametrize("query, status", (
    ({}, 422), ({"ticket": "x" * 64}, 401), ({"ticket": ""}, 401), ({"ticket": "x", "since": "1"}, 422),
    ({"ticket": "x", "last_event_id": "1e3"}, 422)))
def test_what_opens_no_stream(stack, query, status):
    answer = requests.get(f"{stack.url}/api/v1/events", params=query, timeout=10)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
