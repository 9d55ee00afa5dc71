"""The calendar as the clock asks it, for each unit, kept in memory by version."""

import csv
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import delete, event, func, insert, literal_column, select
from sqlalchemy.orm import Session, SessionTransaction

from requestflow.accounts import Unit
from requestflow.calendars.models import CalendarDay, CalendarVersion, CalendarYear, UnitClosure
from requestflow.calendars.reading import CalendarFile
from requestflow.law import HOME, DayKind, WorkingCalendar, jurisdiction_of

SEED = Path(__file__).parent / "data" / "cn.csv"
SEED_YEARS = range(2004, 2027)

Days = Mapping[date, tuple[DayKind, str]]


@dataclass(frozen=True)
class _Kept:
    """What was read of the stored calendar, by database and version."""

    calendars: dict[tuple[str, int, str, str], WorkingCalendar] = field(default_factory=dict)
    closing: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)


_kept = _Kept()
_lock = threading.Lock()
_OWN = "calendars_changed"
"""Where a session that has changed the calendar keeps what it reads until it commits: its version
is given out again where the change is taken back."""


_VERSION = select(CalendarVersion.version)
_ABROAD = func.aggregate_strings(Unit.path + "=" + Unit.jurisdiction, "|")
_STATE = select(
    _VERSION.scalar_subquery(),
    # A literal, so that the index of those abroad is used.
    select(_ABROAD).where(Unit.jurisdiction != literal_column(f"'{HOME}'")).scalar_subquery(),
)


def version_of(session: Session) -> int:
    """The version of the stored calendar; one row, read at each use."""
    return session.scalar(_VERSION) or 0


def calendar_for(session: Session, unit_path: str = "") -> WorkingCalendar:
    """The working days of a unit: official ones less the closures of it and all above it.

    Kept in memory until the version in the database changes, so no process counts with an old
    calendar and none reads it twice.
    """
    return calendars_for(session, [unit_path])[unit_path]


def calendars_for(session: Session, unit_paths: Iterable[str]) -> dict[str, WorkingCalendar]:
    """The working days of several units by path, with one look at the version. Each unit has the
    days of its jurisdiction; of the empty path, the home one's."""
    version, abroad = session.execute(_STATE).one()
    where = dict(item.rsplit("=", 1) for item in abroad.split("|")) if abroad else {}
    database = str(session.get_bind().engine.url)
    return {
        path: _calendar(session, path, version or 0, database, where.get(path, HOME))
        for path in unit_paths
    }


def calendar_of(session: Session, jurisdiction: str = HOME) -> WorkingCalendar:
    """The working days of a jurisdiction, without the closures of any unit."""
    database = str(session.get_bind().engine.url)
    return _calendar(session, "", version_of(session), database, jurisdiction)


def _calendar(
    session: Session, unit_path: str, version: int, database: str, jurisdiction: str
) -> WorkingCalendar:
    kept: _Kept = session.info.get(_OWN, _kept)
    closing = _closing_unit(session, unit_path, version, database)
    key = (database, version, closing, jurisdiction)
    result = kept.calendars.get(key)
    if result is None:
        closures = _closures(session, closing)
        days, announced = _stored(session, jurisdiction)
        where = jurisdiction_of(jurisdiction)
        result = WorkingCalendar(days, announced, closures, version, where)
        with _lock:
            for old in [k for k in kept.calendars if k[0] == database and k[1] < version]:
                del kept.calendars[old]
            kept.calendars[key] = result
    return result


def _closing_unit(session: Session, unit_path: str, version: int, database: str) -> str:
    """The nearest unit at or above the path that has closures; '' if none (shared calendar)."""
    kept: _Kept = session.info.get(_OWN, _kept)
    closing = kept.closing
    key = (database, version)
    if key not in closing:
        paths = session.scalars(select(Unit.path).join(UnitClosure).distinct())
        with _lock:
            for old in [k for k in closing if k[0] == database]:
                del closing[old]
            closing[key] = frozenset(paths)
    above = [path for path in closing[key] if unit_path.startswith(path)]
    return max(above, key=len, default="")


def _closures(session: Session, unit_path: str) -> dict[date, str]:
    if not unit_path:
        return {}
    codes = unit_path.rstrip("/").split("/")
    paths = ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]
    query = select(UnitClosure.day, UnitClosure.name).join(Unit).where(Unit.path.in_(paths))
    return {day: name for day, name in session.execute(query)}  # noqa: C416 - rows, not pairs


def _stored(
    session: Session, jurisdiction: str
) -> tuple[dict[date, tuple[DayKind, str]], frozenset[int]]:
    days: dict[date, tuple[DayKind, str]] = {
        day: ("working" if kind == "working" else "holiday", name)
        for day, kind, name in session.execute(
            select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).where(
                CalendarDay.jurisdiction == jurisdiction
            )
        )
    }
    announced = select(CalendarYear.year).where(
        CalendarYear.jurisdiction == jurisdiction, CalendarYear.announced
    )
    return days, frozenset(session.scalars(announced))


def preview_calendar(
    session: Session, file: CalendarFile, unit: Unit | None, unit_path: str
) -> WorkingCalendar:
    """The calendar of the unit at `unit_path` as it would be after the change; stores nothing."""
    now = calendar_for(session, unit_path)
    if unit is None:
        if now.jurisdiction.code != file.jurisdiction:
            return now
        stored = {day: what for day, what in now.days.items() if day not in file.usual}
        days = {**stored, **file.days}
        announced = now.announced | set(file.announces)
        return WorkingCalendar(days, announced, now.closures, now.version, now.jurisdiction)
    if not unit_path.startswith(unit.path):
        return now
    added = {day: name for day, (_, name) in file.days.items()}
    closures = {day: name for day, name in now.closures.items() if day not in file.usual}
    closures |= added
    return WorkingCalendar(now.days, now.announced, closures, now.version, now.jurisdiction)


def change_calendar(session: Session, file: CalendarFile, unit: Unit | None) -> None:
    """Stores a calendar file: changes the days that it names and no others, and marks the years
    announced whose notice it holds whole; or, for a unit, adds the file's days as closures of the
    unit and all below it, and takes back those that are like any other again."""
    if unit is None:
        where = file.jurisdiction
        named = (CalendarDay.jurisdiction == where, CalendarDay.day.in_(file.named))
        session.execute(delete(CalendarDay).where(*named))
        for year in file.announces:
            session.merge(CalendarYear(jurisdiction=where, year=year, announced=True))
        if file.days:
            _insert_days(session, file.days, where)
    else:
        taken_back = (UnitClosure.unit_id == unit.id, UnitClosure.day.in_(list(file.usual)))
        session.execute(delete(UnitClosure).where(*taken_back))
        known = set(session.scalars(select(UnitClosure.day).where(UnitClosure.unit_id == unit.id)))
        session.add_all(
            UnitClosure(unit_id=unit.id, day=day, name=name)
            for day, (_, name) in file.days.items()
            if day not in known
        )
    _count_up(session)


def own_closures(session: Session, unit: Unit) -> dict[date, str]:
    """The days on which a unit itself is closed, without those of the units above it."""
    query = select(UnitClosure.day, UnitClosure.name).where(UnitClosure.unit_id == unit.id)
    return {day: name for day, name in session.execute(query)}  # noqa: C416 - rows, not pairs


def reopen_years(session: Session, years: Iterable[int], jurisdiction: str = HOME) -> None:
    """Takes back that years were announced: what rests on them is provisional again."""
    for year in years:
        session.merge(CalendarYear(jurisdiction=jurisdiction, year=year, announced=False))
    _count_up(session)


def _insert_days(session: Session, days: Days, jurisdiction: str) -> None:
    rows = [
        {"jurisdiction": jurisdiction, "day": day, "kind": kind, "name": name}
        for day, (kind, name) in days.items()
    ]
    session.execute(insert(CalendarDay), rows)


def _count_up(session: Session) -> None:
    row = session.get(CalendarVersion, 1, with_for_update=True)
    if row is None:
        session.add(CalendarVersion(id=1, version=1))
    else:
        row.version += 1
    session.flush()
    session.info[_OWN] = _Kept()


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_OWN, None)


def seed_calendar(session: Session) -> None:
    """Stores the official days that come with requestflow, those of the home jurisdiction, into an
    empty calendar only."""
    if session.scalar(select(CalendarVersion.version)) is not None:
        return
    with SEED.open(encoding="utf-8", newline="") as file:
        days: dict[date, tuple[DayKind, str]] = {
            date.fromisoformat(row["day"]): (
                "working" if row["kind"] == "working" else "holiday",
                row["name"],
            )
            for row in csv.DictReader(file)
        }
    _insert_days(session, days, HOME)
    years = [{"jurisdiction": HOME, "year": year, "announced": True} for year in SEED_YEARS]
    session.execute(insert(CalendarYear), years)
    _count_up(session)


def year_listing(
    session: Session, year: int, jurisdiction: str = HOME
) -> tuple[bool, Iterable[tuple[date, str, str]]]:
    """Whether a year is announced, and its departing days in order; of one that is not, also the
    holidays that the law fixes by itself."""
    where = jurisdiction_of(jurisdiction)
    row = session.get(CalendarYear, (jurisdiction, year))
    announced = bool(row and row.announced)
    query = select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).order_by(CalendarDay.day)
    days = session.execute(
        query.where(
            CalendarDay.jurisdiction == jurisdiction,
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    known = {day: (day, str(kind), str(name)) for day, kind, name in days}
    if where.announced_by is None or not announced:
        fixed = where.fixed_holidays(year).items()
        known |= {day: (day, "holiday", name) for day, name in fixed if day not in known}
    return announced or where.announced_by is None, sorted(known.values())
