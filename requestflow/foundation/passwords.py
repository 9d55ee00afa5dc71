"""Secrets that people type, kept only as hashes: argon2id (RFC 9106) of a digest under the key of
the installation, so that whoever has the database alone tries none (NIST SP 800-63B, 5.1.1.2)."""

import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from requestflow.foundation.data_keys import keyed_digest
from requestflow.foundation.texts import Text, text

SHORTEST_PASSWORD = 12
"""Characters of a password that somebody chooses (OWASP ASVS 4.0.3, 2.1.1)."""
LONGEST_PASSWORD = 128
"""The same (2.1.2)."""
KEYED = "keyed:"
"""With what a hash begins that was made of such a digest; before, what was typed was hashed."""
_hasher = PasswordHasher()

# Without what is easily taken for another: no 0, O, 1, I, L, U.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def hash_password(secret: str) -> str:
    """The hash to keep of a secret."""
    return KEYED + _hasher.hash(_digest(secret))


def verify_password(stored: str | None, secret: str) -> bool:
    """Whether a secret is the one whose hash was kept; never where none was, which takes as long,
    so that nobody learns from the time whether there is one."""
    kept = stored or _nobodys()
    shown = _digest(secret) if kept.startswith(KEYED) else secret
    try:
        return _hasher.verify(kept.removeprefix(KEYED), shown) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_hashed_as_now(stored: str) -> bool:
    """Whether a hash is as they are made now; one of an earlier version is made anew when its
    secret is typed."""
    return stored.startswith(KEYED) and not _hasher.check_needs_rehash(stored.removeprefix(KEYED))


def _digest(secret: str) -> str:
    return keyed_digest(f"password:{secret}")


def password_problem(password: str, words: Iterable[str] = ()) -> Text | None:
    """Why a new password is not taken: too short, too long or easily guessed, also by `words` such
    as its owner's names. No kinds of characters are asked for, and no change after a time (NIST
    SP 800-63B, 5.1.1.2)."""
    if len(password) < SHORTEST_PASSWORD:
        return text("Password must be at least %(number)s characters.", number=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return text("Password must be no more than %(number)s characters.", number=LONGEST_PASSWORD)
    if is_easily_guessed(password, words):
        return text(
            "This password is easy to guess: it is common, repeats itself or contains your "
            "name. Use a few words that only you would put together."
        )
    return None


def is_easily_guessed(password: str, words: Iterable[str] = ()) -> bool:
    """Whether a password falls to fewer than a million guesses (NIST SP 800-63B, 5.1.1.2: common
    passwords, repetitions, sequences, and `words` such as the user name)."""
    return password_strength(password, words) < UNSAFE_BELOW


def password_strength(password: str, words: Iterable[str] = ()) -> int:
    """How hard a password is to guess, from 0 to 4 (zxcvbn's classes)."""
    known = [*COMMON, *(word for given in words for word in (given, *given.split()) if word)]
    return int(zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"])


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
    return _groups(3)


def recovery_code() -> str:
    """What lets somebody in once, of six such groups (117 bits: none is tried against its hash,
    OWASP ASVS 4.0.3, 2.6.2)."""
    return _groups(6)


def _groups(number: int) -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(number))


@cache
def _nobodys() -> str:
    return hash_password("nobody")
