"""Signing a decision: the letter gets its number, is made for Word and as PDF, and is kept with
the case; all in the transaction of the signature."""

from datetime import datetime

from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.cases import CaseState, Door, Step, party_details, view_case
from requestflow.documents import Documents, named
from requestflow.foundation import insert_once
from requestflow.letters.decision import decision_letter, letter_number
from requestflow.letters.models import LetterNumber
from requestflow.letters.paper import as_docx, as_pdf

DECISION = "decision"


def next_letter_number(session: Session, unit: Unit, year: int, kind: str) -> int:
    """The next number, without gaps for each unit, year and kind, also to two at once."""
    key = {"unit_id": unit.id, "year": year, "kind": kind}
    row = session.get(LetterNumber, key, with_for_update=True)
    if row is None:
        insert_once(session, LetterNumber, {**key, "last": 0})
        row = session.get_one(LetterNumber, key, with_for_update=True)
    row.last += 1
    session.flush()
    return row.last


def sign(
    session: Session,
    door: Door,
    documents: Documents,
    actor: Actor,
    number: str,
    step: Step,
    now: datetime,
    version: int | None = None,
) -> CaseState:
    """Signs the draft of a case and issues its letter; raises what `Door.take` does, and then
    nothing is stored and no number is used up."""
    door.hold(session, actor, number, version)
    door.foresee(session, actor, number, [step], now)
    view = view_case(session, actor, number)
    party = party_details(session, view.id)
    count = next_letter_number(session, view.unit, step.day.year, DECISION)
    printed = letter_number(view.unit, step.day.year, count)
    paper = decision_letter(view, party, printed, step.day)
    files = [
        documents.add(
            session,
            content,
            f"{printed}.{ending}",
            "letter",
            now,
            case_id=view.id,
            from_applicant=False,
        )
        for ending, content in (("pdf", as_pdf(paper)), ("docx", as_docx(paper)))
    ]
    data = {**step.data, "letter": printed, "documents": named(files)}
    return door.take(session, actor, number, [Step(step.kind, step.day, data)], now, version)
