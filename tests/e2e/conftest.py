"""Fixtures of the end-to-end tests: users of the running stack."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from person import User  # noqa: E402


@pytest.fixture
def user(stack):
    return User(stack.url)


@pytest.fixture
def other(stack):
    return User(stack.url)
