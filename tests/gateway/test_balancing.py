"""Two replicas of a service: both answer, a dead one is taken out and comes back; what a client sees of it."""
import re

import pytest

from client import wait_for

ME, TARGET = "/api/v1/users/me", "user-service:8102"


def answering(client, number=6):
    return [client.ask("GET", ME).json()["address"] for _ in range(number)]


def kongs_error(answer, status, text):
    assert answer.status == status
    assert answer.json() == {"message": text, "request_id": answer.headers["X-Kong-Request-Id"]}
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    return True


def assert_marked_as_proxied(answer):
    assert re.fullmatch(r"1\.1 kong/3\.9\.\d+", answer.headers["Via"])
    assert answer.headers["X-Kong-Upstream-Latency"].isdigit() and answer.headers["X-Kong-Proxy-Latency"].isdigit()
    assert "X-Kong-Response-Latency" not in answer.headers


def test_replicas_take_turns(client, replicas):
    got = answering(client, 4 * len(replicas.addresses))
    for address in replicas.addresses:
        assert got.count(address) == 4
    assert all(one != two for one, two in zip(got, got[1:])) or len(replicas.addresses) == 1


@pytest.fixture
def restored(replicas, client):
    """Every replica of the user service runs and answers again after the test."""
    yield
    for address in replicas.addresses:
        if (TARGET, address) not in replicas.running:
            replicas.start(TARGET, address)
    wait_for("all replicas back", 15, lambda: all_answer(client, replicas))


def all_answer(client, replicas):
    answers = [client.ask("GET", ME) for _ in range(2 * len(replicas.addresses))]
    return (all(answer.status == 200 for answer in answers)
            and {answer.json()["address"] for answer in answers} == set(replicas.addresses))


def test_a_dead_replica_is_hidden_taken_out_and_comes_back(client, replicas, restored):
    first, *others = replicas.addresses
    if not others:
        pytest.skip("ECHO_ADDRESSES names one address, two are needed")
    replicas.stop(TARGET, first)
    assert first not in answering(client, 10)
    replicas.start(TARGET, first)
    wait_for("the replica's return", 10, lambda: first in answering(client, 4))


def test_no_replica_left(client, replicas, restored):
    for address in replicas.addresses:
        replicas.stop(TARGET, address)
    refused = client.ask("GET", ME)
    if refused.status == 502:
        kongs_error(refused, 502, "An invalid response was received from the upstream server")
        assert_marked_as_proxied(refused)

    def out():
        answer = client.ask("GET", ME)
        return answer if answer.status == 503 else None
    answer = wait_for("both taken out", 15, out)
    kongs_error(answer, 503, "failure to get a peer from the ring-balancer")
    assert answer.headers["X-Kong-Response-Latency"].isdigit()
    assert re.fullmatch(r"kong/3\.9\.\d+", answer.headers["Server"])
    assert client.ask("GET", "/api/v1/expenses").status == 200


def test_an_upstream_that_hangs_up(client, replicas):
    path = "/api/v1/expenses?close=hang-up"
    answer = client.ask("GET", path)
    kongs_error(answer, 502, "An invalid response was received from the upstream server")
    assert_marked_as_proxied(answer)
    assert replicas.count("GET", path) == 2


def test_a_post_that_was_sent_is_not_sent_again(client, replicas):
    path = "/api/v1/messages?close=once"
    kongs_error(client.ask("POST", path, body=b"{}"), 502, "An invalid response was received from the upstream server")
    assert replicas.count("POST", path) == 1


def test_an_upstream_that_is_too_slow(client, replicas):
    path = "/api/v1/messages?delay=17"
    answer = client.ask("POST", path, body=b"{}")
    kongs_error(answer, 504, "The upstream server is timing out")
    assert_marked_as_proxied(answer)
    assert replicas.count("POST", path) == 1
