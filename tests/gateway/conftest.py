"""The gateway under test and the echo upstreams behind it.

Without GATEWAY_URL an HAProxy of our own is started from kong.yml. With it, the tests go to that
gateway (a real Kong with the same kong.yml), whose four service names must resolve to
ECHO_ADDRESSES (default 127.0.0.1,127.0.0.2); the echo upstreams are started there on the ports of kong.yml.
"""
import os
import pathlib
import random
import socket
import subprocess
import sys

import pytest
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
GENERATOR = TOP / "tests/stack/gateway/kong2haproxy"
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(TOP / "tests/stack/gateway")]

from client import Client, wait_for  # noqa: E402
from echo import Echo  # noqa: E402


def is_free(address, port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            return True
        except OSError:
            return False


# Above the stacks' ports and below 32768, where the kernel takes ports for connections of its own accord:
# a port it chose could be taken again before the server binds it. None is given twice.
untried_ports = random.sample(range(30000, 32768), 2768)


def free_port(addresses):
    """A port that is free on every one of `addresses`."""
    while untried_ports:
        port = untried_ports.pop()
        if all(is_free(address, port) for address in addresses):
            return port
    raise RuntimeError("no port free on all addresses")


class Replicas:
    """Echo upstreams of every service, by (target, address)."""

    def __init__(self, targets, addresses, own_ports):
        self.addresses = addresses
        self.ports = {target: free_port(addresses) if own_ports else int(target.split(":")[1]) for target in targets}
        self.running = {}
        for target in targets:
            for address in addresses:
                self.start(target, address)

    def start(self, target, address):
        self.running[target, address] = Echo(address, self.ports[target])

    def stop(self, target, address):
        self.running.pop((target, address)).stop()

    def count(self, method, path):
        return sum(echo.seen[method, path] for echo in self.running.values())

    def resolve(self):
        return [f"--resolve={target}=" + ",".join(f"{address}:{port}" for address in self.addresses)
                for target, port in self.ports.items()]


@pytest.fixture(scope="session")
def kong():
    return yaml.safe_load((TOP / "kong.yml").read_text())


@pytest.fixture(scope="session")
def replicas(kong):
    targets = [target["target"] for upstream in kong["upstreams"] for target in upstream["targets"]]
    addresses = os.environ.get("ECHO_ADDRESSES", "127.0.0.1,127.0.0.2").split(",")
    found = Replicas(targets, addresses, own_ports="GATEWAY_URL" not in os.environ)
    yield found
    for key in list(found.running):
        found.stop(*key)


@pytest.fixture(scope="session")
def gateway(replicas, tmp_path_factory):
    """URL of the gateway, all of its upstreams healthy."""
    url, process = os.environ.get("GATEWAY_URL"), None
    if not url:
        port = free_port(["127.0.0.1"])
        url, config = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("gateway") / "haproxy.cfg"
        subprocess.run([GENERATOR, "--kong", TOP / "kong.yml", "--listen", f"127.0.0.1:{port}", "--out", config,
                        *replicas.resolve()], check=True)
        process = subprocess.Popen(["haproxy", "-db", "-f", config], stdout=subprocess.DEVNULL)
    client = Client(url)

    def ready():
        assert process is None or process.poll() is None, "haproxy ended"
        try:
            paths = ("/.well-known/jwks.json", "/api/v1/users/me", "/api/v1/expenses", "/api/v1/messages")
            for path in paths:
                answers = [client.ask("GET", path) for _ in range(2 * len(replicas.addresses))]
                if {answer.status for answer in answers} != {200}:
                    return False
                if {answer.json()["address"] for answer in answers} != set(replicas.addresses):
                    return False  # a gateway that ran before us still holds the echo upstreams for dead
            return True
        except OSError:
            return False
    try:
        wait_for("gateway", 20, ready)
        yield url
    finally:
        if process:
            process.terminate()
            process.wait(10)


@pytest.fixture
def client(gateway):
    return Client(gateway)
