"""Secrets that people type, kept only as hashes (argon2id, RFC 9106)."""

import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

_hasher = PasswordHasher()

# Without what is easily taken for another: no 0, O, 1, I, L, U.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


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


def is_easily_guessed(password: str, words: Iterable[str] = ()) -> bool:
    """Whether a password falls to fewer than a million guesses (NIST SP 800-63B, 5.1.1.2: common
    passwords, repetitions, sequences, and `words` such as the user name)."""
    known = [*COMMON, *(word for given in words for word in (given, *given.split()) if word)]
    result = zxcvbn(password[:LOOKED_AT], user_inputs=known)
    return int(result["score"]) < UNSAFE_BELOW


COMMON = (
    *("requestflow", "woaini", "woaiwojia", "wodemima", "mima", "nihao", "zhongguo", "beijing"),
    *(
        "shanghai",
        "guangzhou",
        "shenzhen",
        "5201314",
        "1314520",
        "1314",
        "520",
        "521",
        "qq",
        "taobao",
    ),
    *(
        "zhifubao",
        "weixin",
        "zhengfu",
        "xinxi",
        "gongkai",
        "guanli",
        "guanliyuan",
        "houtai",
        "ceshi",
    ),
    *("wangluo", "diannao", "xiaoming", "laoban", "baobao", "laopo", "laogong", "jiayou"),
)
"""What people in China choose that lists of English passwords lack."""
LOOKED_AT = 72
"""Characters by which a password is judged: what is longer is not guessed."""
UNSAFE_BELOW = 2
"""Of zxcvbn's five classes: 2 begins at a million guesses, which no limit here allows."""


def one_time_password() -> str:
    """A new password to be read out or copied once, such as ABCD-EFGH-JKMN (59 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


@cache
def _nobodys() -> str:
    return hash_password("nobody")
