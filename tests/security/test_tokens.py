"""What is no good access token is refused by every service, with 401 and never anything else."""
import hashlib
import hmac
import json
import time
import uuid

import pytest
import requests
from conftest import PROBES
from forge import decode, encode, es256, rs256


def ask(stack, service, token, scheme="Bearer "):
    headers = {"Authorization": scheme + token} if token is not None else {}
    return requests.get(f"{stack.replica(service).url}/api/v1{PROBES[service]}", headers=headers, timeout=10)


def parts(forge):
    return forge.good.split(".")


NOW = int(time.time())
HUGE = 10**30
ATTACKS = {
    "none at all": lambda f: None,
    "empty": lambda f: "",
    "three dots": lambda f: "...",
    "two dots": lambda f: "..",
    "one part": lambda f: parts(f)[0],
    "four parts": lambda f: f.good + ".AAAA",
    "no signature": lambda f: ".".join(parts(f)[:2]) + ".",
    "no header": lambda f: "." + ".".join(parts(f)[1:]),
    "alg none": lambda f: f.token({"alg": "none"}, sign=lambda _: b""),
    "alg None": lambda f: f.token({"alg": "None"}, sign=lambda _: b""),
    "alg NONE with a signature": lambda f: f.token({"alg": "NONE"}),
    "alg missing": lambda f: f.token(raw_header=json.dumps({"typ": "JWT", "kid": f.header["kid"]})),
    "alg a number": lambda f: f.token({"alg": 256}),
    "alg an array": lambda f: f.token({"alg": ["ES256"]}),
    "HS256 with the public key as secret": lambda f: f.token(
        {"alg": "HS256"}, sign=lambda text: hmac.new(f.public_pem(), text, hashlib.sha256).digest()),
    "HS256 with an empty secret": lambda f: f.token(
        {"alg": "HS256"}, sign=lambda text: hmac.new(b"", text, hashlib.sha256).digest()),
    "RS256 for an EC key": lambda f: f.token({"alg": "RS256"}, sign=lambda text: rs256(f.rsa_key, text)),
    "ES384": lambda f: f.token({"alg": "ES384"}),
    "another key under this kid": lambda f: f.token(sign=lambda text: es256(f.other_key, text)),
    "kid unknown": lambda f: f.token({"kid": "x" * 43}),
    "kid missing": lambda f: f.token(raw_header=json.dumps({"alg": "ES256", "typ": "JWT"})),
    "kid empty": lambda f: f.token({"kid": ""}),
    "kid null": lambda f: f.token({"kid": None}),
    "kid a number": lambda f: f.token({"kid": 1}),
    "kid oversized": lambda f: f.token({"kid": "k" * 3000}),
    "kid a path": lambda f: f.token({"kid": "../../../../../../dev/null"}, sign=lambda _: b""),
    "kid of SQL": lambda f: f.token({"kid": "' UNION SELECT 'x' --"}),
    "kid with a NUL": lambda f: f.token({"kid": f.header["kid"] + "\0"}),
    "jku": lambda f: f.token({"jku": "http://127.0.0.1:1/keys", "kid": "theirs"},
                             sign=lambda text: es256(f.other_key, text)),
    "x5u": lambda f: f.token({"x5u": "http://127.0.0.1:1/cert", "kid": "theirs"},
                             sign=lambda text: es256(f.other_key, text)),
    "jwk in the header": lambda f: f.token(
        {"jwk": {"kty": "EC", "crv": "P-256", **{name: encode(getattr(f.other_key.public_key().public_numbers(),
                                                                      name).to_bytes(32, "big"))
                                                 for name in "xy"}}},
        sign=lambda text: es256(f.other_key, text)),
    "crit": lambda f: f.token({"crit": ["exp"]}),
    "key twice in the header": lambda f: f.token(
        raw_header='{"alg":"none","alg":"ES256","kid":"%s"}' % f.header["kid"]),
    "header no object": lambda f: f.token(raw_header='["ES256"]'),
    "header no JSON": lambda f: f.token(raw_header="alg=ES256"),
    "header of another encoding": lambda f: f.token(raw_header=json.dumps(f.header).replace("ES256", "ES256\ud83d")
                                                    .encode("utf-8", "surrogatepass").decode("latin-1")),
    "aud wrong": lambda f: f.token(claims={"aud": "somebody-else"}),
    "aud an array of others": lambda f: f.token(claims={"aud": ["a", "b"]}),
    "aud missing": lambda f: f.token(drop=["aud"]),
    "aud an object": lambda f: f.token(claims={"aud": {"expenses-tracker": True}}),
    "iss wrong": lambda f: f.token(claims={"iss": "https://evil.example"}),
    "iss missing": lambda f: f.token(drop=["iss"]),
    "iss an array": lambda f: f.token(claims={"iss": [f.claims["iss"]]}),
    "exp missing": lambda f: f.token(drop=["exp"]),
    "exp as text": lambda f: f.token(claims={"exp": str(NOW + 300)}),
    "exp negative": lambda f: f.token(claims={"exp": -1}),
    "exp huge": lambda f: f.token(raw_claims=lambda text: text[:-1].replace(
        '"exp"', '"old"') + f', "exp": {HUGE}}}'),
    "exp in ten years": lambda f: f.token(claims={"exp": NOW + 10 * 365 * 86400}),
    "exp fractional": lambda f: f.token(claims={"exp": NOW + 300.5}),
    "expired": lambda f: f.token(claims={"iat": NOW - 900, "nbf": NOW - 900, "exp": NOW - 300}),
    "nbf in the future": lambda f: f.token(claims={"nbf": NOW + 3600}),
    "iat in the future": lambda f: f.token(claims={"iat": NOW + 3600, "exp": NOW + 3900}),
    "iat missing": lambda f: f.token(drop=["iat"]),
    "sub missing": lambda f: f.token(drop=["sub"]),
    "sub no UUID": lambda f: f.token(claims={"sub": "' OR 1=1 --"}),
    "sub a number": lambda f: f.token(claims={"sub": 1}),
    "sid missing": lambda f: f.token(drop=["sid"]),
    "claim twice": lambda f: f.token(raw_claims=lambda text: text[:-1] + ', "sub": "%s"}' % uuid.uuid4()),
    "claims no object": lambda f: f.token(raw_claims=lambda _: "[]"),
    "claims nested deep": lambda f: f.token(raw_claims=lambda text: text[:-1] + ', "x": ' + "[" * 3000 + "]" * 3000
                                            + "}"),
    "padded base64": lambda f: ".".join(part + "=" * (-len(part) % 4 or 4) for part in parts(f)),
    "standard base64 alphabet": lambda f: f.good.replace("-", "+").replace("_", "/") + "+",
    "non-canonical last character": lambda f: f.good[:-1] + chr(ord(f.good[-1]) + 1),
    "trailing bytes": lambda f: f.good + "AAAA",
    "trailing white space inside": lambda f: f.good.replace(".", ". ", 1),
    "line break inside the header": lambda f: f.good[:10] + "\t" + f.good[10:],
    "signature of another token": lambda f: ".".join(f.token().split(".")[:2] + [parts(f)[2]]),
    "signature cut": lambda f: f.good[:-6],
    "signature of zeros": lambda f: f.token(sign=lambda _: bytes(64)),
    "r of zero": lambda f: f.token(sign=lambda text: bytes(32) + es256(f.key, text)[32:]),
    "s of zero": lambda f: f.token(sign=lambda text: es256(f.key, text)[:32] + bytes(32)),
    "signature in DER": lambda f: f.token(sign=lambda text: b"\x30\x44\x02\x20" + es256(f.key, text)[:32]
                                          + b"\x02\x20" + es256(f.key, text)[32:]),
    "claims of someone else under this signature": lambda f: ".".join(
        [parts(f)[0], encode(json.dumps({**f.claims, "sub": str(uuid.uuid4())}).encode()), parts(f)[2]]),
}


@pytest.mark.parametrize("service", PROBES)
def test_the_forger_can_make_a_good_one(stack, forge, service):
    """Or the attacks below would be refused for the wrong reason."""
    assert ask(stack, service, forge.token()).status_code == 200
    assert ask(stack, service, forge.token(claims={"aud": ["other", "expenses-tracker"]})).status_code == 200


@pytest.mark.parametrize("service", PROBES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_bad_token_is_a_401(stack, forge, attack, service):
    answer = ask(stack, service, ATTACKS[attack](forge))
    assert answer.status_code == 401, (attack, answer.status_code, answer.text)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"].startswith("token_")


@pytest.mark.parametrize("service", PROBES)
def test_a_token_of_a_megabyte(stack, service):
    answer = ask(stack, service, "A" * 1024 * 1024)
    assert answer.status_code in (400, 401, 413, 431), answer.status_code


@pytest.mark.parametrize("service", PROBES)
def test_other_schemes_are_no_bearer(stack, forge, service):
    for scheme in ("Basic ", "Token ", "Bearer", "", "Bearer\t "):
        assert ask(stack, service, forge.good, scheme).status_code == 401, scheme
    assert ask(stack, service, forge.good, "bearer ").status_code == 200, "schemes are case-insensitive (RFC 9110)"


@pytest.mark.parametrize("service", PROBES)
def test_a_refresh_token_opens_nothing(stack, victim, service):
    assert ask(stack, service, victim.refresh_token).status_code == 401


@pytest.mark.parametrize("service", PROBES)
def test_identity_comes_from_the_token_alone(stack, victim, service):
    """Headers that gateways use elsewhere mean nothing here."""
    url = f"{stack.replica(service).url}/api/v1{PROBES[service]}"
    headers = {name: victim.id for name in ("X-User-Id", "X-Consumer-Custom-Id", "X-Authenticated-Userid",
                                            "X-Forwarded-User", "X-Credential-Identifier")}
    assert requests.get(url, headers=headers, timeout=10).status_code == 401
    assert requests.get(url, params={"access_token": victim.access_token}, timeout=10).status_code == 401
    assert requests.get(url, cookies={"access_token": victim.access_token}, timeout=10).status_code == 401


def test_public_keys_hold_nothing_private(stack):
    answer = requests.get(f"{stack.url}/.well-known/jwks.json", timeout=10)
    assert answer.status_code == 200 and "max-age" in answer.headers["Cache-Control"] and answer.headers["ETag"]
    for key in answer.json()["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key), set(key)
        assert len(decode(key.get("x") or key["n"])) >= 32
