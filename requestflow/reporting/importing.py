"""Counts and reported figures taken in from files, around the years handed in."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from requestflow.accounts import Actor
from requestflow.cases import period_locks
from requestflow.reported_figures import ImportResult, import_figures


def import_counts(
    session: Session, actor: Actor, path: Path, now: datetime, late_reason: str = ""
) -> ImportResult:
    """Takes in a CSV of counts or reported figures. RequestflowError where a line is faulty, or
    changes a year that was handed in and no `late_reason` says why."""
    result = period_locks(session)
    return import_figures(
        session,
        actor,
        path,
        now,
        lambda unit, year: year in result.years(unit),
        late_reason.strip(),
    )
