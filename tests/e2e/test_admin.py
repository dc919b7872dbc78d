"""Admins: made by command, they find, lock and unlock people; nobody else does."""
import time

import pytest
import requests
from person import User, eventually
from test_account_care import api, codes, login, refused_everywhere


@pytest.fixture
def admin(stack):
    person = User(stack.url)
    done = stack.replica("auth").run("admin", "grant", person.email.upper())
    assert done.returncode == 0, done.stderr
    tokens = person.post("/auth/token/refresh", {"refresh_token": person.refresh_token})
    person.take(tokens.json())
    assert "admin" in tokens.json()["scope"].split()
    return person


ROUTES = (("GET", "/auth/admin/users", None), ("POST", "/auth/admin/users/find", {"email": "a@b.co"}),
          ("GET", "/auth/admin/users/{}", None),
          ("PATCH", "/auth/admin/users/{}", {"locked": True}), ("DELETE", "/auth/admin/users/{}/sessions", None),
          ("DELETE", "/auth/admin/users/{}/totp", None),
          ("GET", "/auth/admin/audit", None))


def test_nobody_becomes_admin_by_a_request(user, other):
    for method, path, body in ROUTES:
        answer = api(user, method, path.format(other.id), body)
        assert answer.status_code == 403 and answer.json()["code"] == "insufficient_scope", path
        assert requests.request(method, f"{user.url}/api/v1{path.format(other.id)}", json=body,
                                timeout=30).status_code == 401
    token = api(user, "POST", "/auth/api-tokens", {"name": "x", "scopes": ["admin"]})
    assert token.status_code == 422
    assert codes(user.post("/auth/token/refresh", {"refresh_token": user.refresh_token, "scope": "admin"})) \
        == {("/scope", "unknown_field")}


def test_users_are_found(admin, user):
    found = api(admin, "POST", "/auth/admin/users/find", {"email": user.email.upper()}).json()
    assert found["id"] == user.id and found["locked_at"] is None and "password_hash" not in found
    assert api(admin, "POST", "/auth/admin/users/find", {"email": "nobody@example.org"}).status_code == 404
    # no address in a URL, which gateways write into their logs
    assert codes(api(admin, "GET", f"/auth/admin/users?email={user.email}")) == {("?email", "unknown_parameter")}
    first = api(admin, "GET", "/auth/admin/users?limit=1").json()
    second = api(admin, "GET", f"/auth/admin/users?limit=1&cursor={first['page']['next_cursor']}").json()
    assert first["data"][0]["id"] > second["data"][0]["id"]
    assert api(admin, "GET", f"/auth/admin/users/{user.id}").json()["email"] == user.email
    assert api(admin, "GET", f"/auth/admin/users/{user.id[:-1]}0").status_code in (200, 404)


def test_a_locked_user_is_out_everywhere_in_about_a_second(stack, admin, user):
    made = api(user, "POST", "/auth/api-tokens", {"name": "script", "scopes": ["expenses:read"]}).json()
    exchange = {"api_token": made["token"]}
    narrow = user.post("/auth/token", exchange).json()["access_token"]
    assert api(user, "GET", "/expenses", token=narrow).status_code == 200
    path = f"/auth/admin/users/{user.id}"
    began = time.monotonic()
    locked = api(admin, "PATCH", path, {"locked": True})
    assert locked.status_code == 200 and locked.json()["locked_at"]
    refused_everywhere(user, user.access_token)
    eventually(lambda: api(user, "GET", "/expenses", token=narrow).status_code == 401)
    assert time.monotonic() - began < 5  # about one on a machine that does nothing else
    assert user.post("/auth/token", exchange).status_code == 401
    assert user.post("/auth/token/refresh", {"refresh_token": user.refresh_token}).status_code == 401
    right, wrong = login(user), login(user, password="wrong password")
    drop = ("request_id",)
    assert {k: v for k, v in right.json().items() if k not in drop} \
        == {k: v for k, v in wrong.json().items() if k not in drop} and right.status_code == 401
    log = api(admin, "GET", f"/auth/admin/audit?user_id={user.id}&limit=200").json()["data"]
    entry = next(row for row in log if row["action"] == "locked")
    assert entry["actor"] == "admin" and entry["actor_id"] == admin.id

    assert api(admin, "PATCH", path, {"locked": False}).json()["locked_at"] is None
    user.take(login(user).json())
    assert api(user, "GET", "/users/me").status_code == 200
    mine = api(user, "GET", "/auth/audit?limit=200").json()["data"]
    assert {"locked", "unlocked"} <= {row["action"] for row in mine} and "actor_id" not in mine[0]
    # what an exchange just before the lock might have signed is refused for some seconds more
    token = eventually(lambda: user.post("/auth/token", exchange).json()["access_token"])
    assert eventually(lambda: api(user, "GET", "/expenses",
                                  token=user.post("/auth/token", exchange).json()["access_token"]).status_code == 200
                      or None) and token


def test_what_an_admin_may_not(admin, user):
    assert api(admin, "PATCH", f"/auth/admin/users/{admin.id}", {"locked": True}).json()["code"] == "own_account"
    assert codes(api(admin, "PATCH", f"/auth/admin/users/{user.id}", {"role": "admin", "locked": False})) \
        == {("/role", "unknown_field")}


def test_ending_sessions_and_taking_the_role_back(stack, admin, user):
    assert api(admin, "DELETE", f"/auth/admin/users/{user.id}/sessions").status_code == 204
    refused_everywhere(user, user.access_token)
    done = stack.replica("auth").run("admin", "list")
    assert admin.id in done.stdout and user.id not in done.stdout
    assert stack.replica("auth").run("admin", "revoke", admin.email).returncode == 0
    refused_everywhere(admin, admin.access_token)
    admin.take(login(admin).json())
    assert api(admin, "GET", "/auth/admin/users").status_code == 403
    assert stack.replica("auth").run("admin", "grant", "nobody@example.org").returncode == 1
    assert stack.replica("auth").run("admin").returncode == 2
