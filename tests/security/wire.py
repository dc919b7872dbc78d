"""Bytes on a socket, as no HTTP library would send them."""
import socket
import time
import urllib.parse


def connect(url, timeout=10):
    where = urllib.parse.urlsplit(url)
    return socket.create_connection((where.hostname, where.port), timeout=timeout)


def exchange(url, data, seconds=3):
    """All that comes back until the other side closes, or for so long."""
    got, end = b"", time.monotonic() + seconds
    with connect(url) as wire:
        wire.sendall(data)
        while time.monotonic() < end:
            wire.settimeout(max(0.05, end - time.monotonic()))
            try:
                part = wire.recv(65536)
            except (TimeoutError, ConnectionResetError):
                break
            if not part:
                break
            got += part
    return got


def statuses(answer):
    """The status of each response in what came back."""
    return [int(line.split(b" ")[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]
