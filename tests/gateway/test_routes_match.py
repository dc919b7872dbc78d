"""kong.yml and the daemons' route tables name the same public routes."""
import os
import pathlib
import subprocess
import sys

import pytest
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/stack/gateway"))

from kongfile import load  # noqa: E402

SERVICES = ("auth-service", "user-service", "expense-service", "deserialize-service")
INTERNAL = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}


def program(name):
    """The release build, or the one of MODE."""
    return TOP / ".build" / os.environ.get("MODE", "release") / "bin" / name


def shape(path):
    """The path without the names of its parameters, which only its own side sees."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def daemons_routes(name):
    """{(method, path)} that the daemon serves, its health and metrics paths left out."""
    lines = subprocess.run([program(name), "--print-routes"], check=True, capture_output=True, text=True).stdout
    found = [tuple(line.split()[:2]) for line in lines.splitlines() if line.strip()]
    assert found, f"{name} --print-routes printed nothing"
    return {(method, shape(path)) for method, path in found if (method, path) not in INTERNAL}


@pytest.mark.parametrize("name", SERVICES)
def test_both_name_the_same_routes(name):
    assert program(name).exists(), f"{program(name)} is missing; build first: make"
    kong = load.load(TOP / "kong.yml")
    # OPTIONS stands at every route for the cors plugin, which answers it in the gateway.
    public = {(method, shape(route.shown)) for route in kong.routes if route.service == name
              for method in route.methods if method != "OPTIONS"}
    served = daemons_routes(name)
    assert public - served == set(), "routed by kong.yml, served by nobody"
    assert served - public == set(), "served, but not routed by kong.yml"


@pytest.mark.parametrize("name", SERVICES)
def test_openapi_describes_every_route_and_no_other(name):
    document = yaml.safe_load((TOP / name / "openapi.yaml").read_text())
    base = document["servers"][0]["url"].rstrip("/")
    described = {(method.upper(), shape(base + path)) for path, item in document["paths"].items()
                 for method in item if method != "parameters"}
    served = daemons_routes(name)
    assert described - served == set(), "described, served by nobody"
    assert served - described == set(), "served, but not described"


def test_every_route_answers_preflights_and_no_internal_path_is_public():
    kong = load.load(TOP / "kong.yml")
    assert set(kong.services) == set(SERVICES)
    for route in kong.routes:
        assert "OPTIONS" in route.methods, route.name
        assert not any(route.matches(path) for _, path in INTERNAL), route.name
