"""HTTP as a careful client does it: every request is sent again until its outcome is known.

What may be sent again carries an Idempotency-Key, an If-Match or a device id, so that the repeat does
no harm; whoever calls sees to that. Each client comes from an address of its own, as people do, so that
the gateway's limits are not the subject of the run.
"""
import collections
import http.client
import itertools
import json
import random
import time
import urllib.parse

TIMEOUT = 8  # seconds a client waits for one answer
BACKOFF_MAX = 2
TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}

_network = random.SystemRandom().randrange(16, 250)
_sources = (f"127.{_network + a}.{b}.{c}" for a in itertools.count() for b in range(1, 255) for c in range(1, 255))
statuses = collections.Counter()  # of all clients: (status or name of the failure) -> count


class GivenUp(Exception):
    """The run is over and the outcome of the last request is not known."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def ok(self):
        return 200 <= self.status < 300

    def json(self):
        return json.loads(self.body)

    def retry_after(self):
        value = self.headers.get("Retry-After", "")
        return int(value) if value.isdigit() else None


class Client:
    """One keep-alive connection, for one thread. `give_up` says when to stop trying."""

    def __init__(self, url, chance, give_up, timeout=TIMEOUT):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.chance, self.give_up, self.timeout = chance, give_up, timeout
        self.source = next(_sources)
        self.connection = None
        self.token = None

    def send(self, method, path, body=None, headers=None):
        """One attempt: an Answer, or None when there was none."""
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout,
                                                             source_address=(self.source, 0))
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as failure:
            self.close()
            statuses[type(failure).__name__] += 1
            return None
        statuses[answer.status] += 1
        if answer.headers.get("Connection", "").lower() == "close":
            self.close()
        return answer

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def call(self, method, path, body=None, headers=None, renew=None):
        """Until the outcome is known: (Answer, whether an earlier attempt had an unknown outcome).

        renew() is called when the access token is refused; a replica whose clock is behind refuses each new one, so
        it may be several times. Raises GivenUp.
        """
        data = None if body is None else json.dumps(body).encode()
        unknown, refused = False, 0
        for attempt in itertools.count():
            answer = self.send(method, f"/api/v1{path}", data, headers)
            if answer is not None and answer.status == 401 and renew and refused < 20:
                refused += 1
                renew()
            elif answer is not None and answer.status == 409 and "in_progress" in answer.body.decode(errors="replace"):
                pass
            elif answer is not None and answer.status not in TRY_AGAIN:
                return answer, unknown
            unknown |= answer is None or answer.status >= 500
            self.wait(attempt, answer)

    def wait(self, attempt, answer):
        if self.give_up():
            raise GivenUp
        told = answer.retry_after() if answer is not None else None
        pause = min(BACKOFF_MAX, 0.1 * 2 ** min(attempt, 6)) * self.chance.uniform(0.5, 1)
        time.sleep(min(told, 10) if told is not None else pause)
