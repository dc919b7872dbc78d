"""Polling with a deadline. Nothing in the stack or its tests sleeps for a fixed time instead."""
import http.client
import socket
import time


def until(probe, timeout, interval=0.05):
    """Call probe() until it returns something true and return that; None after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() >= deadline:
            return None
        time.sleep(interval)


def accepts(address, port, timeout=0.5):
    """Whether something accepts TCP connections at address:port."""
    try:
        socket.create_connection((address, port), timeout).close()
        return True
    except OSError:
        return False


def http_status(address, port, path, timeout=2):
    """Status of GET http://address:port/path, or None when there is no answer."""
    connection = http.client.HTTPConnection(address, port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
