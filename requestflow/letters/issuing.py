"""Taking a step that goes out by letter: the letter gets its number, is made for Word and as PDF,
and is kept with the case; all in the transaction of the step."""

import io
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.calendars import calendar_for
from requestflow.cases import (
    CaseService,
    CaseState,
    CaseView,
    Event,
    Step,
    StepRefused,
    effective,
    party_details,
    view_case,
)
from requestflow.documents import Documents, document_references
from requestflow.foundation import insert_once, text
from requestflow.letters.kinds import LetterKind, goes_out, letter_for
from requestflow.letters.letter_fields import LetterContext, field_values
from requestflow.letters.models import LetterNumber
from requestflow.letters.paper import as_pdf
from requestflow.letters.unit_templates import known_kind, template_for
from requestflow.letters.word import fill, words_of

DECISION = "decision"


@dataclass(frozen=True)
class Letter:
    """A letter that was made: the same words for Word and as PDF."""

    word: io.BytesIO
    pdf: io.BytesIO


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


def letter_number(unit: Unit, kind: LetterKind, year: int, number: int) -> str:
    """A letter's number (文号) as it is printed."""
    return f"{unit.name}{kind.number}〔{year}〕{number}号"


def compose_letter(
    session: Session,
    documents: Documents,
    view: CaseView,
    kind: LetterKind,
    occasion: LetterContext,
) -> Letter:
    """Makes a letter by the unit's template."""
    values = field_values(occasion)
    word = fill(template_for(session, documents, view.unit, kind), values)
    pdf = as_pdf(words_of(word.getvalue(), kind, view.unit.name, values["title"]))
    return Letter(word, pdf)


def preview_letter(
    session: Session,
    door: CaseService,
    documents: Documents,
    actor: Actor,
    number: str,
    step: Step,
    now: datetime,
    printed: str | None = None,
) -> Letter | None:
    """The letter by which a step would go out, or which a draft would become; None where there is
    none. Raises what `Door.take` would."""
    before = view_case(session, actor, number)
    ahead = door.foresee(session, actor, number, [step], now)
    kind = letter_for(step.kind, ahead.events[-1].data)
    event = effective(ahead.events)[-1]
    if step.kind == "drafted":
        # A draft is read as the letter that it would become.
        kind, event = known_kind(DECISION), Event("", "signed", step.day)
    if kind is None:
        return None
    # A transfer is written by the unit that gives the case away.
    view = replace(
        before, state=ahead.state, deadlines=ahead.after, history=effective(ahead.events)
    )
    occasion = LetterContext(
        view,
        event,
        party_details(session, view.id),
        step.day,
        calendar_for(session, view.unit.path),
        printed,
        dict(session.execute(select(Unit.code, Unit.name)).all()),
    )
    return compose_letter(session, documents, view, kind, occasion)


def take_by_letter(
    session: Session,
    door: CaseService,
    documents: Documents,
    actor: Actor,
    number: str,
    step: Step,
    now: datetime,
    version: int | None = None,
) -> CaseState:
    """Takes a step and issues its letter, where it goes out by one; raises what `Door.take` does,
    and then nothing is stored and no number is used up."""
    if not goes_out(step.kind):
        step = _with_enclosures(session, actor, number, step)
        return door.take(session, actor, number, [step], now, version)
    case, unit = door.hold(session, actor, number, version)
    ahead = door.foresee(session, actor, number, [step], now)
    kind = letter_for(step.kind, ahead.events[-1].data)
    if kind is None:
        return door.take(session, actor, number, [step], now, version)
    count = next_letter_number(session, unit, step.day.year, series_of(kind))
    printed = letter_number(unit, kind, step.day.year, count)
    step = replace(step, data={**step.data, "letter": printed})
    built = preview_letter(session, door, documents, actor, number, step, now, printed)
    assert built is not None  # noqa: S101 - the kind was found above
    files = [
        documents.add(
            session,
            content,
            f"{printed}.{ending}",
            "letter",
            now,
            case_id=case.id,
            from_applicant=False,
        )
        for ending, content in (("pdf", built.pdf), ("docx", built.word))
    ]
    data = {
        **step.data,
        "documents": [*step.data.get("documents", ()), *document_references(files)],
    }
    return door.take(session, actor, number, [replace(step, data=data)], now, version)


def _with_enclosures(session: Session, actor: Actor, number: str, step: Step) -> Step:
    """A delivery names what was delivered: the letter, and what the draft gives with it."""
    if step.kind != "delivered":
        return step
    view = view_case(session, actor, number)
    if step.data.get("way") == "mail" and not party_details(session, view.id).get("email"):
        raise StepRefused(text("The applicant gave no mail address."), "way")
    files: list[Any] = []
    for event in view.history:
        if event.kind == "drafted":
            files = list(event.data.get("documents") or ())
        if event.kind == "signed":
            files = [*(event.data.get("documents") or ()), *files]
    data = {name: value for name, value in step.data.items() if name != "documents"}
    if step.data.get("documents"):
        data["proofs"] = step.data["documents"]
    if files:
        data["documents"] = files
    return replace(step, data=data)


def series_of(kind: LetterKind) -> str:
    """The series in which letters of a kind are counted: those that print the same word in their
    number share one, so that no number is printed twice."""
    return SERIES.get(kind.number, kind.kind)


SERIES = {"依申请公开终止": "ending"}
