"""Questions of other units (征求意见): what lies on the desk of the unit that was asked. It sees
what was chosen for it and why it is asked, never the application nor who applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.cases.history import effective
from requestflow.cases.loading import cipher_of, load_events
from requestflow.cases.models import Case, Consultation
from requestflow.cases.paging import page_key
from requestflow.foundation import NotFound, text

PAGE = 50


@dataclass(frozen=True)
class ReceivedQuestion:
    """A question of another unit: the case's number and version, what it is about, the question,
    until when, the letter and files that came with it, and the answer where it was given."""

    number: str
    version: int
    key: str
    unit_name: str
    about: str
    question: str | None
    asked_on: date
    due: date | None
    ended_on: date | None
    answer: str | None
    text: str | None
    letter: str | None
    papers: Sequence[Mapping[str, Any]]


def questions_for(
    session: Session, actor: Actor, open_only: bool = True, after: str | None = None
) -> tuple[Sequence[Any], str | None]:
    """A page of the questions to the actor's unit, those due first on top; and the next key."""
    require(actor, "consultation.answer", actor.unit_path)
    never = date(9999, 12, 31)
    due = func.coalesce(Consultation.due, never)
    query = (
        select(
            Consultation.id,
            Consultation.key,
            Consultation.asked_on,
            Consultation.due,
            Consultation.ended_on,
            Case.number,
            Unit.name.label("unit_name"),
        )
        .join(Case, Case.id == Consultation.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Consultation.unit_id.in_(_own(actor)))
    )
    if open_only:
        query = query.where(Consultation.ended_on.is_(None))
    if after:
        query = query.where(tuple_(due, Consultation.id) > page_key(after))
    rows = session.execute(query.order_by(due, Consultation.id).limit(PAGE + 1)).all()
    if len(rows) <= PAGE:
        return rows, None
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{(last.due or never).isoformat()}_{last.id}"


def question(session: Session, actor: Actor, number: str, key: str) -> ReceivedQuestion:
    """One question to the actor's unit; NotFound where there is none, Refused by role."""
    require(actor, "consultation.answer", actor.unit_path)
    match = session.execute(
        select(Consultation, Case, Unit.name)
        .join(Case, Case.id == Consultation.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(
            Case.number == number,
            Consultation.key == key,
            Consultation.unit_id.in_(_own(actor)),
        )
    ).one_or_none()
    if match is None:
        raise NotFound(text("Your unit has not been consulted on this case."))
    row, case, unit_name = match
    history = effective(load_events(session, case.id))
    data = {event.kind: event.data for event in history if event.data.get("consultation") == key}
    ended, started = data.get("consultation_ended", {}), data["consultation_started"]
    return ReceivedQuestion(
        number,
        case.version,
        key,
        unit_name,
        # Those that were asked before somebody chose what they read saw the subject.
        started.get("about") or cipher_of(case).decrypt(case.subject),
        started.get("question"),
        row.asked_on,
        row.due,
        row.ended_on,
        ended.get("answer"),
        ended.get("text"),
        started.get("letter"),
        [
            item
            for item in (*started.get("documents", ()), *started.get("enclosed", ()))
            if not item["name"].endswith(".docx")
        ],
    )


def _own(actor: Actor) -> Any:
    return select(Unit.id).where(Unit.path == actor.unit_path)
