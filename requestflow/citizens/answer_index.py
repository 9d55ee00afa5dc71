"""Letting answers be found: a case in which information was given can be found by its subject,
so that the next who looks need not ask again."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.cases import VOID, Case, CaseChange, Party, parse_party, party_details
from requestflow.law import giving_outcomes
from requestflow.publications import Findable, forget, remember

YEARS = r"(?:19|20)\d\d\s*[-—–~至]\s*(?:19|20)\d\d(?!\d)"
# What may be a number of a person: identity, telephone, account; a span of years is none.
NUMBER = re.compile(rf"{YEARS}|\+?\d(?:[\d\s.·\-—–]*\d){{6,}}[Xx]?")
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
LONGEST = 200
CHUNK = 500


def index_answers(session: Session, changes: Sequence[CaseChange], _now: datetime) -> None:
    """A listener of the door: keeps what can be found in step with what was given."""
    given = [c for c in changes if c.state.outcome in giving_outcomes() and c.state.concluded_on]
    remember(
        session,
        [
            {
                "kind": "answered",
                "reference": change.state.number,
                "unit_id": change.unit.id,
                "title": without_persons(change.state.subject, _own_data(session, change)),
                "category": change.state.outcome,
                "day": change.state.concluded_on,
            }
            for change in given
        ],
        unheard_of={change.state.number for change in given if change.is_new},
    )
    # Only a change of what was recorded before can take an answer back.
    forget(
        session,
        [
            ("answered", change.state.number)
            for change in changes
            if (change.corrected or change.state.stage == VOID)
            and change.state.outcome not in giving_outcomes()
        ],
    )


def index_earlier_answers(session: Session) -> int:
    """Lets the answers be found that were given before there was a search; how many."""
    if session.scalar(select(Findable.id).where(Findable.kind == "answered").limit(1)):
        return 0
    after, result = 0, 0
    while rows := session.execute(
        select(Case, Party.details)
        .outerjoin(Party, Party.case_id == Case.id)
        .where(Case.id > after, Case.outcome.in_(giving_outcomes()))
        .order_by(Case.id)
        .limit(CHUNK)
    ).all():
        remember(
            session, [_row(case, parse_party(details) if details else {}) for case, details in rows]
        )
        after, result = rows[-1][0].id, result + len(rows)
        session.expunge_all()
    return result


def _row(case: Case, party: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": "answered",
        "reference": case.number,
        "unit_id": case.unit_id,
        "title": without_persons(case.subject, _own(party)),
        "category": case.outcome,
        "day": case.concluded_on,
    }


def _own_data(session: Session, change: CaseChange) -> Sequence[str]:
    party = change.party if change.party is not None else party_details(session, change.case_id)
    return _own(party)


def _own(party: Mapping[str, str | None]) -> Sequence[str]:
    hidden = {key: value for key, value in party.items() if not key.endswith("identity_kind")}
    return [value for value in hidden.values() if value and len(value) > 1]


def without_persons(subject: str, own: Sequence[str]) -> str:
    """A subject without what the applicant told of themselves, mail addresses, and numbers that
    may be a person's."""
    shown = unicodedata.normalize("NFKC", subject)
    for value in sorted(own, key=len, reverse=True):
        letters = [re.escape(letter) for letter in unicodedata.normalize("NFKC", value)]
        pattern = r"\s*".join(letter for letter in letters if letter.strip("\\ "))
        if pattern:
            shown = re.sub(pattern, "某", shown, flags=re.IGNORECASE)
    shown = ADDRESS.sub("******", shown)
    return NUMBER.sub(lambda result: result[0] if _years(result[0]) else "******", shown)[:LONGEST]


def _years(number: str) -> bool:
    return re.fullmatch(YEARS, number) is not None
