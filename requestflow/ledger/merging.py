"""What a line of a file makes of a stored case: silence says nothing.

A column that the file does not have, a blank cell and a sheet without a row leave what is stored;
only where the person said so (`take_away`) do blank cells and missing rows take it away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from requestflow.ledger.entries import PARTY_COLUMNS, Entry, RemedyEntry

BLANK: Mapping[str, Any] = {
    "delivery_form": None,
    "clarification_asked": None,
    "clarified_on": None,
    "third_party_asked": None,
    "third_party_answered": None,
    "extended_on": None,
    "answered_on": None,
    "outcome": None,
    "ground": None,
    "fee_charged": 0,
    "fee_waived": 0,
}
"""The fields that can be blank, and what they are then."""
ALWAYS = ("unit", "applicant_kind", "channel", "received_on", "subject")


@dataclass(frozen=True)
class RemedyLine:
    """A row of 行政复议 or 行政诉讼: its facts, where it stands, and which cells say something."""

    remedy: RemedyEntry
    sheet: str
    row: int
    stated: frozenset[str] = frozenset()


@dataclass(slots=True)
class Line:
    """A row of 申请台账 with its remedies, or (without an entry) remedies alone.

    `columns` are those that the sheet has, `note_columns` the heads of those that become notes,
    `stated` the ones in which something stands; `kinds` are the kinds of remedies of which the file
    has a sheet.
    """

    number: str
    entry: Entry | None
    sheet: str
    row: int
    columns: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    note_columns: frozenset[str] = frozenset()
    remedies: tuple[RemedyLine, ...] = ()
    kinds: frozenset[str] = frozenset()


@dataclass
class Merged:
    """What a stored case becomes, and what the file leaves blank of what is stored."""

    entry: Entry
    kept: list[str] = field(default_factory=list)
    taken_away: list[str] = field(default_factory=list)


def merge(stored: Entry, line: Line, take_away: bool) -> Merged:
    """The stored entry with what a line says."""
    result = Merged(stored)
    if line.entry is not None:
        result.entry = _facts(stored, line.entry, line, take_away, result)
    remedies = _remedies(stored.remedies, line, take_away, result)
    result.entry = replace(result.entry, remedies=remedies)
    return result


def _facts(stored: Entry, said: Entry, line: Line, take_away: bool, result: Merged) -> Entry:
    values: dict[str, Any] = {name: getattr(said, name) for name in ALWAYS}
    stated = line.stated
    if "outcome" in stated and said.outcome != stored.outcome:
        # A ground belongs to its outcome and does not outlive it.
        stated = stated | {"ground"}
    for name, blank in BLANK.items():
        old = getattr(stored, name)
        if name in stated:
            values[name] = getattr(said, name)
        elif name in line.columns and old != blank:
            values[name] = _blanked(name, old, blank, take_away, result)
    party, notes = dict(stored.party), dict(stored.notes)
    for name in PARTY_COLUMNS:
        _text(party, name, said.party.get(name), name in line.columns, take_away, result)
    for name in line.note_columns | set(said.notes):
        _text(notes, name, said.notes.get(name), True, take_away, result)
    return replace(
        stored,
        **values,
        party={key: value for key, value in party.items() if value},
        notes={key: value for key, value in notes.items() if value},
    )


def _text(
    texts: dict[str, Any], name: str, said: str | None, known: bool, take_away: bool, result: Merged
) -> None:
    old = texts.get(name)
    if said:
        texts[name] = said
    elif known and old:
        texts[name] = _blanked(name, old, None, take_away, result)


def _blanked(name: str, old: Any, blank: Any, take_away: bool, result: Merged) -> Any:
    (result.taken_away if take_away else result.kept).append(name)
    return blank if take_away else old


def _remedies(
    stored: Sequence[RemedyEntry], line: Line, take_away: bool, result: Merged
) -> tuple[RemedyEntry, ...]:
    """The remedies that there are: each row goes on with the stored one that it can only be."""
    left = list(line.remedies)
    merged: list[RemedyEntry] = []
    for old in stored:
        match = next((item for item in left if _same(old, item.remedy)), None)
        if match is not None:
            left.remove(match)
            merged.append(_remedy(old, match, take_away, result))
        elif take_away and old.kind in line.kinds:
            result.taken_away.append(old.kind)
        else:
            if old.kind in line.kinds:
                result.kept.append(old.kind)
            merged.append(old)
    return (*merged, *(item.remedy for item in left))


def _same(stored: RemedyEntry, said: RemedyEntry) -> bool:
    """Whether a row speaks of a stored remedy: filed on the same day, or concluded in the same way
    on the same day."""
    if stored.kind != said.kind:
        return False
    concluded = (stored.concluded_on, stored.result)
    return stored.filed_on == said.filed_on or (
        stored.concluded_on is not None and concluded == (said.concluded_on, said.result)
    )


def _remedy(old: RemedyEntry, line: RemedyLine, take_away: bool, result: Merged) -> RemedyEntry:
    values: dict[str, Any] = {"filed_on": line.remedy.filed_on}
    for name in ("authority", "after_reconsideration", "concluded_on", "result"):
        said, before = getattr(line.remedy, name), getattr(old, name)
        if name in line.stated:
            values[name] = said
        elif before:
            values[name] = _blanked(name, before, said, take_away, result)
    return replace(old, **values)
