"""Nothing that must not be there is in any log of the whole run: passwords, tokens, codes, bank texts, e-mail
addresses. Runs last, so that it sees what all other tests did."""
import re

import pytest
from person import SECRETS, User

MINE = ("auth-service", "user-service", "expense-service", "deserialize-service")
# What a token looks like, also those that no fixture knew of.
SHAPES = {"a JWT": re.compile(rb"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
          "an API token": re.compile(rb"ett_[A-Za-z0-9_-]{20,}"),
          "a password hash": re.compile(rb"\$argon2"),
          "a private key": re.compile(rb"PRIVATE KEY"),
          "an e-mail address": re.compile(rb"[A-Za-z0-9._%+-]+@example\.(org|com)")}


def logs(stack, everything):
    """(name, content) of the logs; of our own daemons only, or of all parts."""
    for path in sorted((stack.state.directory / "log").glob("*.log")):
        if everything or path.name.startswith(MINE):
            yield path.name, path.read_bytes()


@pytest.fixture
def used(stack):
    """This test alone would have nothing to look for."""
    person = User(stack.replica("auth").url)
    person.post("/auth/login", {"email": person.email, "password": "wrong " + person.password})
    person.post("/auth/token/refresh", {"refresh_token": person.refresh_token})
    person.post("/auth/token/refresh", {"refresh_token": "x" + person.refresh_token})
    return {secret.encode() for secret in SECRETS if len(secret) >= 12}


def test_no_secret_of_this_run_is_in_a_log(stack, used):
    assert len(used) >= 3
    for name, content in logs(stack, everything=True):
        for secret in used:
            assert secret not in content, f"{name} holds a secret of {len(secret)} bytes: {secret[:6]!r}…"


def test_nothing_that_looks_like_one_is_in_ours(stack, used):
    seen = 0
    for name, content in logs(stack, everything=False):
        seen += len(content)
        for what, shape in SHAPES.items():
            found = shape.search(content)
            assert found is None, f"{name} holds {what}: {content[found.start() - 80:found.end() + 20]!r}"
    assert seen > 0
