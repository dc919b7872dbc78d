"""Waits for work that shows in the database, and tells when the last of it was done."""
import time

POLL_S, STALL_S = 0.02, 20


def wait(read, wanted, timeout=600):
    """Call read() until it returns `wanted` or more. (when it last grew, its value); it ends early when
    nothing has grown for a while."""
    value, grew, end = read(), time.monotonic(), time.monotonic() + timeout
    while value < wanted and time.monotonic() < min(end, grew + STALL_S):
        time.sleep(POLL_S)
        now = read()
        if now > value:
            value, grew = now, time.monotonic()
    return grew, value


def rate(read, wanted, timeout=600):
    """(how many a second, last value): from the first growth that is seen to `wanted`, so that what comes
    before (a start, a group joined) does not count."""
    before, end = read(), time.monotonic() + timeout
    first = before
    while first <= before and time.monotonic() < end:
        time.sleep(POLL_S)
        first = read()
    began = time.monotonic()
    done, value = wait(read, wanted, timeout)
    return (value - first) / max(done - began, POLL_S), value


def applied(suite, service, topic):
    """read() for wait: how many records of a topic a service has applied."""
    schema = suite.schema(service)
    return lambda: suite.number(
        f"SELECT coalesce(sum(next_offset), 0) FROM {schema}.inbox_offset WHERE topic = '{topic}'")
