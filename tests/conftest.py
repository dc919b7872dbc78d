"""Fixtures of all suite tests: one stack of their own for the whole run, beside any other that runs."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent / "e2e"))
import stack as local  # noqa: E402
from person import SIGN_UP_AT  # noqa: E402
from stack.build import build  # noqa: E402
from stack.kafka_client import KafkaClient  # noqa: E402


def pytest_collection_modifyitems(items):
    """Chaos first: it has a stack of its own, and the cores to itself while the other does not run yet. The look at
    the logs last: it is about all that was done before."""
    items.sort(key=lambda item: (item.path.parent.name != "chaos", item.path.name == "test_logs.py"))


@pytest.fixture(scope="session")
def stack():
    """The running stack `test`, from empty data. Built with the sanitizers, like the unit tests, unless
    SUITE_MODE says otherwise. Its logs stay in .run/test/log."""
    mode = os.environ.get("SUITE_MODE", "asan")
    build(mode)
    running = local.Stack("test", mode=mode, say=print, env={"": {"HOUSEKEEPING_S": "5"}})
    try:
        running.start(fresh=True)
        SIGN_UP_AT[running.url] = running.replica("auth").url
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def gateway_url(request):
    """Where the gateway is: GATEWAY_URL when given (a real Kong, for one), else the stack's own."""
    return os.environ.get("GATEWAY_URL") or request.getfixturevalue("stack").url


@pytest.fixture(scope="session")
def kafka(stack):
    """Raw access to the stack's broker."""
    return KafkaClient(stack.broker.bootstrap)


@pytest.fixture(autouse=True)
def whole_again(request):
    """A test that kills or stops a part need not put it back: what is missing is started again."""
    yield
    if "stack" in request.fixturenames:
        running = request.getfixturevalue("stack")
        for part in running.parts():
            part.resume()
        running.start()
