"""Answers that were released: what an official decided may be public of them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.publications.models import ReleasedAnswer
from requestflow.publications.search import forget, remember

KIND = "answered"
"""As what the search knows them."""


@dataclass(frozen=True)
class PublicAnswer:
    """A released answer as everybody may read it; `files` are of the case it came from."""

    reference: str
    title: str
    summary: str | None
    unit_name: str
    unit_code: str
    outcome: str
    law: str
    answered_on: date
    released_on: date
    files: Sequence[dict[str, Any]]


def store_releases(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Makes answers public, each in the place of what was public of its case before. A row has the
    columns of the table, and files as a list."""
    remove_releases(session, [row["case_id"] for row in rows])
    session.add_all(
        ReleasedAnswer(**{**row, "files": json.dumps(row["files"], ensure_ascii=False)})
        for row in rows
    )
    remember(session, [_findable(row) for row in rows])


def remove_releases(session: Session, case_ids: Iterable[int]) -> None:
    """Takes back what is public of cases."""
    wanted = list(case_ids)
    for place in range(0, len(wanted), 400):
        some = ReleasedAnswer.case_id.in_(wanted[place : place + 400])
        gone = session.scalars(
            delete(ReleasedAnswer).where(some).returning(ReleasedAnswer.reference)
        ).all()
        forget(session, [(KIND, reference) for reference in gone])


def public_answer(session: Session, reference: str) -> PublicAnswer | None:
    """What is public under a reference; None where nothing is."""
    query = (
        select(ReleasedAnswer, Unit.name, Unit.code)
        .join(Unit, Unit.id == ReleasedAnswer.unit_id)
        .where(ReleasedAnswer.reference == reference)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    found, unit_name, unit_code = row
    return PublicAnswer(
        found.reference,
        found.title,
        found.summary,
        unit_name,
        unit_code,
        found.outcome,
        found.law,
        found.answered_on,
        found.released_on,
        json.loads(found.files),
    )


def _findable(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": KIND,
        "reference": row["reference"],
        "unit_id": row["unit_id"],
        "title": row["title"],
        "summary": row["summary"],
        "category": row["outcome"],
        "link": f"/answers/{row['reference']}",
        "day": row["answered_on"],
    }
