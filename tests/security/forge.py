"""Makes access tokens as auth-service would, and any way that it would not."""
import base64
import json
import time
import uuid

import psycopg2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def es256(key, message):
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def rs256(key, message):
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


class Forge:
    """header and claims of a good token; token() gives it with changes, signed by the suite's key or another."""

    def __init__(self, stack, good):
        self.header, self.claims = (json.loads(decode(part)) for part in good.split(".")[:2])
        self.good = good
        self.key = self._signing_key(stack, self.header["kid"])
        self.other_key = ec.generate_private_key(ec.SECP256R1())
        self.rsa_key = rsa.generate_private_key(65537, 2048)

    @staticmethod
    def _signing_key(stack, kid):
        connection = psycopg2.connect(stack.database.admin_dsn())
        with connection.cursor() as cursor:
            cursor.execute("SELECT private_key, sealed FROM auth.signing_key WHERE kid = %s", (kid,))
            private, sealed = cursor.fetchone()
        connection.close()
        private = bytes(private)
        if sealed:
            secret = base64.b64decode(stack.replica("auth").configuration()["AUTH_KEY_ENCRYPTION_KEY"])
            private = AESGCM(secret).decrypt(private[:12], private[12:], kid.encode())
        return serialization.load_pem_private_key(private, None)

    def public_pem(self):
        return self.key.public_key().public_bytes(serialization.Encoding.PEM,
                                                  serialization.PublicFormat.SubjectPublicKeyInfo)

    def token(self, header=None, claims=None, drop=(), sign=None, raw_header=None, raw_claims=None):
        """Changed by header and claims, without the claims in drop; sign(message) gives another signature."""
        now = int(time.time())
        head = {**self.header, **(header or {})}
        body = {**self.claims, "iat": now, "nbf": now, "exp": now + 300, "jti": str(uuid.uuid4()), **(claims or {})}
        for name in drop:
            body.pop(name)
        first = raw_header if raw_header is not None else json.dumps(head)
        second = raw_claims(json.dumps(body)) if raw_claims else json.dumps(body)
        message = f"{encode(first.encode())}.{encode(second.encode())}"
        signature = (sign or (lambda text: es256(self.key, text)))(message.encode())
        return f"{message}.{encode(signature)}"
