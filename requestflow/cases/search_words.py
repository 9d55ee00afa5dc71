"""Finding cases by words of what is encrypted: pairs of neighbouring characters and whole Latin
words, each as a digest under a key of the database (a blind index), in no order.

Who has the database alone learns which cases share a word.
"""

import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, column, delete, func, insert, or_, select, table
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from requestflow.cases.models import Case, CaseWords
from requestflow.foundation import bigrams, data_key

About = Literal["subject", "applicant"]
NAMES = ("name", "legal_representative", "contact_person", "representative")
PHONES = ("phone", "representative_phone")
LAST_DIGITS = 4
"""By which people at a counter ask for a number of telephone."""
MOST_WORDS = 40
LENGTH = 7
_INDEX = table("case_words_index", column("rowid"))


@lru_cache(maxsize=50_000)
def _digest(key: bytes, word: str) -> str:
    # A letter first, so that no database takes one for a number.
    return "w" + hmac.digest(key, word.encode(), "sha256").hex()[:LENGTH]


def _words(words: Iterable[str]) -> str:
    key = data_key("words")
    return " ".join(sorted({_digest(key, word) for word in words}))


def words_of_subject(subject: str) -> tuple[About, str]:
    """The words of a subject."""
    return "subject", _words(f"subject:{word}" for word in bigrams(subject))


def words_of_party(details: Mapping[str, str | None]) -> tuple[About, str]:
    """The words of an applicant's names, and the telephone numbers."""
    names = [name for name in map(details.get, NAMES) if name]
    words = [f"name:{word}" for name in names for word in (name[0], *bigrams(name))]
    for number in filter(None, (_digits(details.get(field) or "") for field in PHONES)):
        words += [f"phone:{number}", f"phone:{number[-LAST_DIGITS:]}"]
    return "applicant", _words(words)


def _digits(value: str) -> str:
    """The digits of a telephone number, without what is written between them or before it
    (+86)."""
    plain = unicodedata.normalize("NFKC", value).strip().removeprefix("+86")
    return "".join(letter for letter in plain if letter.isdecimal())


def words_row(case_id: int, words: tuple[About, str]) -> dict[str, Any]:
    """A row of `case_words`."""
    return {"case_id": case_id, "about": words[0], "words": words[1]}


def store_words(session: Session, case_id: int, words: tuple[About, str]) -> None:
    """Lets a case be found by words, and by those of the same kind before no more."""
    about = CaseWords.about == words[0]
    session.execute(delete(CaseWords).where(CaseWords.case_id == case_id, about))
    session.execute(insert(CaseWords), [words_row(case_id, words)])


def matches(session: Session, asked: str) -> ColumnElement[bool] | None:
    """The condition on cases whose subject, or whose applicant's name or number of telephone, holds
    all that was asked for; None where it has no word."""
    found = list(dict.fromkeys(bigrams(asked)))[:MOST_WORDS]
    if not found:
        return None
    kinds = [[f"{kind}:{word}" for word in found] for kind in ("subject", "name")]
    number = _digits(asked)
    if len(number) >= LAST_DIGITS:
        kinds.append([f"phone:{number}"])
    return or_(*(_held(session, place, _words(words)) for place, words in enumerate(kinds)))


def _held(session: Session, place: int, words: str) -> ColumnElement[bool]:
    """The condition on cases that hold all of some digests."""
    name, query = f"words_{place}", select(CaseWords.case_id)
    if session.get_bind().dialect.name == "postgresql":
        vector = func.to_tsvector(sql("'simple'"), CaseWords.words)
        asked = func.to_tsquery("simple", " & ".join(words.split()))
        query = query.where(vector.op("@@")(asked))
    else:
        query = query.join(_INDEX, _INDEX.c.rowid == CaseWords.id)
        held = sql(f"case_words_index MATCH :{name}")
        query = query.where(held.bindparams(**{name: " AND ".join(words.split())}))
    return Case.id.in_(query)
