"""Bringing the projection of earlier cases up to what is projected now."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import calendars_for
from requestflow.cases.history import effective, project
from requestflow.cases.models import Case, CaseEvent
from requestflow.cases.projection import days_taken_of, event_of

CHUNK = 500


def project_earlier_conclusions(session: Session) -> int:
    """Fills in how long answers took, and whether there was more time, where it was not projected
    yet; how many cases were looked at: the open ones, and those concluded before."""
    paths = dict(session.execute(select(Unit.id, Unit.path)).all())
    calendars = calendars_for(session, paths.values())
    after = seen = 0
    while True:
        query = (
            select(Case.id, Case.number, Case.unit_id)
            .where(Case.days_taken.is_(None), Case.id > after)
            .order_by(Case.id)
            .limit(CHUNK)
        )
        cases = session.execute(query).all()
        if not cases:
            return seen
        events: dict[int, list[CaseEvent]] = {}
        wanted = select(CaseEvent).where(CaseEvent.case_id.in_([case.id for case in cases]))
        for row in session.scalars(wanted.order_by(CaseEvent.case_id, CaseEvent.sequence)):
            events.setdefault(row.case_id, []).append(row)
        changes = []
        for case in cases:
            recorded = [event_of(row) for row in events.get(case.id, ())]
            history = effective(recorded)
            taken = days_taken_of(
                project(case.number, recorded), history, calendars[paths[case.unit_id]]
            )
            changes.append(
                {
                    "id": case.id,
                    "days_taken": taken.days if taken else None,
                    "late": bool(taken and taken.late),
                    "extended": any(event.kind == "extended" for event in history),
                }
            )
        session.execute(update(Case), changes)
        session.expunge_all()
        after, seen = cases[-1].id, seen + len(cases)
