"""A unit's own templates: uploaded, checked, found, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.documents import Documents, Incoming
from requestflow.foundation import NotFound, text
from requestflow.letters.kinds import LetterKind, kind_of_letter
from requestflow.letters.models import LetterTemplate
from requestflow.letters.word import TemplateRefused, check_template, default_template

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def known_kind(code: str) -> LetterKind:
    """The kind of that code; NotFound."""
    kind = kind_of_letter(code)
    if kind is None:
        raise NotFound(text("Letter type '%(code)s' does not exist.", code=code))
    return kind


@dataclass(frozen=True)
class CheckedTemplate:
    """A Word file that may serve as the template of a kind of letter."""

    kind: LetterKind
    incoming: Incoming


def checked_template(
    documents: Documents, actor: Actor, kind: LetterKind, incoming: Incoming
) -> CheckedTemplate:
    """A file that was handed in, tried out; TemplateRefused says what is wrong with it. Outside of
    any transaction: it takes long, and nobody else can write meanwhile."""
    require(actor, "unit.change")
    if incoming.media_type != WORD:
        raise TemplateRefused(text("This is not a readable Word file (.docx)."))
    with documents.content(incoming) as file:
        check_template(file.read(), kind)
    return CheckedTemplate(kind, incoming)


def replace_template(
    session: Session,
    documents: Documents,
    actor: Actor,
    unit: Unit,
    checked: CheckedTemplate,
    now: datetime,
) -> None:
    """Lets a unit write that kind of letter with a template of its own; Refused,
    DocumentRefused."""
    require(actor, "unit.change", unit.path)
    kind = checked.kind
    document = documents.attach(session, checked.incoming, "template", now, from_applicant=False)
    key = {"unit_id": unit.id, "kind": kind.kind}
    row = session.get(LetterTemplate, key)
    if row is None:
        row = LetterTemplate(**key)
        session.add(row)
    row.document_id, row.added_by, row.added_at = document.id, actor.name, now
    session.flush()


def remove_template(session: Session, actor: Actor, unit: Unit, kind: LetterKind) -> None:
    """Goes back to the template of the unit above, or the default one."""
    require(actor, "unit.change", unit.path)
    row = session.get(LetterTemplate, {"unit_id": unit.id, "kind": kind.kind})
    if row is not None:
        session.delete(row)
        session.flush()


def templates_of(session: Session, unit: Unit) -> Mapping[str, LetterTemplate]:
    """A unit's own templates by kind."""
    query = select(LetterTemplate).where(LetterTemplate.unit_id == unit.id)
    return {row.kind: row for row in session.scalars(query)}


def template_for(session: Session, documents: Documents, unit: Unit, kind: LetterKind) -> bytes:
    """The template by which a unit writes: its own, else that of the nearest unit above which has
    one, else the default."""
    codes = unit.path.rstrip("/").split("/")
    paths = ["/".join(codes[: place + 1]) + "/" for place in range(len(codes))]
    query = (
        select(LetterTemplate, Unit.path)
        .join(Unit, Unit.id == LetterTemplate.unit_id)
        .where(Unit.path.in_(paths), LetterTemplate.kind == kind.kind)
    )
    rows = sorted(session.execute(query).all(), key=lambda row: len(row[1]))
    if not rows:
        return default_template(kind)
    with documents.open(rows[-1][0].document) as file:
        return file.read()
