"""Giving out case numbers: without gaps for each unit and year, also to two at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases.models import Case, CaseNumber
from requestflow.foundation import insert_once


def next_number(session: Session, unit: Unit, year: int) -> str:
    """The next free number of a unit in a year, such as LZ-S01-2026-0007; without gaps."""
    key = {"unit_id": unit.id, "year": year}
    row = session.get(CaseNumber, key, with_for_update=True)
    if row is None:
        insert_once(session, CaseNumber, {**key, "last": 0})
        row = session.get_one(CaseNumber, key, with_for_update=True)
    while True:
        row.last += 1
        number = f"{unit.code}-{year}-{row.last:04d}"
        if session.scalar(select(Case.id).where(Case.number == number)) is None:
            session.flush()
            return number
