"""What a person does with their account besides signing in."""
import uuid

import psycopg2
import psycopg2.errors
import pytest
import requests
from contract import Contract
from person import User, eventually

AUTH = Contract("auth")


def api(user, method, path, body=None, token=None):
    """As the user, or with another token; waits when the gateway says so. What comes is as it is described."""
    headers = {"Authorization": f"Bearer {token or user.access_token}"}
    answer = user.call(method, path, json=body, headers=headers)
    if path.startswith("/auth/"):
        AUTH.check(answer)
    return answer


def login(user, **body):
    body.setdefault("email", user.email)
    body.setdefault("password", user.password)
    answer = user.post("/auth/login", {name: value for name, value in body.items() if value})
    AUTH.check(answer)
    return answer


def codes(answer):
    assert answer.status_code == 422, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


def refused_everywhere(user, token):
    for path in ("/users/me", "/expenses", "/messages", "/auth/sessions"):
        eventually(lambda where=path: api(user, "GET", where, token=token).status_code == 401)


def test_password_rules(user):
    for password, code in (("short", "too_short"), ("password123", "password_common"), (user.email, "password_common"),
                           ("x" * 1025, "too_long")):
        answer = user.post("/auth/signup", {"email": user.email, "password": password})
        assert codes(answer) == {("/password", code)}, password


def test_the_same_password_from_another_keyboard(stack):
    body = {"email": f"u{uuid.uuid4().hex}@example.org", "password": "caf\u00e9 au lait \ufb01ne"}
    url = f"{stack.url}/api/v1/auth"
    assert requests.post(f"{url}/signup", json=body, timeout=30).status_code == 201
    body["password"] = "cafe\u0301 au lait fine"
    assert requests.post(f"{url}/login", json=body, timeout=30).status_code == 200


def test_sessions_beyond_a_hundred_end_the_one_not_used_for_longest(stack, user):
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE auth.session SET last_used_at = now() - interval '1 day' WHERE user_id = %s",
                       (user.id,))
        cursor.execute("""INSERT INTO auth.session (user_id, session_id, created_at, last_used_at, rotated_at,
            expires_at, address, user_agent, generation, family_key, current_hashes, previous_hashes)
            SELECT user_id, gen_random_uuid(), created_at, now(), rotated_at, expires_at, address, user_agent,
            generation, family_key, current_hashes, previous_hashes FROM auth.session, generate_series(1, 99)
            WHERE user_id = %s""", (user.id,))
    assert api(user, "GET", "/users/me").status_code == 200
    opened = login(user).json()
    refused_everywhere(user, user.access_token)
    assert api(user, "GET", "/users/me", token=opened["access_token"]).status_code == 200
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth.session WHERE user_id = %s", (user.id,))
        assert cursor.fetchone() == (100,)


def test_fields_that_are_not_the_callers_to_set(user):
    for name, value in (("role", "admin"), ("user_id", user.id), ("email_verified", True), ("id", user.id)):
        body = {"email": f"x{user.email}", "password": user.password, name: value}
        assert codes(user.post("/auth/signup", body)) == {(f"/{name}", "unknown_field")}
        assert codes(user.post("/auth/login", body)) == {(f"/{name}", "unknown_field")}


def test_change_of_password_ends_the_other_sessions(user, kafka):
    other = login(user).json()["access_token"]
    new = f"another phrase {uuid.uuid4().hex}"
    wrong = api(user, "PUT", "/auth/password", {"old_password": "no", "new_password": new})
    assert codes(wrong) == {("/old_password", "password_wrong")}
    assert api(user, "PUT", "/auth/password", {"old_password": user.password, "new_password": new}).status_code == 204
    refused_everywhere(user, other)
    assert api(user, "GET", "/auth/sessions").status_code == 200
    assert api(user, "GET", "/users/me").status_code == 200
    assert login(user).status_code == 401
    assert login(user, password=new).status_code == 200


def test_log_out_everywhere(user):
    other = login(user).json()["access_token"]
    assert api(user, "DELETE", "/auth/sessions").status_code == 204
    refused_everywhere(user, other)
    refused_everywhere(user, user.access_token)
    again = login(user).json()["access_token"]
    assert api(user, "GET", "/users/me", token=again).status_code == 200


def test_user_name_instead_of_an_address(stack):
    person = User(stack.url)
    name = f"Asha_{uuid.uuid4().hex[:12]}"
    body = {"username": name, "password": person.password}
    made = person.post("/auth/signup", body)
    assert made.status_code == 201 and made.json()["user"]["email"] is None
    assert person.post("/auth/signup", {**body, "username": name.upper()}).json()["code"] == "username_taken"
    back = login(person, email=None, username=name.lower())
    assert back.status_code == 200 and back.json()["user"]["username"] == name
    me = api(person, "GET", "/users/me", token=back.json()["access_token"])
    assert me.status_code == 200 and me.json()["id"] == made.json()["user"]["id"] and me.json()["email"] is None


def test_what_happened_is_told_to_its_owner_only(user, other):
    login(user, password="wrong password")
    rows = api(user, "GET", "/auth/audit").json()["data"]
    assert [row["action"] for row in rows] == ["sign_in_failed", "signed_up"]
    assert rows[1]["actor"] == "self" and rows[0]["actor"] == "system" and rows[1]["user_agent"].startswith("python")
    first = api(user, "GET", "/auth/audit?limit=1").json()
    rest = api(user, "GET", f"/auth/audit?limit=1&cursor={first['page']['next_cursor']}").json()
    assert [first["data"][0], rest["data"][0]] == rows and not rest["page"]["has_more"]
    assert len(api(other, "GET", "/auth/audit").json()["data"]) == 1
    assert api(other, "GET", f"/auth/audit?user_id={user.id}").status_code == 422


def test_nobody_changes_the_audit_log(stack, user):
    for dsn in (stack.database.dsn("auth"), stack.admin_dsn):
        with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
            cursor.execute("SET search_path = auth")
            for statement in ("UPDATE audit SET action = 'signed_out'", "DELETE FROM audit", "TRUNCATE audit"):
                cursor.execute("SAVEPOINT s")
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(statement)
                cursor.execute("ROLLBACK TO s")
            cursor.execute("SELECT count(*) FROM audit WHERE user_id = %s", (user.id,))
            assert cursor.fetchone()[0] == 1
