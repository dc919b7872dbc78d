"""Sign-up, sessions and what a token is worth."""
import base64
import json
import threading

import requests
from person import User, eventually


def test_login_refresh_logout(stack, user):
    login = user.post("/auth/login", {"email": user.email.upper(), "password": user.password})
    assert login.status_code == 200 and login.json()["user"]["id"] == user.id
    tokens = user.post("/auth/token/refresh", {"refresh_token": user.refresh_token})
    assert tokens.status_code == 200 and tokens.json()["refresh_token"] != user.refresh_token
    user.take(tokens.json())
    assert user.get("/users/me").status_code == 200
    assert user.post("/auth/logout", {"refresh_token": user.refresh_token}).status_code in (200, 204)
    assert user.post("/auth/token/refresh", {"refresh_token": user.refresh_token}).status_code == 401
    # the session's access token is refused everywhere within seconds
    for service in ("user", "expense", "deserialize"):
        path = {"user": "/users/me", "expense": "/expenses", "deserialize": "/messages"}[service]
        eventually(lambda: user.get(path).status_code == 401)


def test_unknown_user_and_wrong_password_get_one_answer(user):
    wrong = user.post("/auth/login", {"email": user.email, "password": "wrong password"})
    unknown = user.post("/auth/login", {"email": "nobody-" + user.email, "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 401
    drop = ("request_id",)
    assert ({k: v for k, v in wrong.json().items() if k not in drop}
            == {k: v for k, v in unknown.json().items() if k not in drop})


def test_one_address_one_account_also_at_once(stack):
    person = User(stack.url)
    body = {"email": person.email.replace("u", "twice", 1), "password": "a long password"}
    answers = []

    def sign_up():
        answers.append(person.post("/auth/signup", body).status_code)
    threads = [threading.Thread(target=sign_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409, 409], answers


def forged(token, header=None, claims=None, signature=None):
    parts = token.split(".")
    decode = lambda part: json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))  # noqa: E731
    encode = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")  # noqa: E731
    if header:
        parts[0] = encode({**decode(parts[0]), **header})
    if claims:
        parts[1] = encode({**decode(parts[1]), **claims})
    if signature is not None:
        parts[2] = signature
    return ".".join(parts)


def test_no_forged_token_is_accepted(stack, user, other):
    import hashlib
    import hmac
    jwks = requests.get(f"{stack.url}/.well-known/jwks.json", timeout=10).json()
    public = json.dumps(jwks["keys"][0]).encode()
    hs256 = forged(user.access_token, {"alg": "HS256"}).rsplit(".", 1)[0]
    signed = base64.urlsafe_b64encode(hmac.new(public, hs256.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    tokens = {
        "none": "",
        "garbage": "x.y.z",
        "alg none": forged(user.access_token, {"alg": "none"}, signature=""),
        "hs256 with the public key": f"{hs256}.{signed}",
        "other user": forged(user.access_token, claims={"sub": other.id}),
        "later": forged(user.access_token, claims={"exp": 4102444800}),
        "other audience": forged(user.access_token, claims={"aud": "someone-else"}),
        "cut": user.access_token[:-4],
    }
    for name, token in tokens.items():
        for path in ("/users/me", "/expenses", "/messages"):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = requests.get(f"{stack.url}/api/v1{path}", headers=headers, timeout=10)
            assert answer.status_code == 401, (name, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer"), name


def test_identity_headers_are_ignored(stack, user, other):
    for header in ("X-User-Id", "X_User_Id", "x-user-id"):
        answer = user.get("/users/me", headers={header: other.id})
        assert answer.json()["id"] == user.id
    assert requests.get(f"{stack.url}/api/v1/users/me", headers={"X-User-Id": user.id}, timeout=10).status_code == 401


def change_profile(user, changes):
    """PATCH with the entity tag of now; again when the sign-up's event came between."""
    def change():
        etag = user.get("/users/me").headers["ETag"]
        answer = user.patch("/users/me", changes, headers={"If-Match": etag})
        return [answer] if answer.status_code != 412 else []
    return eventually(change)[0]


def test_preferences(user):
    bad = change_profile(user, {"preferences": {"base_currency": "XXQ", "time_zone": "Mars/Base"}})
    assert bad.status_code == 422 and len(bad.json()["errors"]) == 2
    good = change_profile(user, {"name": "New Name",
                                 "preferences": {"base_currency": "INR", "time_zone": "Asia/Kolkata"}})
    assert good.status_code == 200, good.text
    assert good.json()["preferences"]["base_currency"] == "INR"


def test_preferences_are_replaced_and_merged(stack, kafka, user):
    """Every wrong field is told at once; versions are asked for; other services hear of what they need."""
    whole = {"base_currency": "EUR", "time_zone": "Europe/Vienna", "locale": "de-at", "month_start": 5,
             "week_start": 7, "retention_days": 30, "notifications": {"review": False, "weekly_summary": True}}
    wrong = {"base_currency": "EURO", "time_zone": "../etc/passwd", "locale": "de_AT", "month_start": 29,
             "week_start": 0, "retention_days": "30", "notifications": {"review": "no", "rain": True}, "user_id": "x"}
    path = "/users/me/preferences"
    refused = user.call("PUT", path, json=wrong, headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert {e["pointer"] for e in refused.json()["errors"]} == {
        "/base_currency", "/time_zone", "/locale", "/month_start", "/week_start", "/retention_days",
        "/notifications/review", "/notifications/rain", "/user_id"}
    assert user.call("PUT", path, json=whole).status_code == 428
    assert user.call("PUT", path, json=whole, headers={"If-Match": '"999"'}).status_code == 412
    put = user.call("PUT", path, json=whole, headers={"If-Match": "*"})
    assert put.status_code == 200, put.text
    full = {**whole, "locale": "de-AT",
            "notifications": {"budgets": True, "missing_payments": True, "review": False, "weekly_summary": True}}
    assert put.json() == full and user.get(path).json() == full
    merged = change_profile(user, {"preferences": {"notifications": {"budgets": False, "review": None},
                                                   "week_start": None}})
    assert merged.json()["preferences"]["notifications"] == {
        "budgets": False, "missing_payments": True, "review": True, "weekly_summary": True}
    assert merged.json()["preferences"]["week_start"] == 1 and merged.json()["defaulted"] == ["week_start"]
    told = kafka.wait_for("user.profile.v1", lambda r: r.key == user.id.encode() and b'"week_start":1' in r.value
                          and b'"base_currency":"EUR"' in r.value)[0]
    data = json.loads(told.value)["data"]
    assert {name: data[name] for name in full} == merged.json()["preferences"]


def test_many_sign_in_from_one_address_at_once(stack):
    """A household, a company: each is counted while the others are, and none is held up."""
    people = [User(stack.url) for _ in range(6)]
    url = f"{stack.replica('auth').url}/api/v1/auth/login"
    seen = []

    def sign_in(person):
        for _ in range(10):
            seen.append(requests.post(url, json={"email": person.email, "password": person.password},
                                      timeout=30).status_code)
    threads = [threading.Thread(target=sign_in, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {200}, seen
