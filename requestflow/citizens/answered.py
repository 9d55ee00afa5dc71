"""Letting answers be found: a case in which information was given can be found by its subject,
so that the next who looks need not ask again."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.cases import Case, CaseChange, Party, party_details
from requestflow.cases.parties import NAMES, opened
from requestflow.publications import forget, remember

GIVEN = frozenset({"granted", "partial"})
# What may be a number of a person: identity, telephone, account.
NUMBER = re.compile(r"\d[\d\- ]{4,}[\dXx]")
LONGEST = 200
CHUNK = 500


def publish_answers(session: Session, changes: Sequence[CaseChange], _now: datetime) -> None:
    """A listener of the door: keeps what can be found in step with what was given."""
    given = [c for c in changes if c.state.outcome in GIVEN and c.state.concluded_on]
    remember(
        session,
        [
            {
                "kind": "answered",
                "reference": change.state.number,
                "unit_id": change.unit.id,
                "title": without_persons(change.state.subject, _names(session, change)),
                "category": change.state.outcome,
                "day": change.state.concluded_on,
            }
            for change in given
        ],
    )
    # Only a change of what was recorded before can take an answer back.
    forget(
        session,
        [
            ("answered", change.state.number)
            for change in changes
            if change.corrected and change.state.outcome not in GIVEN
        ],
    )


def publish_earlier_answers(session: Session) -> int:
    """Lets the answers be found that were given before there was a search; how many."""
    after, found = 0, 0
    while rows := session.execute(
        select(Case, Party.details)
        .outerjoin(Party, Party.case_id == Case.id)
        .where(Case.id > after, Case.outcome.in_(GIVEN))
        .order_by(Case.id)
        .limit(CHUNK)
    ).all():
        remember(
            session, [_row(case, opened(details) if details else {}) for case, details in rows]
        )
        after, found = rows[-1][0].id, found + len(rows)
        session.expunge_all()
    return found


def _row(case: Case, party: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": "answered",
        "reference": case.number,
        "unit_id": case.unit_id,
        "title": without_persons(case.subject, _names_of(party)),
        "category": case.outcome,
        "day": case.concluded_on,
    }


def _names(session: Session, change: CaseChange) -> Sequence[str]:
    party = change.party if change.party is not None else party_details(session, change.case_id)
    return _names_of(party)


def _names_of(party: Mapping[str, str | None]) -> Sequence[str]:
    return [value for key, value in party.items() if value and key in NAMES]


def without_persons(subject: str, names: Sequence[str]) -> str:
    """A subject without the applicant's names and without numbers that may be a person's."""
    for name in sorted(names, key=len, reverse=True):
        if len(name) > 1:
            subject = subject.replace(name, "某")
    return NUMBER.sub("******", subject)[:LONGEST]
