"""When the calendar changes: which open cases' due days move, and moving them with an event."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.calendars import version_of
from requestflow.cases.commands import Step
from requestflow.cases.history import effective, project
from requestflow.cases.loading import load_events
from requestflow.cases.models import Case, CaseDeadline
from requestflow.cases.projection import deadlines_of, stored_deadlines
from requestflow.cases.service import CaseService
from requestflow.law import Deadline, WorkingCalendar

CHUNK = 200
NEVER = (None, False)


@dataclass(frozen=True)
class DueDayMove:
    """A due day that moves (or stays, and is no longer provisional)."""

    number: str
    kind: str
    key: str
    before: date | None
    after: date | None


def due_day_moves(
    session: Session, calendar_of: Callable[[str], WorkingCalendar], due_from: date | None = None
) -> Iterator[tuple[str, list[DueDayMove]]]:
    """For each open case whose stored due days differ under the calendar of its unit: the
    jurisdiction and the moves.

    `calendar_of` gives the calendar for a unit's path; `due_from` leaves out cases of which nothing
    is due on that day or later.
    """
    after = 0
    deadlines = select(CaseDeadline.id).where(CaseDeadline.case_id == Case.id)
    if due_from is not None:
        deadlines = deadlines.where(CaseDeadline.due >= due_from)
    has_deadline = deadlines.exists()
    while True:
        query = (
            select(Case.id, Case.number, Unit.path, Unit.jurisdiction)
            .join(Unit, Unit.id == Case.unit_id)
            .where(Case.id > after, has_deadline)
            .order_by(Case.id)
            .limit(CHUNK)
        )
        cases = list(session.execute(query))
        if not cases:
            return
        for case_id, number, path, jurisdiction in cases:
            result = _moves_of(session, case_id, number, calendar_of(path))
            if result:
                yield jurisdiction, result
        after = cases[-1][0]


def _moves_of(
    session: Session, case_id: int, number: str, calendar: WorkingCalendar
) -> list[DueDayMove]:
    events = load_events(session, case_id)
    state = project(number, events)
    return moves_between(
        number,
        session.scalars(select(CaseDeadline).where(CaseDeadline.case_id == case_id)),
        stored_deadlines(state, deadlines_of(state, effective(events), calendar)),
    )


def moves_between(
    number: str, stored: Iterable[CaseDeadline], counted: Iterable[Deadline]
) -> list[DueDayMove]:
    """What differs between the deadlines that are stored and those counted now; one that is gone
    has no day after, one that is new none before."""
    before = {(row.kind, row.key): (row.due, row.provisional) for row in stored}
    after = {(item.kind, item.key): (item.due, item.provisional) for item in counted}
    return [
        DueDayMove(number, *key, before.get(key, NEVER)[0], after.get(key, NEVER)[0])
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def moved_step(moves: Sequence[DueDayMove], calendar: int, day: date, by_law: bool = False) -> Step:
    """The step that records what moved; `by_law`: not the calendar has changed but the count."""
    written = [
        {
            "kind": item.kind,
            "key": item.key,
            "from": item.before.isoformat() if item.before else None,
            "to": item.after.isoformat() if item.after else None,
        }
        for item in moves
    ]
    data = {"calendar": calendar, "moves": written, "by_law": by_law}
    return Step("due_days_moved", day, data)


def move_due_days(
    session: Session,
    cases: CaseService,
    actor: Actor,
    calendar_of: Callable[[str], WorkingCalendar],
    now: datetime,
    due_from: date | None = None,
) -> list[DueDayMove]:
    """Moves the due days of every case that the changed calendar touches, with an event each."""
    version = version_of(session)
    moved: list[DueDayMove] = []
    for jurisdiction, result in due_day_moves(session, calendar_of, due_from):
        step = moved_step(result, version, cases.day_of(now, jurisdiction))
        cases.take_step(session, actor, result[0].number, [step], now)
        moved.extend(result)
    return moved
