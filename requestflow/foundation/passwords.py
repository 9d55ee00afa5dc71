"""Secrets that people type, kept only as hashes (argon2id, RFC 9106)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_password(secret: str) -> str:
    """The hash to keep of a secret."""
    return _hasher.hash(secret)


def verify_password(stored: str | None, secret: str) -> bool:
    """Whether a secret is the one whose hash was kept; never where none was, which takes as long,
    so that nobody learns from the time whether there is one."""
    try:
        return _hasher.verify(stored or _nobodys(), secret) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return hash_password("nobody")
