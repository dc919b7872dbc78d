"""Who has an account is told by nothing: not by the answer, not by throttling, not by what comes by mail.
(By the time neither: tests/bench has the statistic.)"""
import uuid

import pytest
import requests
from person import User

# What a browser sees of an answer, without what differs for each request.
IGNORED = {"date", "x-request-id", "x-kong-request-id", "traceparent"}


def ask(stack, path, body):
    return requests.post(f"{stack.replica('auth').url}/api/v1{path}", json=body, timeout=20)


def shown(answer):
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("request_id", None)
        body.pop("instance", None)
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in IGNORED}
    return answer.status_code, body, headers


@pytest.fixture
def person(stack):
    return User(stack.replica("auth").url)


def nobody():
    return f"u{uuid.uuid4().hex}@example.org"


def test_login(stack, person):
    known = ask(stack, "/auth/login", {"email": person.email, "password": "a wrong pass phrase"})
    unknown = ask(stack, "/auth/login", {"email": nobody(), "password": "a wrong pass phrase"})
    assert shown(known) == shown(unknown) and known.status_code == 401


def test_throttling(stack, person):
    """Both are held up after as many attempts, and for as long."""
    seen = []
    for email in (person.email, nobody()):
        answers = [ask(stack, "/auth/login", {"email": email, "password": "a wrong pass phrase"}) for _ in range(8)]
        seen.append([(answer.status_code, answer.headers.get("Retry-After")) for answer in answers])
    assert [code for code, _ in seen[0]] == [code for code, _ in seen[1]]
    assert 429 in [code for code, _ in seen[0]]


def test_an_attacker_does_not_lock_the_owner_out(stack, person):
    """Guessing from elsewhere: who has a session, or a refresh token, goes on, and signs in from where he is known."""
    for number in range(60):
        requests.post(f"{stack.replica('auth').url}/api/v1/auth/login", timeout=20,
                      json={"email": person.email, "password": "a wrong pass phrase"},
                      headers={"X-Forwarded-For": f"203.0.113.{number}"})
    assert person.get("/auth/sessions").status_code == 200
    answer = ask(stack, "/auth/token/refresh", {"refresh_token": person.refresh_token})
    assert answer.status_code == 200
    again = ask(stack, "/auth/login", {"email": person.email, "password": person.password})
    assert again.status_code == 200, again.text


def test_forgotten_passwords(stack, person):
    known = ask(stack, "/auth/password/forgot", {"email": person.email})
    unknown = ask(stack, "/auth/password/forgot", {"email": nobody()})
    assert shown(known) == shown(unknown) and known.status_code in (202, 204)


def test_codes_that_were_never_sent(stack):
    for path, more in (("/auth/password/reset", {"new_password": "another long pass phrase"}),
                       ("/auth/email/verify", {})):
        answers = [ask(stack, path, {"code": code, **more}) for code in ("A" * 43, "B" * 43, "x", "' OR 1=1 --")]
        assert all(400 <= answer.status_code < 500 for answer in answers)
        assert shown(answers[0]) == shown(answers[1])
