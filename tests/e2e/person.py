"""A user of the suite: signs up through the gateway and calls the API as a frontend would."""
import time
import uuid

import requests

DEADLINE = 20
# Of a gateway: where to sign up instead. It takes ten sign-ups a minute of an address, and all of the
# tests' people come from one.
SIGN_UP_AT = {}
SECRETS = set()  # what was used in this run and must be in no log: tests/security/test_logs.py


def eventually(check, deadline=DEADLINE):
    """Call check until it returns something true; its last value or exception explains a failure."""
    end = time.monotonic() + deadline
    while True:
        try:
            value = check()
            if value:
                return value
            problem = AssertionError(f"still {value!r} after {deadline} s")
        except (AssertionError, KeyError, IndexError, requests.RequestException) as error:
            problem = error
        if time.monotonic() > end:
            raise problem
        time.sleep(0.05)


class User:
    """One person with a session. Addresses are unique, so that tests do not meet."""

    def __init__(self, url, name="Test Person"):
        self.url = url
        self.http = requests.Session()
        self.email = f"u{uuid.uuid4().hex}@example.org"
        self.password = f"pass phrase {uuid.uuid4().hex}"
        SECRETS.add(self.password)
        answer = self.http.post(f"{SIGN_UP_AT.get(url, url)}/api/v1/auth/signup", timeout=30,
                                json={"email": self.email, "password": self.password, "name": name})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        self.id = body["user"]["id"]
        self.take(body)

    def take(self, tokens):
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        self.http.headers["Authorization"] = f"Bearer {self.access_token}"
        SECRETS.update((self.access_token, self.refresh_token))

    def call(self, method, path, **options):
        """Retries what the gateway or a service refused for the moment: 429 and 503 with Retry-After."""
        end = time.monotonic() + 70
        while True:
            answer = self.http.request(method, f"{self.url}/api/v1{path}", timeout=15, **options)
            wait = answer.headers.get("Retry-After")
            if answer.status_code != 429 or wait is None or time.monotonic() > end:
                return answer
            time.sleep(int(wait))

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body, **options):
        return self.call("POST", path, json=body, **options)

    def patch(self, path, body, **options):
        options.setdefault("headers", {}).setdefault("Content-Type", "application/merge-patch+json")
        return self.call("PATCH", path, json=body, **options)

    def send(self, body, sender="VM-EXBANK", **fields):
        """Hand in a text; the message's id."""
        SECRETS.add(body)
        answer = self.post("/messages", {"sender": sender, "body": body, **fields})
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def message(self, message_id):
        """The message once it has an outcome."""
        def read():
            body = self.get(f"/messages/{message_id}").json()
            return body if body["status"] != "received" else None
        return eventually(read)

    def expenses(self, **filters):
        return self.get("/expenses", params=filters).json()["data"]

    def expense_of(self, message_id):
        """The expense that a text became."""
        return eventually(lambda: [e for e in self.expenses() if e.get("message_id") == message_id])[0]
