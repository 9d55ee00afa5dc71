"""The public list of cases: what happened to each, and nothing of who applied."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, within
from requestflow.cases import VOID, Case, CaseEvent, page_key
from requestflow.law import HOME, Label, law_pack, measured, report_form_for
from requestflow.reported_figures import FigureChange
from requestflow.statistics.aggregation import cell_id

OPEN_DATA_PAGE = 100
OPEN_DATA_MOST = 1000


@dataclass(frozen=True)
class Column:
    """A column of the list: its name, its type, what it says."""

    name: str
    type: str
    meaning: Label


OPEN_DATA_COLUMNS = (
    Column(
        "number",
        "text",
        Label(
            zh="申请编号",
            en="Request number",
        ),
    ),
    Column(
        "unit",
        "code",
        Label(
            zh="办理单位代码",
            en="Code of the responsible public body",
        ),
    ),
    Column(
        "unit_name",
        "text",
        Label(
            zh="办理单位名称",
            en="Name of the public body",
        ),
    ),
    Column(
        "law",
        "code",
        Label(
            zh="适用的条例：cn-2008 为国务院令第492号，cn-2019 为第711号",
            en="Applicable law: cn-2008 is Order No. 492, cn-2019 is Order No. 711",
        ),
    ),
    Column(
        "received_on",
        "date",
        Label(
            zh="收到申请之日",
            en="Date of receipt",
        ),
    ),
    Column(
        "concluded_on",
        "date",
        Label(
            zh="办结之日；未办结为空",
            en="Date concluded; empty while open",
        ),
    ),
    Column(
        "outcome",
        "code",
        Label(
            zh="办理结果代码；未办结为空",
            en="Outcome code; empty while open",
        ),
    ),
    Column(
        "outcome_name",
        "text",
        Label(
            zh="办理结果",
            en="Outcome",
        ),
    ),
    Column(
        "ground",
        "code",
        Label(
            zh="理由代码；没有理由为空",
            en="Ground code; empty if there is none",
        ),
    ),
    Column(
        "ground_name",
        "text",
        Label(
            zh="理由",
            en="Ground",
        ),
    ),
    Column(
        "days_taken",
        "integer",
        Label(
            zh="答复所用工作日，已扣除依法不计的时间；未办结为空",
            en="Working days taken to reply, excluding days not counted; empty while open",
        ),
    ),
)


@dataclass(frozen=True)
class OpenDataQuery:
    """What the list is narrowed to; None means anything."""

    unit_path: str | None = None
    year: int | None = None
    outcome: str | None = None
    law: str | None = None
    condition: ColumnElement[bool] | None = None


def public_cases(
    session: Session, requested: OpenDataQuery, after: str | None = None, size: int = OPEN_DATA_PAGE
) -> tuple[Sequence[Any], str | None]:
    """A page of the list, the newest first, and the key of the next page; NotFound for a key that
    is none."""
    query = (
        select(
            Case.id,
            Case.number,
            Unit.code.label("unit"),
            Unit.name.label("unit_name"),
            Case.law,
            Case.received_on,
            Case.concluded_on,
            Case.outcome,
            Case.ground,
            Case.days_taken,
        )
        .join(Unit, Unit.id == Case.unit_id)
        .where(Case.stage != VOID)
        .order_by(Case.received_on.desc(), Case.id.desc())
    )
    if requested.unit_path:
        query = query.where(Case.unit_id.in_(select(Unit.id).where(within(requested.unit_path))))
    if requested.year is not None:
        first, last = date(requested.year, 1, 1), date(requested.year, 12, 31)
        query = query.where(Case.received_on.between(first, last))
    if requested.outcome:
        query = query.where(Case.outcome == requested.outcome)
    if requested.law:
        query = query.where(Case.law == requested.law)
    if requested.condition is not None:
        query = query.where(requested.condition)
    if after:
        query = query.where(tuple_(Case.received_on, Case.id) < page_key(after))
    size = max(1, min(size, OPEN_DATA_MOST))
    rows = list(session.execute(query.limit(size + 1)))
    more = rows[size - 1] if len(rows) > size else None
    return rows[:size], f"{more.received_on.isoformat()}_{more.id}" if more else None


@cache
def figures_listed(year: int, jurisdiction: str = HOME) -> frozenset[str]:
    """The figures of which the public list may say which cases they counted: those that count
    cases, not money, since whose fee was waived is theirs to tell; and not one kind of applicant
    only, which would tell of each case who applied."""
    return frozenset(
        cell_id(table, row, column)
        for table in report_form_for(year, jurisdiction).tables
        if table.source == "cases"
        for row in table.rows
        for column in table.columns or (None,)
        if measured(row, column) == "count"
        and row.ratio is None
        and not any("applicant" in line.when for line in (row, column) if line)
    )


def open_data_record(row: Any, locale: str) -> dict[str, Any]:
    """A row of the list with its columns in order."""
    law = law_pack(row.law)
    outcome, ground = law.outcome(row.outcome), law.ground(row.ground)
    return {
        "number": row.number,
        "unit": row.unit,
        "unit_name": row.unit_name,
        "law": row.law,
        "received_on": row.received_on.isoformat(),
        "concluded_on": row.concluded_on.isoformat() if row.concluded_on else None,
        "outcome": row.outcome,
        "outcome_name": outcome.label.text(locale) if outcome else None,
        "ground": row.ground,
        "ground_name": ground.label.text(locale) if ground else None,
        "days_taken": row.days_taken,
    }


def state_of_figures(session: Session) -> str:
    """What changes whenever a figure may: with a case or a unit, or with a count or a reported
    figure."""
    changes = session.scalar(_LAST_CHANGE) or 0
    return f"{state_of_records(session)}|{changes}"


_LAST_CHANGE = select(func.max(FigureChange.id))
_NAMES = func.coalesce(func.aggregate_strings(Unit.code + "=" + Unit.name, "|"), "")
_LAST_EVENT_AND_NAMES = select(
    select(func.max(CaseEvent.id)).scalar_subquery(), select(_NAMES).scalar_subquery()
)
UNDER_WAY = """
    SELECT coalesce(string_agg(xid::text, ','), '')
    FROM pg_snapshot_xip(pg_current_snapshot()) AS xid
    WHERE xid::xid::text NOT IN (
        SELECT backend_xid::text FROM pg_stat_activity
        WHERE datname <> current_database() AND backend_xid IS NOT NULL
    )
"""
"""The transactions of PostgreSQL whose changes are not seen yet: one of them may hold an event with
a lower number than the last."""


def state_of_records(session: Session) -> str:
    """What changes whenever a case does, or a unit's name: the last event, those who are still
    writing, the names."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    last, named = session.execute(_LAST_EVENT_AND_NAMES).one()
    writing = session.scalar(sql(UNDER_WAY)) if postgresql else ""
    digest = hashlib.sha256(named.encode()).hexdigest()[:16]
    return f"{last or 0}|{writing}|{digest}"
