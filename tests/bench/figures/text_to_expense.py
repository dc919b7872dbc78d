"""Seconds from the POST of a text until its expense can be read, everything else being idle."""
import random
import time

import requests

import texts
from report import at_most
from suite import SERVICES
from tools import percentile

COUNT, PATIENCE_S, POLL_S, PAUSE_S = 100, 30, 0.002, (0.05, 0.25)
BOUND_S = 1


class Person:
    """Somebody who hands in texts and looks at the ledger, straight at the daemons."""

    def __init__(self, suite):
        user = suite.user("user", "expense", "deserialize")
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {user.access_token}"
        self.messages, self.expenses = (f"{suite.daemon(service).url}/api/v1/{path}"
                                        for service, path in (("deserialize", "messages"), ("expense", "expenses")))

    def send(self, number):
        answer = self.http.post(self.messages, json={"sender": "VM-EXBANK", "body": texts.body(number)}, timeout=30)
        if answer.status_code != 202:
            raise RuntimeError(f"a text was answered {answer.status_code}")
        return answer.json()["id"]

    def has(self, message):
        found = self.http.get(self.expenses, params={"limit": 200}, timeout=30).json()["data"]
        return any(expense["message_id"] == message for expense in found)


def one(person, number):
    began = time.monotonic()
    message = person.send(number)
    while not person.has(message):
        if time.monotonic() > began + PATIENCE_S:
            raise RuntimeError(f"no expense {PATIENCE_S} s after its text")
        time.sleep(POLL_S)
    return time.monotonic() - began


def measure(bench):
    suite, took = bench.suite, []
    suite.only(*SERVICES)
    person = Person(suite)
    suite.wait_quiet()
    one(person, 0)  # connections are made
    count = 30 if bench.quick else COUNT
    with bench.watched("text_to_expense"):
        for number in range(1, count + 1):
            time.sleep(random.uniform(*PAUSE_S))  # in step with nobody's polling
            took.append(one(person, number))
    return [at_most("text_to_expense", percentile(took, 0.99), "s p99", BOUND_S, runs=took,
                    note=f"p50 {percentile(took, 0.5) * 1000:.0f} ms, {count} texts one after the other")]
