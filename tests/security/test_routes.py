"""Every route of every service, as the daemons themselves tell them: without a token, with one that lacks the
scope, with another person's ids, with a method it does not have."""
import uuid

import pytest
import requests
from person import User, eventually

SERVICES = ("auth", "user", "expense", "deserialize")
BODIES = {"POST": {}, "PUT": {}, "PATCH": {}}
READING = {("POST", "/api/v1/events/tickets")}  # opens a stream of what the scope may read


def routes(stack, service, level):
    """(method, path) of the routes with that level."""
    printed = stack.replica(service).run("--print-routes").stdout.splitlines()
    rows = [line.split() for line in printed]
    return [(method, path) for method, path, who in rows if who == level]


def call(stack, service, method, path, token=None, **options):
    url = stack.replica(service).url + path.replace("{id}", options.pop("id", str(uuid.uuid4())))
    headers = {"If-Match": '"1"'} if method in ("PUT", "PATCH", "DELETE") else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if method == "PATCH":
        headers["Content-Type"] = "application/merge-patch+json"
    return requests.request(method, url, json=BODIES.get(method), headers=headers, timeout=15, **options)


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_token(stack, service):
    protected = routes(stack, service, "user")
    assert protected
    for method, path in protected:
        answer = call(stack, service, method, path)
        assert answer.status_code == 401, (method, path, answer.status_code)
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("service", SERVICES)
def test_with_a_token_without_the_scope(stack, forge, service):
    """No scope at all, scopes that do not exist, and one that begins like the right one."""
    for scope in ("", "everything", "expenses messages profile", "accounts", "expenses:readx messages:writ"):
        token = forge.token(claims={"scope": scope})
        for method, path in routes(stack, service, "user"):
            answer = call(stack, service, method, path, token)
            assert answer.status_code == 403, (scope, method, path, answer.status_code, answer.text)
            assert answer.json()["code"] == "insufficient_scope"


@pytest.mark.parametrize("service", SERVICES)
def test_reading_scopes_write_nothing(stack, forge, service):
    token = forge.token(claims={"scope": "expenses:read messages:read profile:read"})
    for method, path in routes(stack, service, "user"):
        if method not in ("GET", "HEAD") and (method, path) not in READING:
            answer = call(stack, service, method, path, token)
            assert answer.status_code == 403, (method, path, answer.status_code)


@pytest.mark.parametrize("service", SERVICES)
def test_other_methods_are_405_with_allow(stack, forge, service):
    known = {}
    for level in ("user", "public"):
        for method, path in routes(stack, service, level):
            known.setdefault(path, set()).add(method)
    for path, methods in known.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - methods:
            answer = call(stack, service, method, path, forge.good)
            assert answer.status_code == 405, (method, path, answer.status_code)
            assert methods <= {name.strip() for name in answer.headers["Allow"].split(",")}


def test_someone_elses_rows_are_not_there(stack, victim):
    """Ids of the victim's session, token, text and expense, tried by a stranger: 404, and nothing changed."""
    stranger = User(stack.replica("auth").url)
    made = victim.post("/auth/api-tokens", {"name": "mine", "scopes": ["messages:read"]}).json()
    session = victim.get("/auth/sessions").json()["data"][0]["id"]
    body = f"INR 64.00 spent on card XX4321 at NEWS STAND. Ref {uuid.uuid4().int % 10**12}"
    text = requests.post(f"{stack.replica('deserialize').url}/api/v1/messages", timeout=10,
                         json={"sender": "VM-EXBANK", "body": body},
                         headers={"Authorization": f"Bearer {victim.access_token}"}).json()["id"]
    ledger = f"{stack.replica('expense').url}/api/v1/expenses"
    mine = {"Authorization": f"Bearer {victim.access_token}"}
    expense = eventually(lambda: [row for row in requests.get(ledger, headers=mine, timeout=10).json()["data"]
                                  if row.get("message_id") == text])[0]["id"]
    ids = {"auth": {"/sessions/": session, "/api-tokens/": made["id"]}, "expense": {"/expenses/": expense},
           "deserialize": {"/messages/": text}, "user": {}}
    for service, known in ids.items():
        for method, path in routes(stack, service, "user"):
            found = next((value for part, value in known.items() if part + "{id}" in path), None)
            if found is None:
                continue
            body = {"PATCH": {"note": "mine now"}, "PUT": {"splits": []}}.get(method)
            if path.endswith("/links/{other}") and method == "POST":
                body = {"kind": "transfer"}
            options = {"json": body} if body else {}
            headers = {"Authorization": f"Bearer {stranger.access_token}", "If-Match": '"1"',
                       "Content-Type": "application/merge-patch+json" if method == "PATCH" else "application/json"}
            url = stack.replica(service).url + path.replace("{id}", found).replace("{other}", str(uuid.uuid4()))
            answer = requests.request(method, url, headers=headers, timeout=10, **options)
            assert answer.status_code == 404, (method, path, answer.status_code, answer.text)
    assert requests.get(f"{ledger}/{expense}", headers=mine, timeout=10).status_code == 200
    assert session in [row["id"] for row in victim.get("/auth/sessions").json()["data"]]
