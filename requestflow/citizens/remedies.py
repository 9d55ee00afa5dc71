"""Which remedies (行政复议, 行政诉讼) are open to the applicant, until when, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requestflow.accounts import Unit
from requestflow.cases import CaseView
from requestflow.law import Deadline, WorkingCalendar, after_silence, law_pack


@dataclass(frozen=True)
class OpenRemedy:
    """A remedy that may still be sought: its last day with the steps to it, and where.

    `silence`: against not answering, not against an answer. `first`: the law asks for it before
    a suit (复议前置).
    """

    kind: str
    window: Deadline
    authority: str | None
    silence: bool
    first: bool = False


def open_remedies(view: CaseView, calendar: WorkingCalendar, today: date) -> Sequence[OpenRemedy]:
    """The remedies open on `today`, reconsideration before suit."""
    pack = law_pack(view.state.law)
    # What opens in one remedy, such as an appeal in a suit, goes on in it.
    windows = [(item, False) for item in view.deadlines if item.nature == "window" and not item.key]
    missed = [d for d in view.deadlines if d.running and d.late_on(today)]
    windows += [
        (item, True)
        for deadline in missed
        for item in after_silence(deadline, view.history, pack, calendar)
    ]
    still = [
        (item, silence)
        for item, silence in windows
        if item.running and item.due and today <= item.due and _remedy(item)
    ]
    suits = any(_remedy(item) == "suit" for item, _ in still)
    results = [
        OpenRemedy(
            _remedy(item) or "",
            item,
            _authority(view.unit, _remedy(item)),
            silence,
            first=_remedy(item) == "reconsideration" and not suits,
        )
        for item, silence in still
    ]
    return sorted(results, key=lambda remedy: remedy.kind)


def _remedy(window: Deadline) -> str | None:
    head = window.kind.partition(".")[0]
    return head if head in {"reconsideration", "suit"} else None


def _authority(unit: Unit, kind: str | None) -> str | None:
    return unit.court if kind == "suit" else unit.reconsideration_authority
