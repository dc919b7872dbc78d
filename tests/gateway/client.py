"""A plain HTTP client that sends paths and headers exactly as they are given."""
import http.client
import itertools
import json
import random
import time
import urllib.parse

# Requests of one test come from an address of their own, so that no test eats another one's limit; the
# start is drawn at random, so that neither does the run before this one within the same minute.
network = f"127.{random.randrange(1, 255)}"
sources = (f"{network}.{third}.{fourth}" for third in itertools.count(random.randrange(200))
           for fourth in range(1, 255))


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.body = response.read()
        self.pairs = response.getheaders()
        self.headers = response.headers

    def json(self):
        return json.loads(self.body)

    def seen(self, name):
        """Values of a header as they reached the upstream."""
        return [value for key, value in self.json()["headers"] if key.lower() == name.lower()]


class Client:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname, parts.port or 80
        loopback = self.host == "localhost" or self.host.startswith("127.")
        self.source = (next(sources), 0) if loopback else None

    def ask(self, method, path, headers=(), body=None, chunks=None):
        """`headers` is a mapping or a list of pairs; `chunks` sends the body chunked."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60, source_address=self.source)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items() if isinstance(headers, dict) else headers:
                connection.putheader(name, value)
            if chunks is not None:
                connection.putheader("Transfer-Encoding", "chunked")
            elif body is not None:
                connection.putheader("Content-Length", str(len(body)))
            try:
                connection.endheaders(body)
                for chunk in chunks or ():
                    connection.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                if chunks is not None:
                    connection.send(b"0\r\n\r\n")
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before all of it was read; the answer is there
            return Answer(connection.getresponse())
        finally:
            connection.close()


def wait_for(what, seconds, check):
    """Poll until `check` is true; its last value is returned."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)


def stay_in_window(needed=15, window=60):
    """Rate limits count by the clock's minute: begin only where `needed` seconds of it are left."""
    left = window - time.time() % window
    if left < needed:
        time.sleep(left + 0.05)
