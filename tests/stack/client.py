"""The gateway as a client without libraries sees it, for the demonstrations."""
import json
import time
import urllib.error
import urllib.request


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status


class Api:
    def __init__(self, url):
        self.base, self.token = f"{url}/api/v1", None

    def call(self, method, path, body=None, **headers):
        """The body of the answer; waits where the gateway asks for it."""
        return self.ask(method, path, body, **headers)[0]

    def ask(self, method, path, body=None, **headers):
        """Body and headers of the answer."""
        headers = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
                return (json.loads(text) if text else None), answer.headers
        except urllib.error.HTTPError as error:
            if error.code == 429:
                time.sleep(int(error.headers.get("Retry-After", "1")))
                return self.ask(method, path, body, **headers)
            raise Refused(error.code, f"{method} {path}: {error.read().decode(errors='replace')}") from error

    def all(self, path):
        """Every row of a list, page after page."""
        rows, cursor, joint = [], "", "&" if "?" in path else "?"
        while cursor is not None:
            page = self.call("GET", f"{path}{joint}limit=200" + (f"&cursor={cursor}" if cursor else ""))
            rows += page["data"]
            cursor = page["page"]["next_cursor"] if page["page"]["has_more"] else None
        return rows

    def sign_up(self, email, password, name):
        self.token = self.call("POST", "/auth/signup", {"email": email, "password": password, "name": name})[
            "access_token"]


def wait_until(check, deadline=30):
    end = time.monotonic() + deadline
    while not (value := check()):
        if time.monotonic() > end:
            raise SystemExit(f"no outcome after {deadline} s; see make logs")
        time.sleep(0.02)
    return value
