"""kong.yml into plain objects, refusing every part that the HAProxy configuration would not honour."""
import dataclasses
import re

import yaml

from . import plugins
from .checks import Refused, choice, entries, integer, name, take, texts

METHODS = r"GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD"
# ~/literal/path with named parameters of hexadecimal digits and hyphens, anchored at its end.
PARAMETER = r"\(\?<[a-z_]+>\[[0-9A-Fa-f-]+\]\{[0-9]+\}\)"
PATH = rf"~(?:/(?:(?:[A-Za-z0-9_-]|\\\.)+|{PARAMETER}))+\$"


@dataclasses.dataclass
class Upstream:
    name: str
    targets: list
    health: dict


@dataclasses.dataclass
class Service:
    name: str
    upstream: str
    connect_ms: int
    read_ms: int
    retries: int


@dataclasses.dataclass
class Route:
    name: str
    service: str
    methods: list
    regex: str
    plugins: dict
    buffered: bool = True

    @property
    def sample(self):
        """A path that this route matches."""
        return re.sub(PARAMETER, lambda found: "0" * int(re.search(r"\{(\d+)\}", found[0])[1]),
                      self.regex[:-1]).replace("\\.", ".")

    @property
    def shown(self):
        """The path as the daemons' --print-routes writes it."""
        return re.sub(r"\(\?<([a-z_]+)>.*?\}\)", r"{\1}", self.regex[:-1]).replace("\\.", ".")

    def matches(self, path):
        return re.fullmatch(self.regex[:-1].replace("?<", "?P<"), path) is not None


@dataclasses.dataclass
class Kong:
    upstreams: dict
    services: dict
    routes: list
    plugins: dict


class UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that is given twice is an error instead of the last one winning."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise Refused(f"line {node.start_mark.line + 1}: key {key} is there twice")
        return super().construct_mapping(node, deep)


def read_health(checks, where):
    take(checks, where, {"active"}, ("active",))
    where += ".active"
    active = take(checks["active"], where, {"type", "http_path", "timeout", "concurrency", "healthy", "unhealthy"},
                  ("type", "http_path", "timeout", "healthy", "unhealthy"))
    choice(active, where, "type", "http")
    path = texts({"http_path": [active["http_path"]]}, where, "http_path", r"/[A-Za-z0-9/._-]*")[0]
    good = take(active["healthy"], f"{where}.healthy", {"interval", "successes", "http_statuses"},
                ("interval", "successes", "http_statuses"))
    failures = ("http_failures", "tcp_failures", "timeouts")
    bad = take(active["unhealthy"], f"{where}.unhealthy", {"interval", "http_statuses", *failures},
               ("interval", "http_statuses", *failures))
    counts = {integer(bad, f"{where}.unhealthy", key, 1, 254) for key in failures}
    if len(counts) != 1:
        raise Refused(f"{where}.unhealthy: http_failures, tcp_failures and timeouts must be equal")
    for side, key in ((good, "healthy"), (bad, "unhealthy")):
        statuses = side["http_statuses"]
        if not isinstance(statuses, list) or not statuses or not all(type(status) is int for status in statuses):
            raise Refused(f"{where}.{key}.http_statuses: want a list of numbers")
    return {"path": path, "timeout": integer(active, where, "timeout", 1, 60),
            "up_interval": integer(good, f"{where}.healthy", "interval", 1, 3600),
            "down_interval": integer(bad, f"{where}.unhealthy", "interval", 1, 3600),
            "rise": integer(good, f"{where}.healthy", "successes", 1, 254), "fall": counts.pop(),
            "statuses": good["http_statuses"]}


def read_upstream(item, where, taken):
    take(item, where, {"name", "algorithm", "healthchecks", "targets"}, ("algorithm", "healthchecks", "targets"))
    choice(item, where, "algorithm", "round-robin")
    targets = []
    for index, target in enumerate(entries(item, where, "targets")):
        here = f"{where}.targets.{index}"
        take(target, here, {"target", "weight"}, ("target",))
        choice(target, here, "weight", 100, default=100)
        targets += texts({"target": [target["target"]]}, here, "target", r"[a-z0-9.-]+:[0-9]+")
    if not targets:
        raise Refused(f"{where}.targets: want one at least")
    return Upstream(name(item, where, taken), targets, read_health(item["healthchecks"], f"{where}.healthchecks"))


def read_service(item, where, taken, upstreams):
    keys = ("host", "protocol", "connect_timeout", "read_timeout", "write_timeout", "retries", "routes")
    take(item, where, {"name", "port", "enabled", *keys}, keys)
    choice(item, where, "protocol", "http")
    choice(item, where, "enabled", True, default=True)
    if "port" in item:
        integer(item, where, "port", 1, 65535)
    if item["host"] not in upstreams:
        raise Refused(f"{where}.host: {item['host']} is no upstream of this file")
    read_ms = integer(item, where, "read_timeout", 1, 3_600_000)
    if integer(item, where, "write_timeout", 1, 3_600_000) != read_ms:
        raise Refused(f"{where}.write_timeout: must equal read_timeout, HAProxy has one for both")
    return Service(name(item, where, taken), item["host"], integer(item, where, "connect_timeout", 1, 3_600_000),
                   read_ms, integer(item, where, "retries", 0, 10))


def read_route(item, where, taken, service):
    keys = ("methods", "paths", "strip_path")
    take(item, where, {"name", "protocols", "preserve_host", "plugins", "request_buffering", *keys}, keys)
    choice(item, where, "strip_path", False)
    choice(item, where, "preserve_host", False, default=False)
    choice(item, where, "protocols", ["http", "https"], default=["http", "https"])
    paths = texts(item, where, "paths", PATH)
    if len(paths) != 1:
        raise Refused(f"{where}.paths: want one for each route")
    route = Route(name(item, where, taken), service, texts(item, where, "methods", METHODS), paths[0][1:],
                  plugins.read(entries(item, where, "plugins"), where, item["name"]),
                  choice(item, where, "request_buffering", True, False, default=True))
    limit = route.plugins.get("request-size-limiting", {}).get("limit", 0)
    if route.buffered and limit > plugins.MAX_BODY:
        raise Refused(f"{where}: over {plugins.MAX_BODY} bytes only with request_buffering: false")
    return route


def refuse_overlaps(routes):
    """Which of two matching regex routes wins depends on Kong's own ordering, so there are none."""
    for one in routes:
        for other in routes:
            if one is not other and set(one.methods) & set(other.methods) and other.matches(one.sample):
                raise Refused(f"routes {one.name} and {other.name}: both match {one.sample}")


def load(path):
    """Read and check kong.yml; raises Refused."""
    with open(path, encoding="utf-8") as file:
        try:
            document = yaml.load(file, Loader=UniqueKeys)
        except yaml.YAMLError as error:
            raise Refused(f"{path}: {' '.join(str(error).split())}") from error
    take(document, "kong.yml", {"_format_version", "services", "upstreams", "plugins"}, ("services", "upstreams"))
    choice(document, "kong.yml", "_format_version", "3.0", default=None)
    taken = set()
    upstreams = [read_upstream(item, f"upstreams.{index}", taken)
                 for index, item in enumerate(entries(document, "kong.yml", "upstreams"))]
    kong = Kong({upstream.name: upstream for upstream in upstreams}, {}, [],
                plugins.read(entries(document, "kong.yml", "plugins"), "kong.yml", "global"))
    if kong.plugins.get("request-size-limiting", {}).get("limit", 0) > plugins.MAX_BODY:
        raise Refused(f"kong.yml: over {plugins.MAX_BODY} bytes only at a route with request_buffering: false")
    service_names, route_names = set(), set()
    for index, item in enumerate(entries(document, "kong.yml", "services")):
        where = f"services.{index}"
        service = read_service(item, where, service_names, kong.upstreams)
        kong.services[service.name] = service
        for number, route in enumerate(entries(item, where, "routes")):
            kong.routes.append(read_route(route, f"{where}.routes.{number}", route_names, service.name))
    refuse_overlaps(kong.routes)
    return kong
