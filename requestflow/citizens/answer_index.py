"""Keeping what is public of answers in step with what officials decided."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from requestflow.cases import VOID, CaseChange, CaseState, Event
from requestflow.publications import remove_releases, store_releases

YEARS = r"(?:19|20)\d\d\s*[-—–~至]\s*(?:19|20)\d\d(?!\d)"
# What may be a number of a person: identity, telephone, account; a span of years is none.
NUMBER = re.compile(rf"{YEARS}|\+?\d(?:[\d\s.·\-—–]*\d){{6,}}[Xx]?")
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
DECISIONS = frozenset({"answer_released", "release_withdrawn"})


def keep_releases(session: Session, changes: Sequence[CaseChange], _now: datetime) -> None:
    """A listener of the door: publishes what was released, and takes back what was withdrawn or
    stands no longer."""
    touched = [
        change
        for change in changes
        if change.corrected
        or change.state.stage == VOID
        or any(event.kind in DECISIONS for event in change.history)
    ]
    public = [change for change in touched if _is_public(change.state)]
    remove_releases(session, [item.case_id for item in touched if not _is_public(item.state)])
    if public:
        store_releases(session, [_row(change) for change in public])


def _is_public(state: CaseState) -> bool:
    return state.released is not None and state.stage != VOID and state.gave_something


def _row(change: CaseChange) -> dict[str, Any]:
    state, released = change.state, change.state.released
    if released is None or state.concluded_on is None:
        raise ValueError(f"{state.number} has nothing to be released")
    return {
        "reference": released.reference,
        "case_id": change.case_id,
        "unit_id": change.unit.id,
        "title": released.title,
        "summary": released.summary,
        "law": state.law,
        "outcome": state.redecided_outcome or state.outcome,
        "answered_on": state.redecided_on or state.concluded_on,
        "released_on": released.day,
        "files": _files(change.history, released.reference),
    }


def _files(history: Sequence[Event], reference: str) -> list[dict[str, Any]]:
    """The cleaned copies of a release."""
    return [
        dict(item)
        for event in history
        if event.kind == "answer_released" and event.data["reference"] == reference
        for item in event.data.get("documents") or ()
    ]


def personal_parts(words: str, party: Mapping[str, str | None]) -> Sequence[str]:
    """What in some words would tell who applied, or reach somebody: what the applicant told of
    themselves (as whole words where they are Latin), mail addresses, numbers that may be a
    person's."""
    shown = unicodedata.normalize("NFKC", words)
    hidden = {key: value for key, value in party.items() if not key.endswith("identity_kind")}
    own = [value for value in hidden.values() if value and len(value) > 1 and _holds(shown, value)]
    numbers = (match[0] for match in NUMBER.finditer(shown) if not re.fullmatch(YEARS, match[0]))
    return list(dict.fromkeys((*own, *ADDRESS.findall(shown), *numbers)))


def _holds(words: str, value: str) -> bool:
    """Whether a value stands in some words, however it is spaced and whichever case it has."""
    plain = unicodedata.normalize("NFKC", value)
    letters = [re.escape(letter) for letter in plain if not letter.isspace()]
    if not letters:
        return False
    before, after = (r"(?<![a-z0-9])", r"(?![a-z0-9])") if plain.isascii() else ("", "")
    pattern = before + r"\s*".join(letters) + after
    return re.search(pattern, words, flags=re.IGNORECASE) is not None
