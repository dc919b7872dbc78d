"""Bodies that are bombs, lies or SQL: a clear 4xx, never a 5xx, and the service goes on."""
import json

import pytest
import requests
from conftest import PROBES
from person import User

# Of each service a path that takes a body, and a member of it that is text.
TAKES = {"auth": ("POST", "/auth/api-tokens", "name"), "user": ("PUT", "/users/me/preferences", "locale"),
         "expense": ("POST", "/expenses", "note"), "deserialize": ("POST", "/messages", "body")}
BOMBS = {
    "deep arrays": lambda: "[" * 100_000,
    "deep objects": lambda: '{"a":' * 50_000,
    "a million keys": lambda: "{" + ",".join(f'"k{i}":0' for i in range(1_000_000)) + "}",
    "one key many times": lambda: "{" + ",".join('"name":"x"' for _ in range(400)) + "}",
    "a number of 5000 digits": lambda: '{"name":' + "9" * 5000 + "}",
    "1e999999": lambda: '{"name":1e999999}',
    "a lone surrogate": lambda: '{"name":"\\ud800"}',
    "surrogates the wrong way round": lambda: '{"name":"\\udc00\\ud800"}',
    "a NUL as an escape": lambda: '{"name":"a\\u0000b"}',
    "a NUL as it is": lambda: b'{"name":"a\x00b"}',
    "bytes that are no UTF-8": lambda: b'{"name":"\xff\xfe"}',
    "an overlong encoding": lambda: b'{"name":"\xc0\xaf"}',
    "UTF-16": lambda: json.dumps({"name": "x"}).encode("utf-16"),
    "nothing": lambda: "",
    "white space": lambda: " \n ",
    "a string": lambda: '"name"',
    "null": lambda: "null",
    "two values": lambda: '{"name":"x"} {}',
    "a comment": lambda: '{"name":"x"} // x',
    "NaN": lambda: '{"name":NaN}',
    "single quotes": lambda: "{'name':'x'}",
    "cut": lambda: '{"name":"x"',
}
SQL = ("' OR '1'='1", "'; DROP TABLE account; --", "\\'; SELECT pg_sleep(10); --", "$1", "%s%n", "{1,2}", "\"x\"",
       "NULL", "\\", "\\\\\"", "a,b", "{\"a\":1}", "😀 \u202e \u200b", "' UNION SELECT 1 --")


def send(stack, service, body, token, content_type="application/json", where=None):
    method, path = where or TAKES[service][:2]
    headers = {"Content-Type": content_type, "If-Match": '"1"', "Authorization": f"Bearer {token}"}
    return requests.request(method, f"{stack.replica(service).url}/api/v1{path}", data=body, headers=headers,
                            timeout=20)


@pytest.mark.parametrize("service", TAKES)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused(stack, victim, bomb, service):
    body = BOMBS[bomb]()
    try:
        answer = send(stack, service, body.encode() if isinstance(body, str) else body, victim.access_token)
    except requests.ConnectionError:  # told that it is too large and hung up on while still sending
        answer = None
    if answer is not None:
        assert 400 <= answer.status_code < 500, (bomb, answer.status_code, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
    url = f"{stack.replica(service).url}/api/v1{PROBES[service]}"
    assert victim.http.get(url, timeout=5).status_code == 200


@pytest.mark.parametrize("service", TAKES)
def test_what_is_no_object_is_malformed_everywhere(stack, victim, service):
    paths = {"user": [], "auth": ["POST /auth/login"], "deserialize": ["POST /messages/batch", "POST /parse/preview"],
             "expense": ["POST /categories", "POST /budgets", "POST /expenses/bulk"]}[service]
    for where in [TAKES[service][:2], *(tuple(each.split(" ")) for each in paths)]:
        for body in (b"[]", b'"name"', b"7", b"null"):
            answer = send(stack, service, body, victim.access_token, where=where)
            assert (answer.status_code, "errors" in answer.json()) == (400, False), (where, body, answer.text)


@pytest.mark.parametrize("service", TAKES)
def test_what_is_no_json_is_415(stack, victim, service):
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x",
                 "application/x-www-form-urlencoded", "application/json; charset=utf-16", ""):
        assert send(stack, service, b"{}", victim.access_token, kind).status_code == 415, kind


@pytest.mark.parametrize("service", TAKES)
def test_sql_in_a_text_is_a_text(stack, victim, service):
    """Kept as it came, or refused as a value; never carried out, never a 5xx."""
    base = {"auth": {"scopes": ["messages:read"], "expires_in_days": 1}, "user": {},
            "expense": {"type": "expense", "amount": {"amount": "1.00", "currency": "INR"},
                        "occurred_at": "2026-01-01T00:00:00Z"},
            "deserialize": {"sender": "VM-TEST"}}[service]
    for text in SQL:
        answer = send(stack, service, json.dumps({**base, TAKES[service][2]: text}).encode(), victim.access_token)
        assert answer.status_code < 500, (text, answer.status_code, answer.text)
        if answer.status_code == 201 and TAKES[service][2] in answer.json():
            assert answer.json()[TAKES[service][2]] == text


def test_sql_in_paths_and_queries(stack, victim):
    for service, path in PROBES.items():
        for text in SQL:
            url = f"{stack.replica(service).url}/api/v1{path}"
            for answer in (victim.http.get(url, params={"cursor": text, "limit": text}, timeout=10),
                           victim.http.get(f"{url}/{requests.utils.quote(text, safe='')}", timeout=10)):
                assert 400 <= answer.status_code < 500, (path, text, answer.status_code)


def test_nobody_assigns_themselves_more(stack):
    """Members that are not the caller's to set are refused by name, wherever a body is taken."""
    person = User(stack.replica("auth").url)
    more = {"role": "admin", "roles": ["admin"], "user_id": person.id, "email_verified": True, "is_admin": True,
            "scope": "admin", "locked": False}
    bodies = {("POST", "/auth/signup"): {"email": "x" + person.email, "password": "some long pass phrase"},
              ("POST", "/auth/login"): {"email": person.email, "password": person.password},
              ("POST", "/auth/token/refresh"): {"refresh_token": person.refresh_token},
              ("PUT", "/auth/password"): {"old_password": person.password, "new_password": "another long phrase"},
              ("POST", "/auth/api-tokens"): {"name": "x", "scopes": ["messages:read"]}}
    for (method, path), body in bodies.items():
        answer = person.call(method, path, json={**body, **more})
        assert answer.status_code == 422, (path, answer.status_code, answer.text)
        assert {f"/{name}" for name in more} <= {error["pointer"] for error in answer.json()["errors"]}
    url = f"{stack.replica('user').url}/api/v1/users/me"
    answer = person.http.patch(url, json={"role": "admin", "id": "x", "email_verified": True}, timeout=10,
                               headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"})
    assert answer.status_code in (412, 422), answer.text
    answer = person.http.post(f"{stack.replica('expense').url}/api/v1/expenses", timeout=10, json={
        "type": "expense", "amount": {"amount": "1.00", "currency": "INR"}, "occurred_at": "2026-01-01T00:00:00Z",
        "user_id": person.id, "source": "message", "origins": {}})
    assert answer.status_code == 422
    assert {"/user_id", "/source", "/origins"} <= {error["pointer"] for error in answer.json()["errors"]}
