"""Figures that a unit reports because no record holds them, around the years handed in."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.cases import locks
from requestflow.foundation import text
from requestflow.publications import FigureRefused, Imported, enter_figure, import_figures
from requestflow.reporting.queries import HANDED_IN, report_of


def import_counts(
    session: Session, actor: Actor, path: Path, now: datetime, late_reason: str = ""
) -> Imported:
    """Takes in a CSV of counts or reported figures. RequestflowError where a line is faulty, or
    changes a year that was handed in and no `late_reason` says why."""
    found = locks(session)
    return import_figures(
        session, actor, path, now, lambda unit, year: year in found.years(unit), late_reason.strip()
    )


def report_figure(
    session: Session,
    actor: Actor,
    unit: Unit,
    year: int,
    said: Mapping[str, str],
    now: datetime,
) -> None:
    """Enters a figure that the unit reports (`figure`, `value`, `measure`, `origin`, and
    `late_reason` where a unit above has handed in the year). FigureRefused."""
    row = report_of(session, unit.id, year)
    handed_in = text("The figures of %(year)s have been handed in.", year=year)
    if row and row.state in HANDED_IN:
        raise FigureRefused("figure", handed_in)
    reason = said.get("late_reason", "")
    if year in locks(session).years(unit.path) and not reason:
        raise FigureRefused("late_reason", handed_in)
    figure, value = said["figure"], said["value"]
    measure, origin = said["measure"], said["origin"]
    enter_figure(session, actor, unit, year, figure, value, measure, origin, now, reason)
