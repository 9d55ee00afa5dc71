"""Tracking codes: made, shown once, checked; only a keyed digest is kept.

A code has 59 random bits, so that nobody guesses it; the key, which is not in the database, keeps
whoever has that from trying codes against it. A slow hash, made for what people think up, would add
nothing. Codes of earlier versions were kept by one and are still known by it.
"""

import hmac
import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.cases import Case, number_forms
from requestflow.citizens.models import TrackingCode
from requestflow.foundation import insert_once, keyed_digest, verify_password

# Without what is easily taken for another: no 0, O, 1, I, L, U.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12


def code_from(secret: str) -> str:
    """The code that belongs to a secret: the same each time, and not to be had without it."""
    number = int(keyed_digest(f"tracking:{secret}"), 16)
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return grouped_code("".join(letters))


def grouped_code(code: str) -> str:
    """A code as people read it: ABCD-EFGH-JKMN."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def plain_code(code: str) -> str:
    """A code as typed, without spaces, dashes and small letters."""
    narrow = unicodedata.normalize("NFKC", code).upper()
    return "".join(letter for letter in narrow if letter.isalnum())[:40]


def give_code(session: Session, case_id: int, now: datetime, secret: str | None = None) -> str:
    """Makes the code of a case and gives it, this once; an earlier one is no longer good."""
    code = code_from(secret or secrets.token_urlsafe(32))
    values = {"code_hash": _digest(case_id, plain_code(code)), "made_at": now}
    if not insert_once(session, TrackingCode, {"case_id": case_id, **values}):
        session.execute(update(TrackingCode).where(TrackingCode.case_id == case_id).values(values))
    return code


def case_of_code(session: Session, number: str, code: str) -> str | None:
    """The number of the case if the code is its, else None."""
    rows = session.execute(
        select(Case.id, Case.number, TrackingCode.code_hash)
        .join(TrackingCode, TrackingCode.case_id == Case.id)
        .where(Case.number.in_(number_forms(number)))
    ).all()
    plain = plain_code(code)
    return next((row.number for row in rows if _fits(row.id, row.code_hash, plain)), None)


def _fits(case_id: int, stored: str, code: str) -> bool:
    if stored.startswith("$argon2"):
        return verify_password(stored, code)
    return hmac.compare_digest(stored, _digest(case_id, code))


def _digest(case_id: int, code: str) -> str:
    return keyed_digest(f"code:{case_id}:{code}")


def code_made_at(session: Session, number: str) -> datetime | None:
    """When the code that is good now was made: what was opened with an earlier one is closed."""
    return session.scalar(
        select(TrackingCode.made_at)
        .join(Case, Case.id == TrackingCode.case_id)
        .where(Case.number == number)
    )
