"""Mails: confirming an address, and the way back in."""
import re
import socket
import socketserver
import threading
import uuid

import psycopg2
import pytest
import requests
from person import eventually
from test_account_care import AUTH, api, codes, login, refused_everywhere


@pytest.fixture
def willing(stack):
    """The mail server takes mails again after the test."""
    yield stack.mail.directory / "refuse"
    (stack.mail.directory / "refuse").unlink(missing_ok=True)


def mails_to(stack, user, subject):
    return [mail for mail in stack.mail.mails(to=user.email) if subject in mail["Subject"]]


def code_in(mail):
    return re.search(r"#code=([A-Za-z0-9_-]{43})\b", mail.get_content())[1]


def last_code(stack, user, subject, count=1):
    return code_in(eventually(lambda: mails_to(stack, user, subject)[count - 1:])[-1])


def anyone(stack, path, body):
    """Without a token; waits when the gateway says so."""
    def ask():
        answer = requests.post(f"{stack.url}/api/v1/auth{path}", json=body, timeout=30)
        AUTH.check(answer)
        return [answer] if answer.status_code != 429 else []
    return eventually(ask, deadline=70)[0]


def test_an_address_is_confirmed_once(stack, user):
    code = last_code(stack, user, "Confirm")
    assert not login(user).json()["user"]["email_verified"]
    assert api(user, "POST", "/auth/email/verify/resend").status_code == 202
    second = last_code(stack, user, "Confirm", 2)
    assert anyone(stack, "/email/verify", {"code": second}).status_code == 204
    for used in (second, code, "x" * 43):
        assert codes(anyone(stack, "/email/verify", {"code": used})) == {("/code", "code_invalid")}
    assert login(user).json()["user"]["email_verified"]
    assert api(user, "POST", "/auth/email/verify/resend").json()["code"] == "nothing_to_verify"


def test_a_reset_ends_all_sessions_and_works_once(stack, user):
    assert anyone(stack, "/password/forgot", {"email": user.email.upper()}).status_code == 202
    code = last_code(stack, user, "Set a new password")
    new = f"another phrase {uuid.uuid4().hex}"
    assert codes(anyone(stack, "/password/reset", {"code": code, "new_password": "short"})) \
        == {("/new_password", "too_short")}
    assert codes(anyone(stack, "/password/reset", {"code": "nonsense", "new_password": "short"})) \
        == {("/code", "code_invalid"), ("/new_password", "too_short")}
    made = api(user, "POST", "/auth/api-tokens", {"name": "script", "scopes": ["expenses:read"]}).json()
    assert anyone(stack, "/password/reset", {"code": code, "new_password": new}).status_code == 204
    assert anyone(stack, "/token", {"api_token": made["token"]}).status_code == 401
    refused_everywhere(user, user.access_token)
    assert anyone(stack, "/token/refresh", {"refresh_token": user.refresh_token}).status_code == 401
    assert login(user).status_code == 401
    back = login(user, password=new)
    assert back.status_code == 200 and back.json()["user"]["email_verified"]
    assert api(user, "GET", "/users/me", token=back.json()["access_token"]).status_code == 200
    assert codes(anyone(stack, "/password/reset", {"code": code, "new_password": new})) == {("/code", "code_invalid")}
    eventually(lambda: mails_to(stack, user, "was changed"))


def test_unknown_and_known_addresses_get_one_answer(stack, user):
    known = anyone(stack, "/password/forgot", {"email": user.email})
    unknown = anyone(stack, "/password/forgot", {"email": f"nobody-{user.email}"})
    assert known.status_code == unknown.status_code == 202 and known.content == unknown.content == b""
    eventually(lambda: mails_to(stack, user, "Set a new password"))
    assert not stack.mail.mails(to=f"nobody-{user.email}")
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        eventually(lambda: count(cursor, user) == 0)


def count(cursor, user):
    cursor.execute("SELECT count(*) FROM auth.mail WHERE email_key LIKE %s", (f"%{user.email}",))
    return cursor.fetchone()[0]


def test_a_mail_is_tried_again_and_survives_its_sender(stack, user, willing):
    eventually(lambda: mails_to(stack, user, "Confirm"))
    willing.touch()
    assert anyone(stack, "/password/forgot", {"email": user.email}).status_code == 202
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        def attempts():
            cursor.execute("SELECT attempts FROM auth.mail WHERE email_key = %s", (user.email,))
            return cursor.fetchone()[0]
        eventually(lambda: attempts() >= 2)
    for number in (1, 2):
        stack.replica("auth", number).kill()
    willing.unlink()
    stack.start()
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        # Whoever was killed may have held it for a minute.
        cursor.execute("UPDATE auth.mail SET due_at = now() WHERE email_key = %s", (user.email,))
    code = last_code(stack, user, "Set a new password")
    body = {"code": code, "new_password": f"phrase {uuid.uuid4().hex}"}
    assert eventually(lambda: anyone(stack, "/password/reset", body)).status_code == 204


def test_codes_are_kept_as_hashes_and_nowhere_logged(stack, user):
    anyone(stack, "/password/forgot", {"email": user.email})
    code = last_code(stack, user, "Set a new password")
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth.mail_code WHERE code_hash = sha256(%s::bytea)", (code,))
        assert cursor.fetchone()[0] == 1
        cursor.execute("SELECT count(*) FROM auth.mail_code WHERE position(%s::bytea in code_hash) > 0", (code,))
        assert cursor.fetchone()[0] == 0
    for number in (1, 2):
        log = stack.replica("auth", number).log.read_text()
        assert code not in log and user.email not in log


def own_address():
    """An address of this machine that is not loopback, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return probe.getsockname()[0]
        except OSError:
            return None


def test_no_mail_leaves_this_machine_in_clear(stack, user):
    """A server elsewhere that offers no STARTTLS is told neither sender nor recipient."""
    address, heard = own_address(), []
    if address is None or address.startswith("127."):
        pytest.skip("this machine has no address but loopback")

    class Listener(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 clear\r\n")
            while line := self.rfile.readline():
                heard.append(line.split()[0].upper())
                self.wfile.write(b"250 yes\r\n")

    eventually(lambda: mails_to(stack, user, "Confirm"))
    with socketserver.ThreadingTCPServer((address, 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        replicas = [stack.replica("auth", number) for number in (1, 2)]
        stack.extra_environment["auth"] = {"AUTH_SMTP_URL": f"smtp://{address}:{server.server_address[1]}"}
        try:
            for replica in replicas:
                replica.restart()
            assert anyone(stack, "/password/forgot", {"email": user.email}).status_code == 202
            eventually(lambda: heard.count(b"EHLO") >= 2)
        finally:
            del stack.extra_environment["auth"]
            for replica in replicas:
                replica.restart()
            server.shutdown()
    assert not {b"MAIL", b"RCPT", b"DATA", b"AUTH"} & set(heard), heard
    assert last_code(stack, user, "Set a new password")  # it waited for a server that may have it
