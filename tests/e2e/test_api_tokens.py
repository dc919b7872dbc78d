"""API tokens: narrow, shown once, exchanged for short access tokens, ended everywhere within moments."""
import uuid

import pytest
import requests
from person import SECRETS, User, eventually


def make(user, *scopes, **more):
    answer = user.post("/auth/api-tokens", {"name": "phone", "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    SECRETS.add(answer.json()["token"])
    return answer.json()


def exchange(stack, token):
    return requests.post(f"{stack.url}/api/v1/auth/token", json={"api_token": token}, timeout=10)


def access(stack, token):
    answer = exchange(stack, token)
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    return answer.json()["access_token"]


def call(stack, method, path, token, **options):
    return requests.request(method, f"{stack.url}/api/v1{path}", timeout=10,
                            headers={"Authorization": f"Bearer {token}"}, **options)


@pytest.fixture
def ready(user):
    for path in ("/users/me", "/categories", "/messages"):
        eventually(lambda where=path: user.get(where).status_code == 200)
    return user


def test_a_forwarder_hands_in_texts_and_can_do_nothing_else(stack, ready):
    made = make(ready, "messages:write")
    token = access(stack, made["token"])
    text = {"sender": "VM-EXBANK", "body": "INR 61.00 spent on card XX4321 at NEWS STAND on 03-02-26. Ref 610061"}
    sent = call(stack, "POST", "/messages", token, json=text)
    assert sent.status_code == 202, sent.text
    assert ready.message(sent.json()["id"])["status"] == "parsed"
    for method, path, body in (("GET", "/messages", None), ("GET", "/expenses", None), ("GET", "/users/me", None),
                               ("GET", "/auth/sessions", None), ("GET", "/auth/api-tokens", None),
                               ("POST", "/auth/api-tokens", {"name": "more", "scopes": ["messages:read"]}),
                               ("PUT", "/auth/password", {"old_password": "x", "new_password": "y"})):
        refused = call(stack, method, path, token, json=body)
        assert refused.status_code == 403, (method, path, refused.status_code, refused.text)
        assert refused.json()["code"] == "insufficient_scope"


def test_shown_once_and_listed_without_its_secret(stack, ready, other):
    made = make(ready, "expenses:read", "messages:write", expires_in_days=3)
    assert made["scopes"] == ["expenses:read", "messages:write"] and made["last_used_at"] is None
    access(stack, made["token"])
    listed = ready.get("/auth/api-tokens")
    assert made["token"] not in listed.text and made["token"][10:40] not in listed.text
    row = listed.json()["data"][0]
    assert row["id"] == made["id"] and row["last_used_at"] is not None
    assert other.get("/auth/api-tokens").json()["data"] == []
    assert other.call("DELETE", f"/auth/api-tokens/{made['id']}").status_code == 404
    access(stack, made["token"])
    actions = [entry["action"] for entry in ready.get("/auth/audit").json()["data"]]
    assert "api_token_created" in actions


def test_a_deleted_token_ends_in_every_service(stack, ready):
    made = make(ready, "messages:read", "expenses:read", "profile:read")
    token = access(stack, made["token"])
    paths = ("/messages", "/expenses", "/users/me")
    for path in paths:
        assert call(stack, "GET", path, token).status_code == 200
    assert ready.call("DELETE", f"/auth/api-tokens/{made['id']}").status_code == 204
    for path in paths:
        eventually(lambda where=path: call(stack, "GET", where, token).status_code == 401, deadline=3)
    refused = exchange(stack, made["token"])
    assert refused.status_code == 401 and refused.json()["code"] == "api_token_invalid"
    assert ready.get("/messages").status_code == 200
    assert ready.call("DELETE", f"/auth/api-tokens/{made['id']}").status_code == 404


def test_what_may_not_be_asked_for(ready):
    answer = ready.post("/auth/api-tokens", {"name": "", "scopes": ["account", "admin"], "expires_in_days": 9999,
                                             "user_id": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/name", "/scopes/0", "/scopes/1", "/expires_in_days", "/user_id"}


def test_other_texts_are_no_api_tokens(stack, ready):
    made = make(ready, "messages:read")
    flipped = made["token"][:-2] + ("AA" if made["token"][-2:] != "AA" else "BA")
    for wrong in (flipped, made["token"] + "A", made["token"][4:], ready.access_token, ready.refresh_token,
                  "ett_", "' OR 1=1 --"):
        assert exchange(stack, wrong).status_code == 401, wrong
    assert call(stack, "GET", "/messages", made["token"]).status_code == 401, "it is no access token"


def test_introspection_tells_the_owner_only(stack, ready, other):
    made = make(ready, "messages:read")
    token = access(stack, made["token"])

    def seen(by, what):
        answer = by.post("/auth/introspect", {"token": what})
        assert answer.status_code == 200, answer.text
        return answer.json()

    own = seen(ready, ready.access_token)
    assert own["active"] and own["sub"] == ready.id and "account" in own["scope"].split()
    assert seen(ready, token)["scope"] == "messages:read" and seen(ready, token)["sid"] == made["id"]
    assert seen(ready, made["token"])["token_type"] == "api_token"
    assert seen(ready, "rubbish") == {"active": False}
    for what in (ready.access_token, token, made["token"]):
        assert seen(other, what) == {"active": False}
    ready.call("DELETE", f"/auth/api-tokens/{made['id']}")
    eventually(lambda: seen(ready, token) == {"active": False}, deadline=3)
    assert seen(ready, made["token"]) == {"active": False}


def test_password_change_keeps_api_tokens(stack):
    person = User(stack.url)
    made = make(person, "messages:write")
    answer = person.call("PUT", "/auth/password", json={"old_password": person.password,
                                                        "new_password": "another long pass phrase"})
    assert answer.status_code in (200, 204), answer.text
    access(stack, made["token"])
