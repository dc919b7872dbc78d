"""Request ids, forwarded headers, spoofed headers, CORS and the form of errors."""
import re

import pytest

ME = "/api/v1/users/me"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_request_id_is_made_and_told_to_both_sides(client):
    first, second = client.ask("GET", ME), client.ask("GET", ME, {"X-Request-Id": ""})
    for answer in (first, second):
        assert UUID.fullmatch(answer.headers["X-Request-Id"])
        assert answer.seen("X-Request-Id") == [answer.headers["X-Request-Id"]]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_the_clients_request_id_is_kept(client):
    answer = client.ask("GET", ME, {"X-Request-Id": "mine-1"})
    assert answer.headers["X-Request-Id"] == "mine-1"
    assert answer.seen("X-Request-Id") == ["mine-1"]


@pytest.mark.parametrize("path", ["/nowhere", ME + "?close=1"])
def test_errors_carry_a_request_id_too(client, path):
    assert client.ask("GET", path).headers["X-Request-Id"]


def test_spoofed_identity_headers_never_reach_a_service(client):
    spelled = ["X-User-Id", "x-user-id", "X_User_Id", "X-User_Id", "X_USER-ID", "X-User-Email", "X-User-Role",
               "X_User_Roles", "X-User-Scopes", "X-User-Name"]
    answer = client.ask("GET", ME, [(name, "spoofed") for name in spelled * 2] + [("X-Other", "kept")])
    assert not [pair for pair in answer.json()["headers"] if "spoofed" in pair]
    assert answer.seen("X-Other") == ["kept"]


def test_forwarded_headers_are_the_gateways(client, gateway):
    answer = client.ask("GET", ME, {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https",
                                     "X-Real-IP": "203.0.113.7",
                                    "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "1",
                                    "X-Forwarded-Path": "/x", "X-Kong-Request-Id": "spoofed"})
    chain = answer.seen("X-Forwarded-For")[0].split(", ")
    assert len(chain) == 2 and chain[0] == "203.0.113.7"
    assert answer.seen("X-Real-IP") == [chain[1]]
    assert answer.seen("X-Forwarded-Proto") == ["http"]
    assert answer.seen("X-Forwarded-Host") == [client.host]
    assert answer.seen("X-Forwarded-Port") == [str(client.port)]
    assert answer.seen("X-Forwarded-Path") == [ME]
    assert answer.seen("X-Kong-Request-Id") == [answer.headers["X-Kong-Request-Id"]]


def test_a_proxied_answer_is_marked(client):
    answer = client.ask("GET", ME)
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Kong-Request-Id"])
    assert re.fullmatch(r"1\.1 kong/3\.9\.\d+", answer.headers["Via"])
    assert answer.headers["X-Kong-Upstream-Latency"].isdigit()
    assert answer.headers["X-Kong-Proxy-Latency"].isdigit()
    assert "X-Kong-Response-Latency" not in answer.headers


def test_an_error_has_kongs_form(client):
    answer = client.ask("GET", "/nowhere")
    number = answer.headers["X-Kong-Request-Id"]
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.body.decode() == ('{\n  "message":"no Route matched with those values",\n'
                                    f'  "request_id":"{number}"\n}}')
    assert re.fullmatch(r"[0-9a-f]{32}", number)
    assert re.fullmatch(r"kong/3\.9\.\d+", answer.headers["Server"])
    assert answer.headers["X-Kong-Response-Latency"].isdigit()
    assert "X-Kong-Upstream-Latency" not in answer.headers and "Via" not in answer.headers


@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/xml"])
def test_accept_chooses_the_form_of_an_error(client, media):
    answer = client.ask("GET", "/nowhere", {"Accept": media})
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith(media)
    assert b"no Route matched with those values" in answer.body
    assert answer.headers["X-Kong-Request-Id"].encode() in answer.body


ASKS = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PATCH"}


def test_a_preflight_is_answered(client, replicas):
    before = replicas.count("OPTIONS", ME)
    answer = client.ask("OPTIONS", ME, ASKS)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ASKS["Origin"]
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,POST,PUT,PATCH,DELETE,OPTIONS"
    assert "If-Match" in answer.headers["Access-Control-Allow-Headers"].split(",")
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert answer.headers["Vary"] == "Origin"
    assert answer.headers["X-Request-Id"]
    assert not [name for name, _ in answer.pairs if "ratelimit" in name.lower()]
    assert replicas.count("OPTIONS", ME) == before


def test_a_foreign_origin_is_not_allowed(client):
    for method, headers in (("OPTIONS", dict(ASKS, Origin="https://evil.example")),
                            ("GET", {"Origin": "https://evil.example"}), ("GET", {"Origin": "http://localhost:30000"}),
                            ("GET", {"Origin": "null"})):
        answer = client.ask(method, ME, headers)
        assert answer.status == 200
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_options_that_is_no_preflight_goes_upstream(client):
    assert client.ask("OPTIONS", ME, {"Origin": ASKS["Origin"]}).json()["method"] == "OPTIONS"
    assert client.ask("OPTIONS", ME, {"Access-Control-Request-Method": "GET"}).json()["method"] == "OPTIONS"


def test_a_preflight_of_an_unknown_path_matches_no_route(client):
    assert client.ask("OPTIONS", "/nowhere", ASKS).status == 404


def test_answers_and_errors_are_readable_for_an_allowed_origin(client):
    for path in (ME, ME + "?close=1"):
        answer = client.ask("GET", path, {"Origin": ASKS["Origin"]})
        assert answer.headers["Access-Control-Allow-Origin"] == ASKS["Origin"]
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert "Origin" in answer.headers["Vary"]
