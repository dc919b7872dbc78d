"""Sign-up and sessions of the simulated people."""
import uuid

from .book import Account
from .client import GivenUp


def sign_up(client, book):
    """A new account; None when its outcome stayed unknown."""
    email, password = f"chaos-{uuid.uuid4().hex}@example.org", f"pass phrase {uuid.uuid4().hex}"
    body = {"email": email, "password": password, "name": "Chaos Person"}
    try:
        answer, _ = client.call("POST", "/auth/signup", body, {"Idempotency-Key": uuid.uuid4().hex})
    except GivenUp:
        book.unknown_emails.append(email)
        return None
    if answer.status != 201:
        book.violation("other", f"sign-up answered {answer.status}: {answer.body[:200]!r}")
        return None
    told = answer.json()
    account = Account(told["user"]["id"], email, password)
    book.add_account(account)
    client.token, account.refresh_token = told["access_token"], told["refresh_token"]
    return account


class Session:
    """A session of an account for one client; signs in again when its tokens are refused."""

    def __init__(self, client, account):
        self.client, self.account = client, account
        self.refresh_token = None

    def sign_in(self):
        client = self.client
        client.token = None
        answer, _ = client.call("POST", "/auth/login", {"email": self.account.email, "password": self.account.password})
        if not answer.ok:
            raise RuntimeError(f"login answered {answer.status}: {answer.body[:200]!r}")
        told = answer.json()
        client.token, self.refresh_token = told["access_token"], told["refresh_token"]

    def renew(self):
        if self.refresh_token is None:
            self.sign_in()
            return
        client, client.token = self.client, None
        answer, _ = client.call("POST", "/auth/token/refresh", {"refresh_token": self.refresh_token})
        if answer.ok:
            told = answer.json()
            client.token, self.refresh_token = told["access_token"], told["refresh_token"]
        else:
            self.sign_in()

    def end(self):
        """Signs out; afterwards the access token must be refused everywhere."""
        token = self.client.token
        answer, unknown = self.client.call("POST", "/auth/logout", {"refresh_token": self.refresh_token})
        self.client.token = self.refresh_token = None
        if answer.ok or (unknown and answer.status == 401):
            self.account.ended_tokens.append(token)
        return answer
