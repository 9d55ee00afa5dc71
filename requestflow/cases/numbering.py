"""Giving out case numbers: without gaps for each unit and year, also to two at once."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases.models import Case, CaseNumber
from requestflow.foundation import Text, insert_once, text
from requestflow.spreadsheets import normal_identifier

LONGEST_NUMBER = 60


def number_problem(number: str) -> Text | None:
    """Why a number cannot be a case's: it is part of the address of its page."""
    if len(number) > LONGEST_NUMBER:
        return text("A number may have %(number)s characters.", number=LONGEST_NUMBER)
    if any(c in "/\\" or c.isspace() or not c.isprintable() for c in number):
        return text("A number cannot contain spaces, slashes or invisible characters.")
    if not number.strip("."):
        return text("A number cannot consist of dots only.")
    return None


def number_forms(typed: str) -> tuple[str, ...]:
    """The numbers that somebody can mean who typed one: in its normal form, and in capitals."""
    normal = normal_identifier(typed)[:LONGEST_NUMBER]
    return tuple(dict.fromkeys((normal, normal.upper())))


def next_number(session: Session, unit: Unit, year: int) -> str:
    """The next free number of a unit in a year, such as LZ-S01-2026-0007; without gaps."""
    counted = (
        update(CaseNumber)
        .where(CaseNumber.unit_id == unit.id, CaseNumber.year == year)
        .values(last=CaseNumber.last + 1)
        .returning(CaseNumber.last)
        .execution_options(synchronize_session=False)
    )
    while True:
        last = session.scalar(counted)
        if last is None:
            insert_once(session, CaseNumber, {"unit_id": unit.id, "year": year, "last": 0})
            continue
        number = f"{unit.code}-{year}-{last:04d}"
        # A register that was taken in may hold numbers that were never given out here.
        if session.scalar(select(Case.id).where(Case.number == number)) is None:
            return number
