"""Taking back what an import did to a case, by one further event, while nothing has followed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from requestflow.accounts import Actor
from requestflow.cases import (
    CaseService,
    CaseView,
    Event,
    Step,
    effective,
    period_locks,
    replace_party,
)
from requestflow.foundation import Conflict, text
from requestflow.ledger.summary import StoredCase

REASON = "The import was taken back."


class NotAsImported(Conflict):
    """Something followed in a case since it was imported."""


def undo_case(
    session: Session,
    cases: CaseService,
    actor: Actor,
    view: CaseView,
    stored: StoredCase,
    now: datetime,
) -> None:
    """Makes a case void that the import opened, or what the import corrected as it was before.

    Raises NotAsImported where anything followed, Refused.
    """
    if view.version != stored.version:
        raise NotAsImported(
            text("Case %(number)s has changed since the import.", number=view.number),
            text("Correct the case itself."),
        )
    day = cases.day_of(now, view.unit.jurisdiction)
    if stored.added:
        data: dict[str, object] = {"reason": REASON}
        years = {event.day.year for event in view.history}
        if years & period_locks(session).years(view.unit.path):
            data["late_reason"] = REASON
        step = Step("voided", day, data)
    else:
        before = effective(view.events[:-1])
        if stored.party_before is not None:
            digest = replace_party(session, view.id, stored.party_before)
            first = before[0]
            received = {**first.data, "party": digest if stored.party_before else None}
            kept = {key: value for key, value in received.items() if value is not None}
            before[0] = Event(first.key, first.kind, first.day, kept, first.actor)
        changes = _changes(before, view.history)
        step = Step("corrected", day, {"changes": changes, "reason": REASON})
    preview = cases.evaluate(session, actor, view, [step], now, imported=True)
    cases.append(session, preview, now, quiet=True)


def _changes(before: Sequence[Event], after: Sequence[Event]) -> list[dict[str, object]]:
    """The changes of a correction that lead from one history to another."""
    wanted = {event.key: event for event in before}
    standing = {event.key: event for event in after}
    changes: list[dict[str, object]] = [
        {"action": "void", "key": key} for key in standing if key not in wanted
    ]
    for key, event in wanted.items():
        change = {"kind": event.kind, "day": event.day.isoformat(), "data": dict(event.data)}
        now = standing.get(key)
        if now is None:
            changes.append({"action": "insert", **change})
        elif (now.kind, now.day, dict(now.data)) != (event.kind, event.day, dict(event.data)):
            changes.append({"action": "replace", "key": key, **change})
    return changes
