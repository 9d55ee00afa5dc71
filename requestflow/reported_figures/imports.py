"""Importing the units' monthly counts and reported figures from CSV files."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, can, require
from requestflow.foundation import Conflict, RequestflowError, Text, text
from requestflow.publications import (
    ITEM_COLUMNS,
    ChannelCount,
    ItemChanges,
    Publication,
    read_items,
    store_items,
)
from requestflow.reported_figures.models import FigureChange, ReportedFigure
from requestflow.reported_figures.validation import (
    CellWrong,
    FigureInput,
    FigureRefused,
    changes_between,
    parse_figure,
    parse_figure_name,
)
from requestflow.spreadsheets import Column, ListFile, ListRow, read_list

MOST = 10**9


@dataclass(frozen=True)
class ImportResult:
    """What an import did with one file; `items` is what a list of published items has changed."""

    file: str
    kind: str
    added: int
    changed: int
    unchanged: int
    noticed: Sequence[Text] = ()
    items: ItemChanges | None = None


@dataclass(frozen=True)
class _Kind:
    name: str
    table: Any
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    value: tuple[str, ...]


_UNIT = Column("unit", "unit", ("单位", "单位代码"), True)
_MONTH = Column("month", "month", ("月份",), True)
_COUNT = Column("count", "count", ("数量", "条数"), True)
_KINDS = (
    _Kind(
        "publications",
        Publication,
        (_UNIT, _MONTH, Column("category", "category", ("类别",), True), _COUNT),
        ("unit_id", "year", "month", "category"),
        ("count",),
    ),
    _Kind(
        "channels",
        ChannelCount,
        (_UNIT, _MONTH, Column("channel", "channel", ("渠道",), True), _COUNT),
        ("unit_id", "year", "month", "channel"),
        ("count",),
    ),
    _Kind(
        "activity",
        ReportedFigure,
        (
            Column("unit", "unit", ("单位", "单位代码")),
            Column("year", "year", ("年份", "年度"), True),
            Column("figure", "figure", ("指标",), True),
            Column("value", "value", ("数值",), True),
            Column("unit_of_measure", "unit_of_measure", ("计量单位",), True),
            Column("origin", "origin", ("来源", "数据来源")),
            Column("quarter", "quarter", ("季度",)),
        ),
        ("unit_id", "year", "quarter", "figure"),
        ("value", "unit_of_measure", "origin"),
    ),
)


Locked = Callable[[str, int], bool]
"""Whether the figures of a year have been handed in for the unit of a path."""


def import_figures(
    session: Session,
    actor: Actor,
    path: Path,
    now: datetime,
    locked: Locked = lambda _path, _year: False,
    late_reason: str = "",
) -> ImportResult:
    """Takes in one CSV, told apart by its header; the same file twice changes nothing.

    Raises RequestflowError naming every faulty line, and where it changes a year that is `locked`
    and no `late_reason` says why; then nothing of the file is stored.
    """
    require(actor, "case.import")
    units = session.scalars(select(Unit))
    theirs = {unit.code: unit for unit in units if can(actor, "case.import", unit.path)}
    with read_list(path, ITEM_COLUMNS, *(kind.columns for kind in _KINDS)) as file:
        kind = next((kind for kind in _KINDS if kind.columns is file.columns), None)
        noticed = file.unused()
        if kind is None:
            items = read_items(file, theirs)
        else:
            rows = _read(file, kind, theirs)
    if kind is None:
        stored = store_items(session, items)
        numbers = (stored.added, stored.changed, stored.unchanged)
        return ImportResult(path.name, "items", *numbers, noticed, stored)
    # Held, so that a change of somebody else's is not taken for what was there before it.
    years = {row["year"] for row in rows.values()}
    standing = select(kind.table).where(kind.table.year.in_(years)).with_for_update()
    known = {
        tuple(getattr(row, name) for name in kind.key): row for row in session.scalars(standing)
    }
    added = [row for key, row in rows.items() if key not in known]
    entered: dict[str, Any] = {}
    if kind.table is ReportedFigure:
        entered = {"entered_by": actor.name, "entered_at": now}
    changed = 0
    changes = [change for row in added for change in _changes(kind, row, None, actor, now)]
    for key, row in rows.items():
        old = known.get(key)
        message = [name for name in kind.value if name in row]
        if old and any(getattr(old, name) != row[name] for name in message):
            changes += _changes(kind, row, old, actor, now)
            for name, value in {**{name: row[name] for name in message}, **entered}.items():
                setattr(old, name, value)
            changed += 1
    _account_for_late(session, changes, locked, late_reason)
    if added:
        try:
            session.execute(insert(kind.table), [{**row, **entered} for row in added])
        except IntegrityError as error:
            raise Conflict(
                text("Another user added figures from this file in the meantime."),
                text("Import the file again. Figures already imported will not change."),
            ) from error
    if changes:
        session.execute(insert(FigureChange), changes)
    unchanged = len(rows) - len(added) - changed
    return ImportResult(path.name, kind.name, len(added), changed, unchanged, noticed)


def undo_figures(session: Session, actor: Actor, source: str, at: datetime, now: datetime) -> int:
    """Takes back what an import changed at a moment, with a change each; how many. Conflict where a
    figure was changed since."""
    kind = next(kind for kind in _KINDS if kind.name == source)
    made = (FigureChange.source == source, FigureChange.at == at, FigureChange.by == actor.name)
    changes = session.scalars(select(FigureChange).where(*made)).all()
    years = {change.year for change in changes}
    standing = session.scalars(select(kind.table).where(kind.table.year.in_(years)))
    known = {tuple(getattr(row, name) for name in kind.key): row for row in standing}
    for change in changes:
        parts = {
            "unit_id": change.unit_id,
            "year": change.year,
            "month": change.month,
            "quarter": change.quarter,
        }
        key = tuple(parts.get(name, change.name) for name in kind.key)
        row = known.get(key)
        if row is None or getattr(row, kind.value[0]) != change.after:
            raise Conflict(
                text("%(name)s has changed since the import.", name=change.name),
                text("Correct the figure itself."),
            )
        if change.before is None:
            session.delete(row)
        else:
            setattr(row, kind.value[0], change.before)
    reverse = [_reversed(change, actor, now) for change in changes]
    if reverse:
        session.execute(insert(FigureChange), reverse)
    return len(changes)


def _reversed(change: FigureChange, actor: Actor, now: datetime) -> dict[str, Any]:
    """A change that takes another back."""
    return {
        "source": change.source,
        "unit_id": change.unit_id,
        "year": change.year,
        "month": change.month,
        "quarter": change.quarter,
        "name": change.name,
        "before": change.after,
        "after": change.before,
        "measure": change.measure,
        "origin_before": change.origin,
        "origin": change.origin_before,
        "late_reason": change.late_reason,
        "at": now,
        "by": actor.name,
    }


def _account_for_late(
    session: Session, changes: Sequence[dict[str, Any]], locked: Locked, late_reason: str
) -> None:
    """Gives the changes of years that were handed in their reason; RequestflowError without one."""
    ids = {change["unit_id"] for change in changes}
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    late = [c for c in changes if locked(units[c["unit_id"]].path, c["year"])]
    if late and not late_reason:
        first = late[0]
        raise RequestflowError(
            text(
                "The figures for %(year)s for %(unit)s have already been submitted. Lines that "
                "would change submitted figures: %(number)s.",
                year=first["year"],
                unit=units[first["unit_id"]].name,
                number=len(late),
            ),
            text(
                "Use --late-reason to explain the late entry. The figures will appear as a "
                "difference."
            ),
        )
    for change in changes:
        change["late_reason"] = late_reason if change in late else None


def _changes(
    kind: _Kind, row: Mapping[str, Any], old: Any, actor: Actor, now: datetime
) -> list[dict[str, Any]]:
    """The changes that a row of a file makes; what it does not name stays as it was."""

    def as_stated(values: Mapping[str, Any]) -> FigureInput:
        value, *rest = (values.get(name) for name in kind.value)
        return FigureInput(int(value or 0), *rest)

    before = {name: getattr(old, name) for name in kind.value} if old else None
    more = {
        "source": kind.name,
        "unit_id": row["unit_id"],
        "year": row["year"],
        "month": row.get("month"),
        "quarter": row.get("quarter", 0),
        "name": row[kind.key[-1]],
        "at": now,
        "by": actor.name,
    }
    was = as_stated(before) if before else None
    return [
        {**more, **change} for change in changes_between(was, as_stated({**(before or {}), **row}))
    ]


def _read(file: ListFile, kind: _Kind, units: Mapping[str, Unit]) -> dict[tuple[Any, ...], Any]:
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in file.rows():
        try:
            parsed = _parsed(kind, row, units)
        except (CellWrong, FigureRefused) as error:
            row.fault(kind.columns[-1].key, error.text)
            continue
        key = tuple(parsed[name] for name in kind.key)
        if key in rows:
            row.fault(kind.columns[0].key, text("it appears more than once in the file"))
        rows[key] = parsed
    return rows


def _parsed(kind: _Kind, row: ListRow, units: Mapping[str, Unit]) -> dict[str, Any]:
    cells = {column.key: row.value(column.key) for column in kind.columns if row.has(column.key)}
    unit = units.get(cells["unit"]) if cells.get("unit") else next(_roots(units), None)
    if unit is None:
        raise CellWrong(text("unit '%(code)s' does not exist", code=cells.get("unit", "")))
    if kind.name == "activity":
        return _reported(cells, unit)
    # A spreadsheet makes a day of 2014-03.
    month = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(-01)?", cells["month"])
    if not month:
        message = cells["month"]
        raise CellWrong(text("'%(said)s' is not a month; use the format 2014-03", said=message))
    count = cells["count"]
    if not count.isdecimal() or int(count) > MOST:
        raise CellWrong(text("'%(said)s' is not a number of items", said=count))
    name = kind.key[-1]
    return {
        "unit_id": unit.id,
        "year": int(month[1]),
        "month": int(month[2]),
        name: parse_figure_name(cells[name]),
        "count": int(count),
    }


def _reported(cells: Mapping[str, str], unit: Unit) -> dict[str, Any]:
    year = _year(cells["year"])
    message = parse_figure(
        year, cells["figure"], cells["value"], cells["unit_of_measure"], cells.get("origin") or None
    )
    return {
        "unit_id": unit.id,
        "year": year,
        "quarter": _quarter(cells.get("quarter", "")),
        "figure": cells["figure"],
        "value": message.value,
        "unit_of_measure": message.measure,
        **({"origin": message.origin} if "origin" in cells else {}),
    }


def _roots(units: Mapping[str, Unit]) -> Iterator[Unit]:
    return (unit for unit in units.values() if unit.parent_id is None)


def _quarter(value: str) -> int:
    """A quarter of the year, 0 where the figure is of the whole of it."""
    if value and value not in {"1", "2", "3", "4"}:
        raise CellWrong(text("'%(said)s' is not a quarter; use 1 to 4", said=value))
    return int(value or 0)


def _year(value: str) -> int:
    if not value.isdecimal() or not 1949 <= int(value) <= 2099:
        raise CellWrong(text("'%(said)s' is not a year", said=value))
    return int(value)
