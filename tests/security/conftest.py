"""Fixtures of the attacks: a victim with a session that every service accepts, and a forger with the real keys."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
from forge import Forge  # noqa: E402
from person import User, eventually  # noqa: E402

PROBES = {"auth": "/auth/sessions", "user": "/users/me", "expense": "/categories", "deserialize": "/messages"}


@pytest.fixture(scope="session")
def victim(stack):
    person = User(stack.replica("auth").url)
    for service, path in PROBES.items():
        eventually(lambda where=f"{stack.replica(service).url}/api/v1{path}": person.http.get(where).status_code == 200)
    return person


@pytest.fixture(scope="session")
def forge(stack, victim):
    return Forge(stack, victim.access_token)
