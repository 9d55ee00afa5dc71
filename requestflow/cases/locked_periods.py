"""Years whose figures have been handed in: what is recorded into them afterwards needs a reason.

A unit's report covers the unit and all below it, so a lock on a unit holds for these as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.accounts import Unit
from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.foundation import Model, UtcDateTime, insert_once, text


class LockedPeriod(Model):
    """That a unit's figures of a year have been handed in, and since when."""

    __tablename__ = "locked_periods"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def lock_period(session: Session, unit: Unit, year: int, now: datetime) -> None:
    """Locks a year of a unit and all below it; twice is once. Steps that are being taken are
    waited for, so that figures that are read afterwards hold them."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(HANDING_IN)))
    insert_once(session, LockedPeriod, {"unit_id": unit.id, "year": year, "since": now})


def open_period(session: Session, unit: Unit, year: int) -> None:
    """Takes a lock back: the report was returned."""
    session.execute(
        delete(LockedPeriod).where(LockedPeriod.unit_id == unit.id, LockedPeriod.year == year)
    )


@dataclass(frozen=True)
class PeriodLocks:
    """All locks there are: a few rows for each unit and year."""

    found: tuple[tuple[str, int], ...] = ()

    def years(self, unit_path: str) -> frozenset[int]:
        """The years that are locked for the unit of that path: by its own report or one above."""
        return frozenset(year for path, year in self.found if unit_path.startswith(path))

    def years_of(self, unit_paths: Iterable[str]) -> frozenset[int]:
        """The years that are locked for any of these units."""
        return frozenset(year for path in unit_paths for year in self.years(path))


HANDING_IN = 7_115_101
"""The advisory lock of PostgreSQL by which a step and a handing in wait for each other; SQLite has
one writer at a time."""


def period_locks(session: Session) -> PeriodLocks:
    """Reads the locks; none is added until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock_shared(HANDING_IN)))
    query = select(Unit.path, LockedPeriod.year).join(Unit, Unit.id == LockedPeriod.unit_id)
    return PeriodLocks(tuple((path, year) for path, year in session.execute(query)))


def require_late_reason(
    locked: frozenset[int], history: Sequence[Event], added: Iterable[Event]
) -> None:
    """Raises StepRefused, at `late_reason`, for the first event that takes effect in a locked year
    and gives no reason. A correction takes effect on the days that it changes."""
    if not locked:
        return
    for event in added:
        hit = sorted({day.year for day in days_of(history, event)} & locked)
        if hit and not (event.data.get("late_reason") or event.kind == "corrected"):
            raise StepRefused(
                text("The figures for %(year)s have already been submitted.", year=hit[0]),
                "late_reason",
                hint=text(
                    "Enter why this is being recorded late. It will appear as a difference from "
                    "the submitted figures."
                ),
            )


def add_late_reason(
    events: Sequence[Event], locked: frozenset[int], reason: str | None
) -> list[Event]:
    """The events, those of a locked year that give no reason of their own with that one."""
    return [
        replace(event, data={**event.data, "late_reason": reason})
        if reason
        and {day.year for day in days_of(events, event)} & locked
        and not event.data.get("late_reason")
        else event
        for event in events
    ]


def days_of(history: Sequence[Event], event: Event) -> list[date]:
    """The legal days that an event touches: its own; of a correction those that it changes; of a
    transfer also that of receipt, since the application then counts for another unit."""
    if event.kind == "due_days_moved":
        return []
    if event.kind == "transferred" and history:
        return [event.day, history[0].day]
    if event.kind == "voided":
        return [item.day for item in history]
    if event.kind != "corrected":
        return [event.day]
    by_key = {item.key: item.day for item in history}
    results = []
    for change in event.data["changes"]:
        results += _days_changed(change, by_key)
    return results


def _days_changed(change: Mapping[str, Any], by_key: Mapping[str, date]) -> list[date]:
    days = [by_key[change["key"]]] if change.get("key") in by_key else []
    if change.get("day"):
        days.append(date.fromisoformat(change["day"]))
    return days
