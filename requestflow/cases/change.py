"""A case after a change, as it is stored and as the listeners are told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from requestflow.accounts import Unit
from requestflow.cases.events import Event
from requestflow.cases.search_words import words_of_party, words_of_subject, words_row
from requestflow.cases.state import CaseState
from requestflow.law import Deadline, WorkingCalendar


@dataclass(frozen=True)
class CaseChange:
    """What the listeners are told: the case after the change and its running deadlines.

    `added` are the steps that were just taken; none where a register was taken in, of which
    nobody needs to be told; `history` is the whole. `party` is the applicant's data where it was
    just handed in; `corrected` says that what was recorded before was changed; `language` is the
    one in which the applicant is written to; `is_new` that the case was opened just now.
    """

    case_id: int
    unit: Unit
    state: CaseState
    running: Sequence[Deadline]
    calendar: WorkingCalendar
    added: Sequence[Event] = ()
    history: Sequence[Event] = ()
    party: Mapping[str, str | None] | None = None
    corrected: bool = False
    language: str = "zh_CN"
    is_new: bool = False


@dataclass(frozen=True)
class NewCase:
    """A case that was just opened with its history: what is stored of it."""

    unit: Unit
    state: CaseState
    running: Sequence[Deadline]
    calendar: WorkingCalendar
    event_rows: Sequence[dict[str, Any]]
    history: Sequence[Event]
    party: dict[str, Any] | None
    opened_by: Mapping[str, str | None]
    row: dict[str, Any]

    def change(self, case_id: int, quiet: bool) -> CaseChange:
        """What the listeners are told."""
        notified = () if quiet else self.history
        return CaseChange(
            case_id,
            self.unit,
            self.state,
            self.running,
            self.calendar,
            notified,
            self.history,
            self.opened_by,
            language=language_of(self.history[0]),
            is_new=True,
        )

    def words(self, case_id: int) -> list[dict[str, Any]]:
        """The rows of the words by which it is found."""
        rows = [words_row(case_id, words_of_subject(self.state.subject))]
        return [*rows, words_row(case_id, words_of_party(self.opened_by))] if self.party else rows

    def events(self, case_id: int) -> list[dict[str, Any]]:
        """The rows of its events."""
        return [{**row, "case_id": case_id} for row in self.event_rows]


def language_of(receipt: Event) -> str:
    """The language in which the applicant of a case is written to."""
    return str(receipt.data.get("language") or "zh_CN")
