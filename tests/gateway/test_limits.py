"""Body sizes and rate limits."""
import time

import pytest

from client import Client, stay_in_window

LOGIN, BATCH, ONE = "/api/v1/auth/login", "/api/v1/messages/batch", "/api/v1/messages"
LIMITS = [(ONE, 65536), (BATCH, 1048576)]


def split(length, size=9000):
    return [b"x" * min(size, length - start) for start in range(0, length, size)]


@pytest.mark.parametrize("path,limit", LIMITS)
def test_a_body_of_exactly_the_limit_passes(client, path, limit):
    assert client.ask("POST", path, body=b"x" * limit).json()["body_length"] == limit
    assert client.ask("POST", path, chunks=split(limit)).json()["body_length"] == limit


@pytest.mark.parametrize("path,limit", LIMITS)
@pytest.mark.parametrize("form", ["length", "chunked"])
def test_a_body_over_the_limit_is_refused(client, replicas, path, limit, form):
    before = replicas.count("POST", path)
    over = {"body": b"x" * (limit + 1)} if form == "length" else {"chunks": split(limit + 1)}
    answer = client.ask("POST", path, **over)
    assert answer.status == 413
    assert answer.json() == {"message": "Request size limit exceeded",
                             "request_id": answer.headers["X-Kong-Request-Id"]}
    assert answer.headers["X-Request-Id"]
    assert "RateLimit-Limit" not in answer.headers
    assert replicas.count("POST", path) == before


def test_waiting_for_leave_to_send_too_much_gets_417(client):
    answer = client.ask("POST", ONE, {"Expect": "100-continue", "Content-Length": "65537"})
    assert answer.status == 417
    assert answer.json()["message"] == "Request size limit exceeded"


def check_limit_headers(answer, limit, remaining):
    assert answer.headers["X-RateLimit-Limit-Minute"] == answer.headers["RateLimit-Limit"] == str(limit)
    assert answer.headers["X-RateLimit-Remaining-Minute"] == answer.headers["RateLimit-Remaining"] == str(remaining)
    assert 1 <= int(answer.headers["RateLimit-Reset"]) <= 60
    assert abs(int(answer.headers["RateLimit-Reset"]) - (60 - time.time() % 60)) <= 2


def minute(kong, name):
    for service in kong["services"]:
        for route in service["routes"]:
            if route["name"] == name:
                return route["plugins"][0]["config"]["minute"]
    raise AssertionError(name)


@pytest.mark.parametrize("name,path", [("auth-login", LOGIN), ("auth-signup", "/api/v1/auth/signup"),
                                       ("auth-refresh", "/api/v1/auth/token/refresh")])
def test_a_tight_limit_refuses_what_is_over_it(client, kong, name, path):
    limit = minute(kong, name)
    stay_in_window()
    for number in range(limit):
        answer = client.ask("POST", path, {"X-Forwarded-For": f"203.0.113.{number}"})
        assert answer.status == 200
        check_limit_headers(answer, limit, limit - 1 - number)
    for _ in range(2):
        answer = client.ask("POST", path, {"Origin": "http://localhost:3000"})
        assert answer.status == 429
        check_limit_headers(answer, limit, 0)
        assert answer.headers["Retry-After"] == answer.headers["RateLimit-Reset"]
        assert answer.json() == {"message": "API rate limit exceeded",
                                 "request_id": answer.headers["X-Kong-Request-Id"]}
        assert answer.headers["X-Request-Id"]
        assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"


def test_limits_are_counted_apart_and_by_caller(client, gateway, kong):
    stay_in_window()
    for _ in range(minute(kong, "auth-signup") + 1):
        last = client.ask("POST", "/api/v1/auth/signup")
    assert last.status == 429
    check_limit_headers(client.ask("POST", LOGIN), minute(kong, "auth-login"), minute(kong, "auth-login") - 1)
    general = next(plugin for plugin in kong["plugins"] if plugin["name"] == "rate-limiting")["config"]["minute"]
    check_limit_headers(client.ask("GET", "/api/v1/users/me"), general, general - 1)
    check_limit_headers(client.ask("GET", "/api/v1/expenses"), general, general - 2)
    other = Client(gateway)
    if other.source:
        assert other.ask("POST", "/api/v1/auth/signup").status == 200


def test_what_is_refused_or_asked_before_is_not_counted(client, kong):
    stay_in_window()
    client.ask("OPTIONS", LOGIN, {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"})
    client.ask("GET", LOGIN)
    client.ask("POST", LOGIN, body=b"x" * 65537)
    limit = minute(kong, "auth-login")
    check_limit_headers(client.ask("POST", LOGIN), limit, limit - 1)
