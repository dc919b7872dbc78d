"""Which requests reach a service, and in which form."""
import re

import pytest

ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
USER = 8102


def assert_no_route(answer):
    assert answer.status == 404
    assert answer.json()["message"] == "no Route matched with those values"


@pytest.fixture(scope="module")
def routes(kong):
    """(method, path, target) of every route."""
    targets = {upstream["name"]: upstream["targets"][0]["target"] for upstream in kong["upstreams"]}
    return [(method, re.sub(r"\(\?<.*?\}\)", ID, route["paths"][0][1:-1]).replace("\\.", "."), targets[service["host"]])
            for service in kong["services"] for route in service["routes"] for method in route["methods"]]


def test_every_route_reaches_its_service(client, routes, replicas):
    for method, path, target in routes:
        answer = client.ask(method, path)
        assert answer.status == 200, (method, path)
        told = answer.json()
        assert (told["method"], told["path"], told["port"]) == (method, path, replicas.ports[target])
        assert answer.seen("Host") == [target]


def test_other_methods_match_no_route(client, routes):
    known = {(method, path) for method, path, _ in routes}
    for path in sorted({path for _, path, _ in routes}):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if (method, path) not in known:
                assert_no_route(client.ask(method, path))


@pytest.mark.parametrize("path", [
    "/", "/healthz", "/readyz", "/metrics", "/api", "/api/v1", "/api/v1/", "/api/v1/users", "/api/v2/users/me",
    "/api/v1/users/mex", "/api/v1/users/me/", "/API/v1/users/me", "/api/v1/users/me;a=b", "/x/api/v1/users/me",
    "/api/v1/expenses/1", f"/api/v1/expenses/{ID}0", f"/api/v1/expenses/{ID[:-1]}", f"/api/v1/expenses/{ID[:-1]}g",
    f"/api/v1/expenses/{ID}/", f"/api/v1/expenses/{ID}%0a", "/api/v1/users/me%00", "/api/v1/users/openapiXyaml",
    "/.well-known/jwksXjson", "/.well-known/", "/api/v1/summaries/2024"])
def test_what_is_not_public_matches_no_route(client, path):
    assert_no_route(client.ask("GET", path))


@pytest.mark.parametrize("path", [
    "/api/v1/../../healthz", "/api/v1/users/me/../../../../metrics", "/%2e%2e/readyz",
    "/api/v1/users/%2e%2e/%2e%2e/metrics",
    "/api/v1/users%2fme", "/api/v1%2Fusers/me", "/api/v1/users/me%2f..", "/api/v1/users/me/%252e%252e/me",
    "/api/v1/users/..%2fme", "/api/v1/users/me/..\\me", "/..//metrics", "/./healthz"])
def test_no_detour_leads_past_the_routes(client, path):
    assert_no_route(client.ask("GET", path))


@pytest.mark.parametrize("path", [
    "//api/v1/users/me", "/api//v1///users/me", "/api/v1/./users/me", "/api/v1/auth/../users/me",
    "/api/v1/auth/%2e%2e/users/me", "/api/v1/auth/.%2E//users/me", "/../api/v1/users/me", "/api/v1/users/%6de",
    "/api/x//../v1/users/me"])
def test_a_service_sees_the_normalised_path_only(client, replicas, path):
    answer = client.ask("GET", path + "?a=%2e%2e//b")
    assert answer.status == 200
    assert answer.json()["path"] == "/api/v1/users/me?a=%2e%2e//b"
    assert answer.json()["port"] == replicas.ports["user-service:8102"]


def test_upstream_errors_pass_unchanged(client):
    for status in (400, 401, 404, 409, 422, 500, 503):
        answer = client.ask("GET", f"/api/v1/users/me?status={status}")
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()["path"] == f"/api/v1/users/me?status={status}"
