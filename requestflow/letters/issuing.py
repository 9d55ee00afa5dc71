"""The letter by which a step goes out: composed from the preview of the step, for Word and as PDF,
before anything is written; its number and its files become the case's in the step's transaction."""

import io
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases import CaseView, Event, StepPreview, party_details
from requestflow.documents import Documents, Incoming, document_references
from requestflow.foundation import RequestflowError, insert_once, text
from requestflow.letters.kinds import LetterKind, letter_for
from requestflow.letters.letter_fields import LetterContext, field_values
from requestflow.letters.models import LetterNumber
from requestflow.letters.unit_templates import known_kind, template_for
from requestflow.letters.word import fill_in

DECISION = "decision"
SERIES = {"依申请公开终止": "ending"}
"""Kinds whose letters print the same word in their number, and so are counted in one series."""


class NumberTaken(RequestflowError):
    """Another letter was issued with that number meanwhile."""


@dataclass(frozen=True)
class Letter:
    """A letter that was composed: the same words for Word and as PDF. `place` and `number` are
    those it bears if it is issued; `files` are kept by content already."""

    kind: LetterKind
    word: io.BytesIO
    pdf: io.BytesIO
    place: int = 0
    number: str | None = None
    files: tuple[Incoming, ...] = ()


def compose_letter(
    session: Session,
    documents: Documents,
    view: CaseView,
    kind: LetterKind,
    context: LetterContext,
) -> Letter:
    """Composes a letter by the unit's template."""
    values = field_values(context)
    template = template_for(session, documents, view.unit, kind)
    word, pdf = fill_in(template, values, kind, view.unit.name, values["title"])
    return Letter(kind, io.BytesIO(word), io.BytesIO(pdf))


def preview_letter(session: Session, documents: Documents, preview: StepPreview) -> Letter | None:
    """The letter by which a step would go out, or that a draft would become, without a number;
    None where there is none."""
    step = preview.step
    if step.kind == "drafted":
        # A draft is read as the letter that it would become.
        signed = Event("", "signed", step.day)
        return _composed(session, documents, preview, known_kind(DECISION), signed, None)
    kind = letter_for(step.kind, step.data)
    return _composed(session, documents, preview, kind, step, None) if kind else None


def letter_of(session: Session, documents: Documents, preview: StepPreview) -> Letter | None:
    """The letter by which a step goes out, with the number that is next, its files kept by
    content; None where there is none. Made outside of any transaction: it takes long."""
    kind = letter_for(preview.step.kind, preview.step.data)
    if kind is None:
        return None
    # A transfer is written by the unit that gives the case away.
    unit, year = preview.before.unit, preview.step.day.year
    key = {"unit_id": unit.id, "year": year, "kind": series_of(kind)}
    query = select(LetterNumber.last).filter_by(**key)
    place = (session.scalar(query) or 0) + 1
    number = letter_number(unit, kind, year, place)
    letter = _composed(session, documents, preview, kind, preview.step, number)
    files = tuple(
        documents.receive(content, f"{number}.{ending}")
        for ending, content in (("pdf", letter.pdf), ("docx", letter.word))
    )
    return replace(letter, place=place, number=number, files=files)


def issue_letter(
    session: Session, documents: Documents, preview: StepPreview, letter: Letter, now: datetime
) -> list[dict[str, object]]:
    """Takes the letter's number and gives its files to the case, in the step's transaction; the
    files as an event names them. NumberTaken where another letter has the number."""
    unit, year = preview.before.unit, preview.step.day.year
    if next_letter_number(session, unit, year, series_of(letter.kind)) != letter.place:
        raise NumberTaken(
            text("Another letter was issued at the same moment."), text("Send it again.")
        )
    case_id = preview.before.id
    stored = documents.attach_all(
        session, letter.files, "letter", now, case_id=case_id, from_applicant=False
    )
    return document_references(stored)


def next_letter_number(session: Session, unit: Unit, year: int, series: str) -> int:
    """The next number, without gaps for each unit, year and series, also to two at once."""
    key: dict[str, Any] = {"unit_id": unit.id, "year": year, "kind": series}
    counted = (
        update(LetterNumber)
        .filter_by(**key)
        .values(last=LetterNumber.last + 1)
        .returning(LetterNumber.last)
        .execution_options(synchronize_session=False)
    )
    while (last := session.scalar(counted)) is None:
        insert_once(session, LetterNumber, {**key, "last": 0})
    return last


def letter_number(unit: Unit, kind: LetterKind, year: int, number: int) -> str:
    """A letter's number (文号) as it is printed."""
    return f"{unit.name}{kind.number}〔{year}〕{number}号"


def series_of(kind: LetterKind) -> str:
    """The series in which letters of a kind are counted, so that no number is printed twice."""
    return SERIES.get(kind.number, kind.kind)


def _composed(
    session: Session,
    documents: Documents,
    preview: StepPreview,
    kind: LetterKind,
    event: Event,
    number: str | None,
) -> Letter:
    view = replace(
        preview.before,
        state=preview.state,
        deadlines=preview.deadlines,
        history=preview.history,
    )
    context = LetterContext(
        view,
        event,
        party_details(session, view.id),
        preview.step.day,
        view.calendar,
        number,
        _unit_names(session, preview.step),
    )
    return compose_letter(session, documents, view, kind, context)


def _unit_names(session: Session, step: Event) -> dict[str, str]:
    """What the units are called that a step names."""
    code = step.data.get("unit")
    if not code:
        return {}
    query = select(Unit.code, Unit.name).where(Unit.code == code)
    return dict(session.execute(query).all())
