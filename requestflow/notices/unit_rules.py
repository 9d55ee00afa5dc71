"""A unit's own rules: who of it hears of what when."""

import re
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.foundation import RequestflowError, text
from requestflow.notices.models import NEVER, ReminderSchedule, UnitRule
from requestflow.notices.rules import MOST_DAYS, ReminderRule, default_rules


class RuleRefused(RequestflowError):
    """A rule that cannot be set; `field` is `before` or `after`."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]
        self.field = field


def all_unit_rules(session: Session) -> dict[tuple[str, str, str], ReminderRule]:
    """The rules that units have set, by the unit's path, occasion and audience."""
    query = select(UnitRule, Unit.path).join(Unit, Unit.id == UnitRule.unit_id)
    return {(path, row.occasion, row.audience): _rule(row) for row, path in session.execute(query)}


def _rule(row: UnitRule) -> ReminderRule:
    return ReminderRule.model_validate(
        {
            "occasion": row.occasion,
            "audience": row.audience,
            "before": tuple(int(day) for day in row.before.split(",") if day),
            "after": "daily"
            if row.after == "daily"
            else tuple(int(day) for day in row.after.split(",") if day),
        }
    )


def set_rule(
    session: Session,
    actor: Actor,
    unit: Unit,
    occasion: str,
    audience: str,
    before: str,
    after: str,
    now: datetime,
) -> None:
    """Sets a unit's rule from what was typed (days with commas, or `daily`); RuleRefused. What
    is scheduled is looked at again at the next sweep."""
    require(actor, "unit.change", unit.path)
    if (occasion, audience) not in {(rule.occasion, rule.audience) for rule in default_rules()}:
        raise RuleRefused("before", text("This rule does not exist."))
    said_before = _days("before", before)
    said_after = "daily" if after.strip() in {"daily", "每天"} else _days("after", after)
    key = {"unit_id": unit.id, "occasion": occasion, "audience": audience}
    row = session.get(UnitRule, key)
    if row is None:
        row = UnitRule(**key)
        session.add(row)
    row.before, row.after = said_before, said_after
    row.changed_by, row.changed_at = actor.name, now
    session.flush()


def reset_rules(session: Session, actor: Actor, unit: Unit) -> None:
    """Goes back to the rules of the unit above."""
    require(actor, "unit.change", unit.path)
    session.execute(delete(UnitRule).where(UnitRule.unit_id == unit.id))


def reschedule_all(session: Session, unit: Unit, today: date) -> None:
    """Has the next sweep look at everything of a unit and those below it: rules have changed, or
    somebody is away."""
    below = select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))
    session.execute(
        update(ReminderSchedule)
        .where(ReminderSchedule.unit_id.in_(below), ReminderSchedule.next_on > today)
        .where(ReminderSchedule.next_on < NEVER)
        .values(next_on=today)
        .execution_options(synchronize_session=False)
    )


def _days(field: str, value: str) -> str:
    parts = [part for part in re.split(r"[\s,，、;；]+", value) if part]
    if any(not part.isdecimal() or int(part) > MOST_DAYS for part in parts):
        raise RuleRefused(
            field,
            text(
                "Enter working days, like 5, 3, 1, 0 (no more than %(most)s), or leave blank.",
                most=MOST_DAYS,
            ),
        )
    if field == "after" and any(int(part) == 0 for part in parts):
        raise RuleRefused(field, text("Enter the due date itself under 'Days before'."))
    return ",".join(str(day) for day in sorted({int(part) for part in parts}, reverse=True))
