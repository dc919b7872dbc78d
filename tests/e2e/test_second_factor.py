"""The second factor, as an authenticator app and its owner see it."""
import base64
import hashlib
import hmac
import struct
import threading
import time
import urllib.parse

import psycopg2
import requests
from person import User, eventually
from test_account_care import AUTH, api, codes, login


def totp(secret, offset=0):
    step = int(time.time()) // 30 + offset
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


def enrol(user):
    """Secret and recovery codes. Its first code is the one before now, so that now's is left for a login."""
    begun = api(user, "POST", "/auth/totp", {"password": user.password})
    assert begun.status_code == 200, begun.text
    secret = begun.json()["secret"]
    uri = urllib.parse.urlsplit(begun.json()["otpauth_uri"])
    assert uri.scheme == "otpauth" and urllib.parse.parse_qs(uri.query)["secret"] == [secret]
    assert urllib.parse.unquote(uri.path).endswith(f":{user.email}")
    done = api(user, "POST", "/auth/totp/confirm", {"code": totp(secret, -1)})
    assert done.status_code == 200, done.text
    return secret, done.json()["recovery_codes"]


def second(user, challenge, code):
    answer = user.post("/auth/login/totp", {"challenge_token": challenge, "code": code})
    AUTH.check(answer)
    return answer


def challenge(user):
    asked = login(user).json()
    assert asked["totp_required"] is True and "access_token" not in asked
    return asked["challenge_token"]


def test_login_in_two_steps(stack, user):
    assert codes(api(user, "POST", "/auth/totp", {"password": "wrong"})) == {("/password", "password_wrong")}
    assert api(user, "GET", "/auth/totp").json() == {"enabled": False, "recovery_codes_left": 0}
    secret, recovery = enrol(user)
    assert api(user, "POST", "/auth/totp", {"password": user.password}).json()["code"] == "totp_enabled"
    token = challenge(user)
    assert second(user, token, "000000").json()["code"] == "totp_invalid"
    code = totp(secret)
    done = second(user, token, code)
    assert done.status_code == 200 and done.json()["user"]["id"] == user.id
    assert api(user, "GET", "/users/me", token=done.json()["access_token"]).status_code == 200
    # neither the challenge nor the code works again
    assert second(user, token, totp(secret, 1)).json()["code"] == "challenge_invalid"
    token = challenge(user)
    assert second(user, token, code).json()["code"] == "totp_invalid"
    assert second(user, token, recovery[0].upper()).status_code == 200
    assert second(user, challenge(user), recovery[0]).json()["code"] == "totp_invalid"
    assert api(user, "GET", "/auth/totp").json() == {"enabled": True, "recovery_codes_left": 9}
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT secret, key_id IS NOT NULL FROM auth.totp WHERE user_id = %s", (user.id,))
        stored, sealed = cursor.fetchone()
        assert sealed and secret.encode() not in bytes(stored)


def test_a_code_brought_twice_at_once_opens_one_session(user):
    secret, _ = enrol(user)
    tokens = [challenge(user), challenge(user)]
    code, answers = totp(secret), []

    def bring(token):
        answers.append(requests.post(f"{user.url}/api/v1/auth/login/totp", timeout=30,
                                     json={"challenge_token": token, "code": code}).status_code)
    threads = [threading.Thread(target=bring, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 401]


def test_guessing_codes_is_throttled(user):
    enrol(user)
    token, seen = challenge(user), []
    for guess in range(7):
        answer = requests.post(f"{user.url}/api/v1/auth/login/totp", timeout=30,
                               json={"challenge_token": token, "code": f"{guess:06}"})
        seen.append(answer.json()["code"])
    assert set(seen) <= {"totp_invalid", "challenge_invalid", "too_many_attempts"}, seen
    assert seen.count("totp_invalid") <= 5 and seen[-1] != "totp_invalid", seen


def test_an_admin_takes_it_away_from_who_lost_it(stack, user):
    admin = User(stack.url)
    assert stack.replica("auth").run("admin", "grant", admin.email).returncode == 0
    admin.take(admin.post("/auth/token/refresh", {"refresh_token": admin.refresh_token}).json())

    def notices():
        return len([mail for mail in stack.mail.mails(to=user.email) if "second factor" in mail["Subject"]])
    enrol(user)
    eventually(lambda: notices() == 1)  # of one kind one mail at a time waits for an address
    path = f"/auth/admin/users/{user.id}/totp"
    assert api(admin, "DELETE", path).status_code == 204
    assert api(admin, "DELETE", path).status_code == 404
    assert "access_token" in login(user).json()
    assert "totp_removed_by_admin" in [row["action"] for row in api(user, "GET", "/auth/audit").json()["data"]]
    eventually(lambda: notices() == 2)


def test_turning_it_off(user):
    enrol(user)
    assert codes(api(user, "DELETE", "/auth/totp", {"password": "wrong"})) == {("/password", "password_wrong")}
    assert api(user, "DELETE", "/auth/totp", {"password": user.password}).status_code == 204
    assert "access_token" in login(user).json()
    assert api(user, "DELETE", "/auth/totp", {"password": user.password}).status_code == 404
    actions = [row["action"] for row in api(user, "GET", "/auth/audit").json()["data"]]
    assert {"totp_enabled", "totp_disabled"} <= set(actions)
