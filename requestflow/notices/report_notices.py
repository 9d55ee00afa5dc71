"""Telling of annual reports: who must act on one hears of it; one that is published is no longer
reminded of."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.orm import Session

from requestflow.accounts import Person, Unit, actor_of, can
from requestflow.law import Zones
from requestflow.notices.models import Message
from requestflow.notices.office_deadlines import settle_report
from requestflow.notices.outbox import messages
from requestflow.notices.recipients import staff

FOR_ABOVE = frozenset({"submitted"})
FOR_UNIT = frozenset({"returned", "accepted"})


class Change(Protocol):
    """What is told of a report."""

    @property
    def unit(self) -> Unit: ...
    @property
    def year(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def said(self) -> str | None: ...
    @property
    def actor(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def prepared_by(self) -> str | None: ...


def notify_of_reports(zones: Zones) -> Callable[[Session, Any, datetime], None]:
    """A listener of what is done with reports: supervisors hear of what was handed in, a unit of
    what was returned or accepted, of what was returned also who prepared it."""

    def listen(session: Session, change: Change, now: datetime) -> None:
        if change.state == "published":
            settle_report(session, change.unit, change.year)
        people = staff(session, zones.day_of(now, change.unit.jurisdiction))
        if change.state in FOR_ABOVE:
            recipients = [*people.told(change.unit, None, "supervisor")]
        elif change.state in FOR_UNIT:
            recipients = people.told(change.unit, None, "head")
            if change.state == "returned":
                # Who prepared it mends it.
                prepared = people.told(change.unit, change.prepared_by, "clerk")
                mending = [p for p in prepared if _may_prepare(p, change.unit)]
                recipients = list(
                    {person.id: person for person in (*recipients, *mending)}.values()
                )
        else:
            recipients = []
        data = {"report": change.year, "unit": change.unit.name, "code": change.unit.code}
        data |= {"state": change.state, "said": change.said or ""}
        content = json.dumps(data, sort_keys=True, ensure_ascii=False)
        natural = f"report|{change.unit.id}|{change.year}|{change.version}|"
        rows = [
            row
            for person in recipients
            if person.username != change.actor
            for row in messages(person, "annual_report", content, f"{natural}{person.id}|", now)
        ]
        for row in rows:
            session.execute(insert(Message).values(row))

    return listen


def _may_prepare(person: Person, unit: Unit) -> bool:
    return can(actor_of(person), "report.prepare", unit.path)
