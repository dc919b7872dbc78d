"""kong.yml against the tools that read it: decK, the generator, HAProxy; each must refuse a broken file."""
import pathlib
import shutil
import subprocess

import pytest
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
GENERATOR, CHECK, KONG = TOP / "tests/stack/gateway/kong2haproxy", TOP / "tests/lint/kong/check", TOP / "kong.yml"
RESOLVE = [f"--resolve={target}=127.0.0.1:{target[-4:]},127.0.0.2:{target[-4:]}" for target in
           ("auth-service:8101", "user-service:8102", "expense-service:8103", "deserialize-service:8104")]


def generate(kong, out, resolve=RESOLVE):
    return subprocess.run([GENERATOR, "--kong", kong, "--listen", "127.0.0.1:18000", "--out", out, *resolve],
                          capture_output=True, text=True)


def plugin(document, name):
    return next(item for item in document["plugins"] if item["name"] == name)


def test_haproxy_accepts_what_is_generated(tmp_path):
    made = generate(KONG, tmp_path / "haproxy.cfg")
    assert (made.returncode, made.stderr) == (0, "")
    checked = subprocess.run(["haproxy", "-c", "-f", tmp_path / "haproxy.cfg"], capture_output=True, text=True)
    assert checked.returncode == 0 and "WARNING" not in checked.stderr + checked.stdout, checked.stderr


def service(document):
    return document["services"][0]


def route(document):
    return document["services"][0]["routes"][0]


def active(document):
    return document["upstreams"][0]["healthchecks"]["active"]


# what is changed, and the key that the one line of refusal names
BROKEN = {
    "format version as a number": (lambda d: d.update(_format_version=3.0), "_format_version"),
    "old format version": (lambda d: d.update(_format_version="1.1"), "_format_version"),
    "unknown top-level key": (lambda d: d.update(consumers=[]), "consumers"),
    "unknown service key": (lambda d: service(d).update(path="/x"), "services.0.path"),
    "service over TLS": (lambda d: service(d).update(protocol="https"), "services.0.protocol"),
    "service without retries": (lambda d: service(d).pop("retries"), "services.0.retries"),
    "write timeout of its own": (lambda d: service(d).update(write_timeout=1), "write_timeout"),
    "service of no upstream": (lambda d: service(d).update(host="example.com"), "services.0.host"),
    "same name twice": (lambda d: d["services"][1].update(name="auth-service"), "services.1.name"),
    "strip_path left to its default": (lambda d: route(d).pop("strip_path"), "routes.0.strip_path"),
    "strip_path true": (lambda d: route(d).update(strip_path=True), "routes.0.strip_path"),
    "methods left out": (lambda d: route(d).pop("methods"), "routes.0.methods"),
    "method in lower case": (lambda d: route(d).update(methods=["post"]), "routes.0.methods"),
    "prefix path": (lambda d: route(d).update(paths=["/api/v1/auth/signup"]), "routes.0.paths"),
    "regex without an end": (lambda d: route(d).update(paths=["~/api/v1/auth/signup"]), "routes.0.paths"),
    "regex that matches anything": (lambda d: route(d).update(paths=["~/api/.*$"]), "routes.0.paths"),
    "overlapping routes": (lambda d: route(d).update(paths=["~/api/v1/auth/login$"]), "auth-signup and auth-login"),
    "host matching": (lambda d: route(d).update(hosts=["a.example"]), "routes.0.hosts"),
    "https only": (lambda d: route(d).update(protocols=["https"]), "routes.0.protocols"),
    "regex priority": (lambda d: route(d).update(regex_priority=5), "routes.0.regex_priority"),
    "unknown plugin": (lambda d: d["plugins"].append({"name": "jwt", "config": {}}), "plugin jwt"),
    "plugin without config": (lambda d: d["plugins"].append({"name": "jwt"}), "config"),
    "plugin switched off": (lambda d: d["plugins"][0].update(enabled=False), "plugins.0.enabled"),
    "cors on one route": (lambda d: route(d)["plugins"].append(plugin(d, "cors")), "only as a global plugin"),
    "any origin": (lambda d: plugin(d, "cors")["config"].update(origins=["*"]), "config.origins"),
    "single origin": (lambda d: plugin(d, "cors")["config"].update(origins=["http://a.example"]), "config.origins"),
    "origin regex": (lambda d: plugin(d, "cors")["config"].update(origins=["http://.*", "http://a"]), "config.origins"),
    "two windows": (lambda d: plugin(d, "rate-limiting")["config"].update(hour=9999), "exactly one"),
    "limit by header": (lambda d: plugin(d, "rate-limiting")["config"].update(limit_by="header"), "limit_by"),
    "redis policy": (lambda d: plugin(d, "rate-limiting")["config"].update(policy="redis"), "policy"),
    "hidden headers": (lambda d: plugin(d, "rate-limiting")["config"].update(hide_client_headers=True), "hide_client"),
    "size without unit": (lambda d: plugin(d, "request-size-limiting")["config"].pop("size_unit"), "size_unit"),
    "large global size": (lambda d: plugin(d, "request-size-limiting")["config"].update(
        allowed_payload_size=1 << 30), "request_buffering: false"),
    "large size of a buffered route": (lambda d: next(
        r for s in d["services"] for r in s["routes"] if r["name"] == "uploads").pop("request_buffering"),
        "request_buffering: false"),
    "size as a text": (lambda d: plugin(d, "request-size-limiting")["config"].update(allowed_payload_size="1"),
                       "allowed_payload_size"),
    "added header": (lambda d: plugin(d, "request-transformer")["config"].update(add={"headers": ["A:b"]}),
                     "config.add"),
    "other generator": (lambda d: plugin(d, "correlation-id")["config"].update(generator="tracker"), "generator"),
    "least connections": (lambda d: d["upstreams"][0].update(algorithm="least-connections"), "algorithm"),
    "passive checks": (lambda d: d["upstreams"][0]["healthchecks"].update(passive={}), "healthchecks.passive"),
    "check without interval": (lambda d: active(d)["healthy"].pop("interval"), "healthy.interval"),
    "check never failing": (lambda d: active(d)["unhealthy"].update(timeouts=0), "unhealthy.timeouts"),
    "weights": (lambda d: d["upstreams"][0]["targets"][0].update(weight=10), "weight"),
    "target without port": (lambda d: d["upstreams"][0]["targets"][0].update(target="auth-service"), "target"),
    "target nobody resolved": (lambda d: d["upstreams"][0]["targets"][0].update(target="other:1"), "--resolve other:1"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_generator_refuses(what, tmp_path):
    document = yaml.safe_load(KONG.read_text())
    change, named = BROKEN[what]
    change(document)
    (tmp_path / "kong.yml").write_text(yaml.safe_dump(document))
    made = generate(tmp_path / "kong.yml", tmp_path / "haproxy.cfg")
    assert made.returncode == 1
    assert made.stderr.count("\n") == 1 and named in made.stderr
    assert not (tmp_path / "haproxy.cfg").exists()


@pytest.mark.parametrize("text", ["", "[]", "a: [", "a: 1\na: 2\n", None])
def test_the_generator_refuses_what_is_no_such_file(text, tmp_path):
    if text is not None:
        (tmp_path / "kong.yml").write_text(text)
    made = generate(tmp_path / "kong.yml", tmp_path / "haproxy.cfg")
    assert made.returncode == 1 and made.stderr.count("\n") == 1


def deck(file):
    done = subprocess.run([CHECK, file], capture_output=True, text=True)
    assert done.returncode != 2, done.stderr
    return done


@pytest.mark.skipif(not (shutil.which("go") or pathlib.Path("/usr/local/go/bin/go").exists()),
                    reason="decK is built with Go: apt-get install golang-go")
def test_deck_accepts_kong_yml_and_refuses_broken_ones(tmp_path):
    assert deck(KONG).returncode == 0
    text = KONG.read_text()
    for whole, broken in (("strip_path:", "strip_pth:"), ("- name: cors", "- nam: cors"),
                          ("retries: 1", "retries: many"),
                          ("services:", "services: [")):
        assert whole in text
        (tmp_path / "kong.yml").write_text(text.replace(whole, broken, 1))
        refused = deck(tmp_path / "kong.yml")
        assert refused.returncode == 1 and refused.stderr, broken
