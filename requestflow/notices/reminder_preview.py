"""Who would be told what in the next days, as rules and cases stand now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import calendar_for
from requestflow.cases import Case
from requestflow.law import WorkingCalendar
from requestflow.notices.models import ReminderSchedule
from requestflow.notices.outbox import name_of
from requestflow.notices.recipients import staff
from requestflow.notices.rules import Audience, ReminderRule, reached, rules_for
from requestflow.notices.unit_rules import all_unit_rules

DAYS = 10
MOST = 300


@dataclass(frozen=True)
class UpcomingReminder:
    """One telling: the day, who (or which group), of what, how many working days before it is
    due."""

    day: date
    person: str
    number: str | None
    kind: str
    due: date
    threshold: int


def preview_reminders(session: Session, unit: Unit, today: date) -> Sequence[UpcomingReminder]:
    """What the unit's people would be told on each working day of the next ten days, if nothing
    happened until then; the first days first, at most 300."""
    rows = session.execute(
        select(ReminderSchedule, Case.number, Case.handler, Case.unit_id)
        .outerjoin(Case, Case.id == ReminderSchedule.case_id)
        .where(ReminderSchedule.unit_id == unit.id)
        .where(ReminderSchedule.next_on <= today + timedelta(days=DAYS))
        .order_by(ReminderSchedule.next_on, ReminderSchedule.id)
        .limit(MOST)
    ).all()
    calendar = calendar_for(session, unit.path)
    rules = rules_for(all_unit_rules(session), unit.path)
    people = staff(session, today, today + timedelta(days=DAYS))
    days = [today + timedelta(days=offset) for offset in range(1, DAYS + 1)]
    results: list[UpcomingReminder] = []
    notified: set[tuple[object, ...]] = set()
    for day in filter(calendar.is_working, days):
        for row, number, handler, owner in rows:
            charged = handler if owner == unit.id else None
            for audience, at in _tellings(row, rules, day, calendar):
                for whom in people.on(day).recipients(unit, charged, audience):
                    key = (name_of(whom), row.subject, row.kind, row.key, at)
                    if key not in notified:
                        notified.add(key)
                        results.append(
                            UpcomingReminder(day, whom.name, number, row.kind, row.due, at)
                        )
    return results[:MOST]


def _tellings(
    row: ReminderSchedule, rules: Sequence[ReminderRule], day: date, calendar: WorkingCalendar
) -> Iterator[tuple[Audience, int]]:
    """The audiences that are told on a day, which were not told the same the day before."""
    if row.next_on > day:
        return
    before = day - timedelta(days=1)
    for rule in rules:
        if rule.occasion != row.occasion:
            continue
        at = reached(rule, row.due, day, calendar)
        if at is not None and reached(rule, row.due, before, calendar) != at:
            yield rule.audience, at
