"""Encryption at rest under the keys of the installation (Fernet): several may be in force, of which
the first encrypts and each decrypts."""

import hashlib
from collections.abc import Callable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, LargeBinary, Text, TypeDecorator

from requestflow.foundation.errors import RequestflowError
from requestflow.foundation.texts import text


class OtherKey(RequestflowError, ValueError):
    """Something that was encrypted with a key that is not in force here."""

    def __init__(self) -> None:
        super().__init__(
            text("This was encrypted with a key that is not set here."),
            text("Set REQUESTFLOW_ENCRYPTION_KEY to all keys in use, the newest first."),
        )


def fingerprint(key: str) -> str:
    """By what people tell keys apart: 8 characters that say nothing of the key."""
    return hashlib.sha256(b"fingerprint:" + key.encode()).hexdigest()[:8]


class Cipher:
    """The keys in force, the newest first. `reread` looks for more of them, where one was added
    since the process began."""

    def __init__(
        self, keys: Sequence[str], reread: Callable[[], Sequence[str]] | None = None
    ) -> None:
        self._reread = reread
        self._take(keys)

    def _take(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        self._newest = Fernet(self.keys[0].encode())
        self._any = MultiFernet([Fernet(key.encode()) for key in self.keys])

    def encrypt(self, value: bytes) -> bytes:
        """Encrypts with the newest key."""
        return self._newest.encrypt(value)

    def decrypt(self, token: bytes) -> bytes:
        """Decrypts with whichever key fits; OtherKey where none does."""
        try:
            return self._any.decrypt(token)
        except InvalidToken as error:
            if self.look_for_more():
                return self.decrypt(token)
            raise OtherKey from error

    def look_for_more(self) -> bool:
        """Takes the keys that are kept now, where they are others; whether they are."""
        found = tuple(self._reread()) if self._reread else self.keys
        if not found or found == self.keys:
            return False
        self._take(found)
        return True

    def is_newest(self, token: bytes) -> bool:
        """Whether something was encrypted with the newest key."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True


class Encryption:
    """The cipher of this process."""

    def __init__(self) -> None:
        self._cipher: Cipher | None = None

    def use(self, cipher: Cipher | None) -> Cipher | None:
        """Sets the cipher; the one before."""
        before, self._cipher = self._cipher, cipher
        return before

    @property
    def cipher(self) -> Cipher:
        """The cipher; RuntimeError where none was set yet."""
        if self._cipher is None:
            raise RuntimeError("no encryption key was set before personal data was touched")
        return self._cipher


encryption = Encryption()


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted at rest."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypts; None stays None."""
        return None if value is None else encryption.cipher.encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypts; OtherKey where the key is not the one it was written with."""
        return None if value is None else encryption.cipher.decrypt(value.encode()).decode()


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes that are encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Encrypts; None stays None."""
        return None if value is None else encryption.cipher.encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decrypts; OtherKey where the key is not the one it was written with."""
        return None if value is None else encryption.cipher.decrypt(bytes(value))
