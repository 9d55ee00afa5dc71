"""The register of reconsiderations and suits: what is pending where, and what is due next in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, sees_subtree
from requestflow.cases.models import Case, CaseDeadline, Remedy
from requestflow.cases.paging import page_key
from requestflow.cases.queries import unit_ids

PAGE = 50


@dataclass(frozen=True)
class RemedyFilter:
    """What the register is narrowed to; None means anything."""

    kind: str | None = None
    pending: bool = False
    result: str | None = None


def register_of_remedies(
    session: Session, actor: Actor, narrowed: RemedyFilter, after: str | None = None
) -> tuple[Sequence[Any], str | None]:
    """A page of the remedies in the cases the actor may see, the latest filed first, each with
    the day that is due next in it; and the next page's key."""
    due = (
        select(func.min(CaseDeadline.due))
        .where(
            CaseDeadline.case_id == Remedy.case_id,
            CaseDeadline.key == Remedy.key,
            CaseDeadline.nature == "duty",
        )
        .scalar_subquery()
    )
    query = (
        select(
            Remedy.id,
            Remedy.key,
            Remedy.kind,
            Remedy.authority,
            Remedy.filed_on,
            Remedy.accepted_on,
            Remedy.answered_on,
            Remedy.concluded_on,
            Remedy.result,
            Case.number,
            Case.law,
            Unit.name.label("unit_name"),
            due.label("due"),
        )
        .join(Case, Case.id == Remedy.case_id)
        .join(Unit, Unit.id == Remedy.unit_id)
    )
    path, below = sees_subtree(actor)
    if path:
        query = query.where(Remedy.unit_id.in_(unit_ids(session, path, exact=not below)))
    if narrowed.kind:
        query = query.where(Remedy.kind == narrowed.kind)
    if narrowed.pending:
        query = query.where(Remedy.concluded_on.is_(None))
    if narrowed.result:
        query = query.where(Remedy.result == narrowed.result)
    if after:
        key = page_key(after)
        query = query.where(tuple_(Remedy.filed_on, Remedy.id) < key)
    ordered = query.order_by(Remedy.filed_on.desc(), Remedy.id.desc()).limit(PAGE + 1)
    rows = session.execute(ordered).all()
    if len(rows) <= PAGE:
        return rows, None
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{last.filed_on.isoformat()}_{last.id}"
