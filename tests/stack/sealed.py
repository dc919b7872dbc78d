"""Opens texts as they lie in deserialize-service's database, as it would: with its key-encryption key."""
import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Sealed:
    def __init__(self, stack):
        self.kek = base64.b64decode(stack.replica("deserialize").configuration()["DESERIALIZE_KEY_ENCRYPTION_KEY"])

    @staticmethod
    def _open(key, sealed, bound_to):
        sealed = bytes(sealed)
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound_to.encode())

    def text(self, user_id, message_id, secret, sealed):
        """`secret` and `sealed` as in the columns of text_key and message."""
        owner = self._open(self.kek, secret, f"text key:{user_id}")
        key = hmac.new(owner, b"text", hashlib.sha256).digest()
        return self._open(key, sealed, f"message:{message_id}").decode()
