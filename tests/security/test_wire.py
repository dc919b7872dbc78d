"""Requests that two servers might read differently, and clients that hold connections."""
import selectors
import time

import pytest
import requests
from wire import connect, exchange, statuses

SMUGGLED = b"GET /api/v1/auth/openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# Each is read as one request by whoever goes by one rule, and as two by whoever goes by the other.
SHAPES = {
    "CL and TE": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "TE and CL": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n0\r\n\r\n" % (5 + len(SMUGGLED))
                 + SMUGGLED,
    "two Content-Lengths": HEAD + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "a list of Content-Lengths": HEAD + b"Content-Length: 0, %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "a Content-Length with a sign": HEAD + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    "a negative Content-Length": HEAD + b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "a hexadecimal Content-Length": HEAD + b"Content-Length: 0x0\r\n\r\n" + SMUGGLED,
    "a huge Content-Length": HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n" + SMUGGLED,
    "a space before the colon": HEAD + b"Content-Length : 0\r\nTransfer-Encoding : chunked\r\n\r\n" + SMUGGLED,
    "a tab in the name": HEAD + b"Transfer-Encoding\t: chunked\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "another coding before chunked": HEAD + b"Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked and another": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "xchunked": HEAD + b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "two Transfer-Encodings": HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
                              + SMUGGLED,
    "a folded header": HEAD + b"X-A: b\r\n Content-Length: 5\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "a bare CR in a value": HEAD + b"X-A: b\rContent-Length: 5\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "a NUL in a value": HEAD + b"X-A: b\x00c\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "a chunk with a wrong size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n" + SMUGGLED,
    "a chunk size with a sign": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + SMUGGLED,
    "a line break in the target": b"GET /api/v1/auth\r\n/login HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "no version": b"GET /api/v1/auth/login\r\n\r\n" + SMUGGLED,
    "HTTP/9.9": b"GET /api/v1/auth/login HTTP/9.9\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a header without a name": HEAD + b": x\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "headers of a megabyte": HEAD + b"X-A: " + b"a" * 1024 * 1024 + b"\r\n\r\n" + SMUGGLED,
    "ten thousand headers": HEAD + b"".join(b"X-%d: 1\r\n" % i for i in range(10_000)) + b"\r\n" + SMUGGLED,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_smuggled_through_the_gateway(stack, shape):
    """The hidden request is never answered; when the outer one was good, what follows it is a request of its own,
    which the gateway routes by its rules like any other."""
    answer = exchange(stack.url, SHAPES[shape])
    seen = statuses(answer)
    assert len(seen) <= 1 or all(status != 200 for status in seen[1:]) or seen[0] < 400, (shape, seen)
    if seen:
        assert 400 <= seen[0] < 500, (shape, answer[:300])
    assert requests.get(f"{stack.url}/.well-known/jwks.json", timeout=10).status_code == 200


@pytest.mark.parametrize("shape", SHAPES)
def test_a_service_survives_them_too(stack, shape):
    for service in ("auth", "expense"):
        seen = statuses(exchange(stack.replica(service).url, SHAPES[shape], seconds=1.5))
        assert all(status < 500 or status in (501, 505) for status in seen), (shape, seen)
        assert requests.get(f"{stack.replica(service).url}/healthz", timeout=10).status_code == 200


def test_header_injection_does_not_come_back(stack):
    """What a client sends in ids is not echoed with line breaks or markup in it."""
    for value in (b"a%0d%0aSet-Cookie:%20x=y", b"<script>alert(1)</script>", b"a" * 5000, b"\xff\xfe"):
        answer = exchange(stack.url, b"GET /api/v1/auth/sessions HTTP/1.1\r\nHost: x\r\nX-Request-ID: " + value
                          + b"\r\ntraceparent: " + value + b"\r\nConnection: close\r\n\r\n")
        assert b"\r\nSet-Cookie" not in answer and b"<script>" not in answer.split(b"\r\n\r\n")[-1]
        assert statuses(answer)[0] in (400, 401), answer[:200]


def open_many(url, count, first):
    """So many connections that sent the bytes first; those that were refused are left out."""
    wires = []
    for _ in range(count):
        try:
            wire = connect(url, timeout=2)
        except OSError:
            break
        wire.sendall(first)
        wire.setblocking(False)
        wires.append(wire)
    return wires


def count_closed(wires, seconds):
    """How many the other side has closed after at most so long."""
    selector = selectors.DefaultSelector()
    for wire in wires:
        selector.register(wire, selectors.EVENT_READ)
    closed, end = 0, time.monotonic() + seconds
    while closed < len(wires) and time.monotonic() < end:
        for key, _ in selector.select(timeout=1):
            try:
                gone = not key.fileobj.recv(4096)
            except OSError:
                gone = True
            if gone:
                selector.unregister(key.fileobj)
                closed += 1
    selector.close()
    return closed


@pytest.mark.parametrize("first", (b"", b"GET /api/v1/categories HTTP/1.1\r\nHost: x\r\nX-Slow: "),
                         ids=("idle", "slow loris"))
def test_ten_thousand_held_connections_leave_room(stack, first):
    """While they are held others are served, and they are closed before long."""
    wires = open_many(stack.url, 10_000 if first == b"" else 4_000, first)
    try:
        assert len(wires) >= (9_000 if first == b"" else 3_900), f"only {len(wires)} could be opened"
        for _ in range(5):
            began = time.monotonic()
            assert requests.get(f"{stack.url}/.well-known/jwks.json", timeout=10).status_code == 200
            assert time.monotonic() - began < 5
        assert count_closed(wires, 30) == len(wires), "some are held for ever"
    finally:
        for wire in wires:
            wire.close()
    assert requests.get(f"{stack.url}/.well-known/jwks.json", timeout=10).status_code == 200
