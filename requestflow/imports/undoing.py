"""Taking back what was stored of a file, while nothing has followed."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Person, Unit, unit_by_code
from requestflow.calendars import (
    CalendarFile,
    calendar_for,
    change_calendar,
    reopen_years,
)
from requestflow.cases import Case, load_cases, move_due_days
from requestflow.foundation import Conflict, text
from requestflow.imports.kinds import Job, calendar_days
from requestflow.imports.models import ImportedCase
from requestflow.law import HOME
from requestflow.ledger import StoredCase, undo_case
from requestflow.publications import ItemChanges, undo_items
from requestflow.reported_figures import undo_figures

CHUNK = 200


def undo(job: Job) -> None:
    """Takes back what an import stored, all or nothing; Conflict where anything followed."""
    _UNDO[job.row.kind](job)


def _ledger(job: Job) -> None:
    for rows in _imported(job.session, job.row.id):
        views = load_cases(job.session, [number for _, number in rows])
        for item, number in rows:
            party = json.loads(item.party_before) if item.party_before else None
            stored = StoredCase(item.case_id, item.version, item.added, party)
            undo_case(job.session, job.cases, job.actor, views[number], stored, job.now)
        job.session.expire_all()


def _imported(session: Session, import_id: int) -> Iterator[Sequence[Any]]:
    after = 0
    while True:
        rows = session.execute(
            select(ImportedCase, Case.number)
            .join(Case, Case.id == ImportedCase.case_id)
            .where(ImportedCase.import_id == import_id, ImportedCase.case_id > after)
            .order_by(ImportedCase.case_id)
            .limit(CHUNK)
        ).all()
        if not rows:
            return
        after = rows[-1][0].case_id
        yield rows


def _figures(job: Job) -> None:
    before = _before(job)
    if before["figures"] == "items":
        return undo_items(job.session, _item_changes(before))
    at = datetime.fromisoformat(before["at"])
    undo_figures(job.session, job.actor, before["figures"], at, job.now)


def _item_changes(kept: Mapping[str, Any]) -> ItemChanges:
    """What a list of published items has changed, from what is kept of it."""
    if "items" not in kept:
        raise Conflict(
            text("This list was imported before what it changed was kept."),
            text("Import a corrected list: it replaces items of the same number."),
        )

    def dated(item: Mapping[str, Any]) -> dict[str, Any]:
        return {**item, "day": date.fromisoformat(item["day"])}

    before = {number: item and dated(item) for number, item in kept["items"].items()}
    after = {number: dated(item) for number, item in kept["after"].items()}
    return ItemChanges(before, after, 0)


def _units(job: Job) -> None:
    session, kept = job.session, _before(job)
    before: Mapping[str, Mapping[str, str | None] | None] = kept["units"]
    for code, values in reversed(list(before.items())):
        unit = unit_by_code(session, code)
        if values is None:
            _require_unused(session, unit)
            session.delete(unit)
            session.flush()
            continue
        for name, value in values.items():
            if getattr(unit, name) != kept["after"][code][name]:
                raise _changed_since(unit.name)
            setattr(unit, name, value)


def _require_unused(session: Session, unit: Unit) -> None:
    for table, column in ((Case, Case.unit_id), (Person, Person.unit_id), (Unit, Unit.parent_id)):
        if session.scalar(select(func.count()).select_from(table).where(column == unit.id)):
            raise Conflict(
                text("%(unit)s has cases, people or units by now.", unit=unit.name),
                text("It cannot be taken back."),
            )


def _calendar(job: Job) -> None:
    session, kept = job.session, _before(job)
    unit = unit_by_code(session, kept["unit"]) if kept["unit"] else None
    before = {date.fromisoformat(day): what for day, what in kept["days"].items()}
    where = kept.get("jurisdiction", HOME)
    now = calendar_days(session, before, unit, where)
    for day, what in now.items():
        if what != kept["after"][day]:
            raise _changed_since(day)
    days = {day: (what[0], what[1]) for day, what in before.items() if what}
    usual = {day for day, what in before.items() if what is None}
    change_calendar(session, CalendarFile(days, usual, jurisdiction=where), unit)
    if unit is None:
        reopen_years(session, kept["announced"], where)
    move_due_days(
        session, job.cases, Actor.system(), lambda path: calendar_for(session, path), job.now
    )


def _changed_since(name: str) -> Conflict:
    return Conflict(
        text("%(name)s has changed since the import.", name=name),
        text("Import a corrected file instead."),
    )


def _before(job: Job) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(job.row.before or "{}")
    return kept


_UNDO: dict[str, Callable[[Job], None]] = {
    "ledger": _ledger,
    "figures": _figures,
    "units": _units,
    "calendar": _calendar,
}
