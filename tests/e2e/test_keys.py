"""Signing keys change under load: published before they sign, retired when no token needs them, and no request
fails for it; a key that leaked ends within moments everywhere."""
import base64
import json
import threading
import time

import psycopg2
import pytest
import requests
from person import User, eventually


def header_of(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def keys(stack):
    """{kid: state} of the keys in use, as the operator's command tells."""
    done = stack.replica("auth").run("keys", "list", "--json")
    assert done.returncode == 0, done.stderr
    return {row["kid"]: row["state"] for row in json.loads(done.stdout)}


def command(stack, *arguments, code=0):
    done = stack.replica("auth").run("keys", *arguments)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def age_keys(stack, state, interval):
    """As if a key had been in its state for so much longer."""
    connection = psycopg2.connect(stack.database.admin_dsn())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("UPDATE auth.signing_key SET state_at = state_at - %s::interval WHERE state = %s",
                       (interval, state))
    connection.close()


def restart_auth(stack):
    """One replica after the other, so that the gateway always has one: each tends the keys when it starts, and the
    gateway, which asks once a second, needs a moment to find it up again."""
    for number in (1, 2):
        stack.replica("auth", number).restart()
        time.sleep(2.5)


def public_kids(stack):
    answer = requests.get(f"{stack.url}/.well-known/jwks.json", timeout=5)
    while answer.status_code == 429:  # what other tests asked for counts against the same address
        time.sleep(int(answer.headers["Retry-After"]))
        answer = requests.get(f"{stack.url}/.well-known/jwks.json", timeout=5)
    assert answer.status_code == 200, answer.text
    return {key["kid"] for key in answer.json()["keys"]}


class Traffic:
    """Requests to every service with fresh and old tokens, until told to stop; what was answered wrong. No faster
    than the gateway lets one address ask: what it turns away says nothing about the services."""

    def __init__(self, user):
        self.user, self.wrong, self.count = user, [], 0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.read), threading.Thread(target=self.refresh)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_ignored):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def read(self):
        http = requests.Session()
        while not self.stopping.is_set():
            for path in ("/users/me", "/categories", "/messages", "/auth/sessions"):
                answer = http.get(f"{self.user.url}/api/v1{path}", timeout=15,
                                  headers={"Authorization": f"Bearer {self.user.access_token}"})
                self.count += 1
                if answer.status_code not in (200, 429):
                    self.wrong.append((path, answer.status_code, answer.text))
            time.sleep(0.25)

    def refresh(self):
        while not self.stopping.wait(1.5):
            answer = self.user.post("/auth/token/refresh", {"refresh_token": self.user.refresh_token})
            if answer.status_code == 200:
                self.user.take(answer.json())
            elif answer.status_code != 429:
                self.wrong.append(("refresh", answer.status_code, answer.text))


@pytest.fixture
def ready(stack, user):
    """A user whom every service knows by now."""
    for path in ("/users/me", "/categories", "/messages"):
        eventually(lambda where=path: user.get(where).status_code == 200)
    return user


def test_rotation_fails_no_request(stack, ready):
    before = header_of(ready.access_token)["kid"]
    with Traffic(ready) as traffic:
        told = command(stack, "rotate")
        following = next(kid for kid, state in keys(stack).items() if state == "next")
        assert following in told
        assert "already next" in command(stack, "rotate")
        eventually(lambda: following in public_kids(stack), deadline=5)
        assert header_of(User(stack.url).access_token)["kid"] == before, "it signs before its time"
        age_keys(stack, "next", "1 hour")
        restart_auth(stack)
        assert keys(stack)[following] == "signing" and keys(stack)[before] == "verifying"
        eventually(lambda: header_of(ready.access_token)["kid"] == following)
        eventually(lambda: {before, following} <= public_kids(stack))
        time.sleep(2)
    assert traffic.count > 50 and not traffic.wrong, traffic.wrong[:3]
    age_keys(stack, "verifying", "2 hours")
    restart_auth(stack)
    assert before not in keys(stack) and before not in public_kids(stack)
    assert ready.get("/categories").status_code == 200


def test_a_revoked_key_ends_its_tokens_everywhere(stack, ready):
    kid = header_of(ready.access_token)["kid"]
    assert keys(stack)[kid] == "signing"
    command(stack, "revoke", kid)
    for path in ("/users/me", "/categories", "/messages"):
        eventually(lambda where=path: ready.get(where).status_code == 401, deadline=5)

    def kid_of_a_refresh():
        answer = ready.post("/auth/token/refresh", {"refresh_token": ready.refresh_token})
        assert answer.status_code == 200, answer.text
        ready.take(answer.json())
        return header_of(ready.access_token)["kid"]
    # An instance hears of it as the other services do, and signs with the next key a second later.
    eventually(lambda: kid_of_a_refresh() != kid, deadline=5)
    for path in ("/users/me", "/categories", "/messages"):
        eventually(lambda where=path: ready.get(where).status_code == 200, deadline=5)


def test_keys_command_refuses_what_makes_no_sense(stack):
    assert "usage" in command(stack, code=2)
    assert "usage" in command(stack, "list", "--yaml", code=2)
    assert "no key in use" in command(stack, "revoke", "nothing", code=1)
    assert "cannot open" in command(stack, "publish", "/nonexistent", code=1)
