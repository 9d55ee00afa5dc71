"""Questions about cases, one function each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, can, sees_subtree, within
from requestflow.cases.loading import CaseView, cipher_of, load_case, no_case
from requestflow.cases.models import Case, CaseEvent, Party
from requestflow.cases.numbering import number_forms
from requestflow.cases.paging import page_key
from requestflow.cases.parties import email_digest, identity_digest, parse_party
from requestflow.cases.projection import event_of
from requestflow.cases.search_words import matches
from requestflow.cases.state import OPEN_STAGES
from requestflow.cases.subjects import subject_column
from requestflow.law import HOME
from requestflow.spreadsheets import clean_text

PAGE = 50
RELATED = 20
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed to; None means anything."""

    unit_path: str | None = None
    stage: str | None = None
    outcome: str | None = None
    due: Literal["overdue", "today", "week", "stopped", "open"] | None = None
    text: str | None = None
    handler: str | None = None
    unassigned: bool = False
    law: str | None = None
    received_from: date | None = None
    received_until: date | None = None
    condition: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Queue:
    """How many open cases wait, by what they wait for; each number is one of a list."""

    mine: int
    unassigned: int
    overdue: int
    today: int
    week: int
    stopped: int
    open: int


@dataclass(frozen=True)
class CasePage:
    """One page of a list; `next_key` leads to the one after."""

    rows: Sequence[Any]
    next_key: str | None


_LISTED = select(
    Case.id,
    Case.number,
    Case.stage,
    Case.received_on,
    Case.concluded_on,
    Case.outcome,
    Case.due_on,
    Case.due_provisional,
    Case.stopped,
    subject_column(),
    Case.law,
    Case.handler,
    Case.version,
    Unit.name.label("unit_name"),
).join(Unit, Unit.id == Case.unit_id)
_OF_UNITS = Case.unit_id.in_(bindparam("units", expanding=True))


def list_cases(
    session: Session,
    actor: Actor,
    narrowed: CaseFilter,
    today: date,
    week_end: date,
    after: str | None = None,
    size: int = PAGE,
) -> CasePage:
    """A page of the cases the actor may see: what is due first on top where open cases are asked
    for, else the newest first. `after` is a page's `next_key`."""
    by_due = _by_due(narrowed)
    query: Select[*tuple[Any, ...]] = _LISTED
    query = _narrowed(query, session, actor, narrowed, today, week_end)
    query = _from_key(query, by_due, bool(narrowed.due), after)
    rows = list(session.execute(query.limit(size + 1)))
    more = len(rows) > size
    return CasePage(rows[:size], _key(rows[size - 1], by_due) if more else None)


def _by_due(narrowed: CaseFilter) -> bool:
    """Whether a list is of what waits, and so in the order in which it is due."""
    if narrowed.due is not None:
        return narrowed.due != "stopped"
    return bool(narrowed.handler) or narrowed.unassigned


def _narrowed(
    query: Select[*tuple[Any, ...]],
    session: Session,
    actor: Actor,
    narrowed: CaseFilter,
    today: date,
    week_end: date,
) -> Select[*tuple[Any, ...]]:
    path, below = sees_subtree(actor)
    requested = narrowed.unit_path
    if requested is not None and requested.startswith(path) and (below or requested == path):
        query = query.where(Case.unit_id.in_(unit_ids(session, requested, exact=not below)))
    elif requested is not None:
        query = query.where(Case.unit_id.in_([]))
    elif path:
        ids = unit_ids(session, path, exact=not below)
        query = query.where(Case.unit_id.in_(ids))
    query = query.where(*_said_of_cases(narrowed))
    if narrowed.text:
        found = [
            Case.number.startswith(form, autoescape=True) for form in number_forms(narrowed.text)
        ]
        held = matches(session, clean_text(narrowed.text))
        query = query.where(or_(*found, *(() if held is None else (held,))))
    if narrowed.condition is not None:
        query = query.where(narrowed.condition)
    return _narrowed_by_due(query, narrowed.due, today, week_end)


def _said_of_cases(narrowed: CaseFilter) -> list[ColumnElement[bool]]:
    """The conditions on single columns."""
    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "stage": lambda value: Case.stage == value,
        "handler": lambda value: and_(Case.handler == value, Case.stage.in_(OPEN_STAGES)),
        "unassigned": lambda _: and_(Case.handler.is_(None), Case.stage.in_(OPEN_STAGES)),
        "law": lambda value: Case.law == value,
        "received_from": lambda value: Case.received_on >= value,
        "received_until": lambda value: Case.received_on <= value,
        "outcome": lambda value: Case.outcome == value,
    }
    requested = {name: getattr(narrowed, name) for name in conditions}
    return [conditions[name](value) for name, value in requested.items() if value]


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(sql_case((and_(*conditions), 1), else_=0)), 0)


_IS_OPEN = Case.stage.in_(OPEN_STAGES)
_TODAY, _WEEK_END = bindparam("today", type_=Date), bindparam("week_end", type_=Date)
_QUEUE = select(
    _number(_IS_OPEN, Case.handler == bindparam("name")),
    _number(_IS_OPEN, Case.handler.is_(None)),
    _number(Case.due_on < _TODAY),
    _number(Case.due_on == _TODAY),
    _number(Case.due_on.between(_TODAY, _WEEK_END)),
    _number(_IS_OPEN, Case.stopped.is_(True)),
    _number(Case.due_on.is_not(None)),
).where(or_(_IS_OPEN, Case.due_on.is_not(None)))
_QUEUE_OF_UNITS = _QUEUE.where(_OF_UNITS)


def queue_of(session: Session, actor: Actor, today: date, week_end: date) -> Queue:
    """The counts over the cases the actor may see, in one query; the lists' own conditions."""
    given: dict[str, Any] = {"name": actor.name, "today": today, "week_end": week_end}
    path, below = sees_subtree(actor)
    query = _QUEUE
    if path:
        query = _QUEUE_OF_UNITS
        given["units"] = unit_ids(session, path, exact=not below)
    return Queue(*(int(value) for value in session.execute(query, given).one()))


def _narrowed_by_due(
    query: Select[*tuple[Any, ...]], due: str | None, today: date, week_end: date
) -> Select[*tuple[Any, ...]]:
    if due == "overdue":
        return query.where(Case.due_on < today)
    if due == "today":
        return query.where(Case.due_on == today)
    if due == "week":
        return query.where(Case.due_on.between(today, week_end))
    if due == "stopped":
        return query.where(Case.stopped, Case.stage.in_(OPEN_STAGES))
    if due == "open":
        return query.where(Case.due_on.is_not(None))
    return query


@dataclass(frozen=True)
class LateStep:
    """A step recorded after a moment: its kind and legal day, when it was recorded, and why only
    then, where it says so."""

    kind: str
    day: date
    recorded_at: datetime
    reason: str | None


def steps_since(
    session: Session, case_ids: Sequence[int], moment: datetime
) -> Mapping[int, Sequence[LateStep]]:
    """What was recorded of these cases after a moment, by case, in order."""
    query = (
        select(CaseEvent, Case)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.case_id.in_(case_ids), CaseEvent.recorded_at > moment)
        .order_by(CaseEvent.case_id, CaseEvent.sequence)
    )
    results: dict[int, list[LateStep]] = {}
    for row, case in session.execute(query):
        data = event_of(row, cipher_of(case)).data
        # A correction says why by itself.
        reason = data.get("reason" if row.kind == "corrected" else "late_reason")
        step = LateStep(row.kind, row.day, row.recorded_at, reason)
        results.setdefault(row.case_id, []).append(step)
    return results


_UNIT_IDS = select(Unit.id).where(Unit.path == bindparam("path"))
_UNIT_IDS_WITHIN = select(Unit.id).where(
    func.substr(Unit.path, 1, bindparam("length")) == bindparam("path")
)


def jurisdiction_of_case(session: Session, number: str) -> str:
    """The jurisdiction of the unit in charge of a case; the home one where there is none."""
    query = select(Unit.jurisdiction).join(Case, Case.unit_id == Unit.id)
    return session.scalar(query.where(Case.number == number)) or HOME


def unit_ids(session: Session, path: str, exact: bool = False) -> list[int]:
    """The ids of the unit at a path and, unless `exact`, of all below it."""
    if exact:
        return list(session.scalars(_UNIT_IDS, {"path": path}))
    return list(session.scalars(_UNIT_IDS_WITHIN, {"path": path, "length": len(path)}))


def cases_in_hand(session: Session, username: str) -> list[tuple[Unit, int]]:
    """The units with open cases in somebody's name, and how many each has: as many as its list
    shows when it is narrowed to them."""
    query = (
        select(Case.unit_id, func.count())
        .where(Case.handler == username, Case.stage.in_(OPEN_STAGES))
        .group_by(Case.unit_id)
    )
    numbers = dict(session.execute(query).all())
    units = select(Unit).where(Unit.id.in_(numbers)).order_by(Unit.path)
    return [(unit, numbers[unit.id]) for unit in session.scalars(units)]


def open_cases_of(
    session: Session, username: str, most: int
) -> Mapping[int, Sequence[tuple[str, int, date | None]]]:
    """Number, version and due day of the open cases in somebody's name, those first that are due
    first: of each unit, by its key, as many as that."""
    order = (func.coalesce(Case.due_on, NEVER), Case.id)
    place = func.row_number().over(partition_by=Case.unit_id, order_by=order).label("place")
    found = (
        select(Case.unit_id, Case.number, Case.version, Case.due_on, place)
        .where(Case.handler == username, Case.stage.in_(OPEN_STAGES))
        .subquery()
    )
    query = select(found).where(found.c.place <= most).order_by(found.c.unit_id, found.c.place)
    cases: dict[int, list[tuple[str, int, date | None]]] = {}
    for row in session.execute(query):
        cases.setdefault(row.unit_id, []).append((row.number, row.version, row.due_on))
    return cases


def numbers_within(path: str) -> Select[str]:
    """The question for the numbers of the cases of a unit and of all below it."""
    return select(Case.number).join(Unit, Unit.id == Case.unit_id).where(within(path))


def _from_key(
    query: Select[*tuple[Any, ...]], by_due: bool, all_due: bool, after: str | None
) -> Select[*tuple[Any, ...]]:
    # What stands still has no due day; it comes after what is due.
    column: Any = Case.due_on if by_due else Case.received_on
    if by_due and not all_due:
        column = func.coalesce(Case.due_on, NEVER)
    if after:
        key = page_key(after)
        pair = tuple_(column, Case.id)
        query = query.where(pair > key) if by_due else query.where(pair < key)
    if by_due:
        return query.order_by(column, Case.id)
    return query.order_by(column.desc(), Case.id.desc())


def _key(row: Any, by_due: bool) -> str:
    return f"{((row.due_on or NEVER) if by_due else row.received_on).isoformat()}_{row.id}"


def view_case(session: Session, actor: Actor, number: str) -> CaseView:
    """One case with its clock; NotFound where it does not exist or is not theirs to see."""
    case = load_case(session, number)
    path = case.unit.path
    if not (can(actor, "case.read", path) or can(actor, "case.follow", path, case_number=number)):
        raise no_case(number)
    return case


_DETAILS = select(Party.details).where(Party.case_id == bindparam("case_id"))


def party_details(session: Session, case_id: int) -> dict[str, str]:
    """The applicant's personal data, whole; who shows it unmasked records the access."""
    details = session.scalar(_DETAILS, {"case_id": case_id})
    return parse_party(details) if details else {}


_DETAILS_OF = select(Party.case_id, Party.details).where(
    Party.case_id.in_(bindparam("case_ids", expanding=True))
)


def parties_of(session: Session, case_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The same for many cases, by case, in one statement."""
    rows = session.execute(_DETAILS_OF, {"case_ids": case_ids})
    return {case_id: parse_party(details) for case_id, details in rows}


def related_cases(
    session: Session,
    actor: Actor,
    identity_number: str | None,
    email: str | None,
    without: int | None = None,
) -> Sequence[Any]:
    """Cases of the same applicant that the actor may see, the newest first: who asks again for
    the same is answered by pointing to the answer (Order 711 art. 36(6))."""
    same = []
    if identity_number:
        same.append(Party.identity_digest == identity_digest(identity_number))
    if email:
        same.append(Party.email_digest == email_digest(email))
    if not same:
        return []
    path, below = sees_subtree(actor)
    query = (
        select(Case.number, subject_column(), Case.stage, Case.received_on)
        .join(Party, Party.case_id == Case.id)
        .where(or_(*same))
        .order_by(Case.received_on.desc(), Case.id.desc())
        .limit(RELATED)
    )
    if path:
        query = query.where(Case.unit_id.in_(unit_ids(session, path, exact=not below)))
    if without is not None:
        query = query.where(Case.id != without)
    return session.execute(query).all()
