"""The sweep: finds by index what somebody must be reminded of, and notes it once for each of them;
`telling` then writes the messages."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import calendars_for
from requestflow.cases import Case
from requestflow.foundation import db, insert_once
from requestflow.law import WorkingCalendar, Zones
from requestflow.notices.groups import ChatGroup
from requestflow.notices.models import Reminder, ReminderSchedule, SweepRecord
from requestflow.notices.office_deadlines import plan_office_deadlines
from requestflow.notices.outbox import Recipient, name_of
from requestflow.notices.recipients import Staff, staff
from requestflow.notices.rules import ReminderRule, next_day, reached, rules_for
from requestflow.notices.unit_rules import all_unit_rules

BATCH = 200
log = structlog.get_logger()


@dataclass(frozen=True)
class SweepResult:
    """What a sweep found and did."""

    due: int
    reminded: int
    failed: int


@dataclass(frozen=True)
class _Due:
    row: ReminderSchedule
    handler: str | None
    unit: Unit
    owner: int | None


@dataclass(frozen=True)
class _Known:
    """What the items of a batch share: by jurisdiction the day, by day the people, by a unit's path
    its rules and calendar."""

    days: Mapping[str, date]
    people: Mapping[date, Staff]
    rules: Mapping[str, Sequence[ReminderRule]]
    calendars: Mapping[str, WorkingCalendar]


def sweep(zones: Zones, now: datetime) -> SweepResult:
    """Notes everything that somebody must be reminded of by now. Safe to run twice, and in
    parallel."""
    due = reminded = failed = 0
    with db.transaction() as session:
        days = days_in_use(session, zones, now)
        plan_office_deadlines(session, days)
    while True:
        with db.transaction() as session:
            batch = _claim(session, days)
            known = _known(session, batch, days)
            for item in batch:
                try:
                    with session.begin_nested():
                        reminded += _remind(session, item, known, now)
                except Exception as error:  # one bad row must not keep the others from being told
                    failed += 1
                    log.exception("reminder failed", subject=item.row.subject, kind=item.row.kind)
                    _postpone(session, item.row.id, days[item.unit.jurisdiction], error)
            due += len(batch)
            if len(batch) < BATCH:
                _record(session, now, SweepResult(due, reminded, failed))
                return SweepResult(due, reminded, failed)


def days_in_use(session: Session, zones: Zones, now: datetime) -> dict[str, date]:
    """The day that it is for the units of each jurisdiction."""
    codes = session.scalars(select(Unit.jurisdiction).distinct())
    return {code: zones.day_of(now, code) for code in codes}


def is_due(days: Mapping[str, date]) -> ColumnElement[bool]:
    """What stands on the schedule for a day that has come for its unit."""
    if len(set(days.values())) < 2:
        return ReminderSchedule.next_on <= max(days.values(), default=date.min)
    return or_(
        *(
            and_(Unit.jurisdiction == code, ReminderSchedule.next_on <= d)
            for code, d in days.items()
        )
    )


def _claim(session: Session, days: Mapping[str, date]) -> list[_Due]:
    query = (
        select(ReminderSchedule, Case.handler, Unit, Case.unit_id)
        .outerjoin(Case, Case.id == ReminderSchedule.case_id)
        .join(Unit, Unit.id == ReminderSchedule.unit_id)
        .where(is_due(days))
        .order_by(ReminderSchedule.next_on, ReminderSchedule.id)
        .limit(BATCH)
        .with_for_update(of=ReminderSchedule, skip_locked=True)
    )
    return [_Due(*row) for row in session.execute(query)]


def _known(session: Session, batch: Sequence[_Due], days: Mapping[str, date]) -> _Known:
    own, paths = all_unit_rules(session), {item.unit.path for item in batch}
    rules = {path: rules_for(own, path) for path in paths}
    people = {day: staff(session, day) for day in set(days.values())}
    return _Known(days, people, rules, calendars_for(session, paths))


def _remind(session: Session, item: _Due, known: _Known, now: datetime) -> int:
    row, today = item.row, known.days[item.unit.jurisdiction]
    people = known.people[today]
    calendar = known.calendars[item.unit.path]
    rules = [rule for rule in known.rules[item.unit.path] if rule.occasion == row.occasion]
    # Only the unit in charge has somebody in charge; of a question another unit's clerks hear.
    handler = item.handler if item.owner == item.unit.id else None
    recipients: dict[str, tuple[Recipient, int]] = {}
    for rule in rules:
        threshold = reached(rule, row.due, today, calendar)
        if threshold is None:
            continue
        for result in people.recipients(item.unit, handler, rule.audience):
            # Who hears of it in two roles hears of it once, as of the nearer day.
            before = recipients.get(name_of(result))
            if before is None or threshold < before[1]:
                recipients[name_of(result)] = (result, threshold)
    noted = sum(_note(session, row, recipient, at, now) for recipient, at in recipients.values())
    following = next_day(rules, row.due, today, calendar)
    if following is None:
        session.execute(delete(ReminderSchedule).where(ReminderSchedule.id == row.id))
    else:
        session.execute(
            update(ReminderSchedule)
            .where(ReminderSchedule.id == row.id)
            .values(next_on=following, error=None)
        )
    return noted


def _note(
    session: Session, row: ReminderSchedule, recipient: Recipient, threshold: int, now: datetime
) -> int:
    """Notes a reminder; 0 where this recipient was reminded of it already."""
    parts = (row.subject, row.kind, row.key, row.due, threshold, name_of(recipient))
    natural = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
    values = {
        "natural": natural,
        "subject": row.subject,
        "case_id": row.case_id,
        "kind": row.kind,
        "key": row.key,
        "due": row.due,
        "threshold": threshold,
        ("group_id" if isinstance(recipient, ChatGroup) else "person_id"): recipient.id,
        "at": now,
    }
    return int(insert_once(session, Reminder, values))


def _postpone(session: Session, row_id: int, today: date, error: Exception) -> None:
    session.execute(
        update(ReminderSchedule)
        .where(ReminderSchedule.id == row_id)
        .values(next_on=today + timedelta(days=1), error=repr(error)[:500])
    )


def _record(session: Session, now: datetime, result: SweepResult) -> None:
    session.merge(
        SweepRecord(id=1, at=now, due=result.due, reminded=result.reminded, failed=result.failed)
    )
