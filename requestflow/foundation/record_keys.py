"""Keys of single records: what people wrote or handed in is encrypted under a key of its own, kept
beside it, itself encrypted under a key of the database. Who destroys it has forgotten the record,
wherever copies of what it encrypted lie.

AES-256 in Galois/Counter Mode (NIST SP 800-38D) with random nonces of 96 bits.
"""

import os
from base64 import b64decode, b64encode
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from requestflow.foundation import data_keys
from requestflow.foundation.data_keys import Purpose
from requestflow.foundation.encryption import OtherKey

BYTES = 32
NONCE = 12


class RecordKey:
    """The key of one record. `about` names the record: what was encrypted for another does not
    open."""

    __slots__ = ("_about", "_cipher", "secret")

    def __init__(self, secret: bytes, about: str) -> None:
        self.secret, self._about = secret, about.encode()
        self._cipher = AESGCM(secret)

    @classmethod
    def make(cls, about: str) -> Self:
        """A new key."""
        return cls(os.urandom(BYTES), about)

    def wrapped(self, purpose: Purpose) -> bytes:
        """The key as it is kept: encrypted under the database's key for that purpose."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(data_keys.data_key(purpose)).encrypt(nonce, self.secret, self._about)

    @classmethod
    def unwrapped(cls, kept: bytes, purpose: Purpose, about: str) -> Self:
        """The key from what is kept; OtherKey where it was encrypted otherwise."""
        cipher = AESGCM(data_keys.data_key(purpose))
        try:
            secret = cipher.decrypt(kept[:NONCE], kept[NONCE:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise OtherKey from error
        return cls(secret, about)

    def encrypt(self, value: str) -> str:
        """Text, encrypted (base64)."""
        nonce = os.urandom(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, value.encode(), self._about)
        return b64encode(sealed).decode()

    def decrypt(self, token: str) -> str:
        """The text again; OtherKey where it was encrypted otherwise."""
        try:
            kept = b64decode(token, validate=True)
            return self._cipher.decrypt(kept[:NONCE], kept[NONCE:], self._about).decode()
        except (InvalidTag, ValueError) as error:
            raise OtherKey from error
