"""One line of a register as facts, its remedies with it, and the steps that these facts are."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from requestflow.cases import (
    CaseView,
    Event,
    History,
    Opening,
    Step,
    next_remedy_key,
    order_of,
    validate_particulars,
)

REGISTER_STEPS = frozenset(
    {
        "received",
        "clarification_requested",
        "clarified",
        "consultation_started",
        "consultation_ended",
        "extended",
        "decision_recorded",
        "fees_recorded",
        "closed",
        "remedy_filed",
        "remedy_concluded",
        "voided",
    }
)
"""The steps that a register can tell of; a case with others is worked in the system itself."""
UNTOLD = frozenset({"due_days_moved", "noted", "assigned", "answer_released", "release_withdrawn"})


@dataclass(frozen=True)
class RemedyEntry:
    """A line of the sheets 行政复议 or 行政诉讼."""

    kind: str
    filed_on: date
    authority: str | None = None
    after_reconsideration: bool = False
    concluded_on: date | None = None
    result: str | None = None


@dataclass(frozen=True)
class Entry:
    """A line of the sheet 申请台账 with its remedies. Money in fen."""

    number: str
    unit: str
    applicant_kind: str
    channel: str
    received_on: date
    subject: str
    party: Mapping[str, str] = field(default_factory=dict)
    delivery_form: str | None = None
    clarification_asked: date | None = None
    clarified_on: date | None = None
    third_party_asked: date | None = None
    third_party_answered: date | None = None
    extended_on: date | None = None
    answered_on: date | None = None
    outcome: str | None = None
    ground: str | None = None
    fee_charged: int = 0
    fee_waived: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)
    remedies: tuple[RemedyEntry, ...] = ()

    def opening(self) -> Opening:
        """The receipt."""
        return Opening(
            self.unit,
            self.received_on,
            self.applicant_kind,
            self.channel,
            self.subject,
            self.party,
            self.delivery_form,
            self.number,
            self.notes or None,
        )

    def steps(self) -> tuple[Step, ...]:
        """What happened after the receipt, in the order of the days."""
        steps = [*self._before_the_answer(), *self._answer(), *self._remedies()]
        return tuple(sorted(steps, key=lambda step: (step.day, order_of(step.kind))))

    def history(self) -> History:
        """The whole as a new case."""
        return History(self.opening(), self.steps(), self.number)

    def _before_the_answer(self) -> list[Step]:
        notified: tuple[tuple[str, date | None, dict[str, Any]], ...] = (
            ("clarification_requested", self.clarification_asked, {}),
            ("clarified", self.clarified_on, {}),
            (
                "consultation_started",
                self.third_party_asked,
                {"consultation": "1", "letter_received_on": str(self.third_party_asked)},
            ),
            ("consultation_ended", self.third_party_answered, {"consultation": "1"}),
            ("extended", self.extended_on, {}),
        )
        return [Step(kind, day, data) for kind, day, data in notified if day]

    def _answer(self) -> list[Step]:
        steps = []
        if self.fee_charged or self.fee_waived:
            fees = {"charged": self.fee_charged, "waived": self.fee_waived}
            steps.append(Step("fees_recorded", self.answered_on or self.received_on, fees))
        if self.answered_on:
            data = {"outcome": self.outcome, "ground": self.ground}
            data = {key: value for key, value in data.items() if value}
            steps.append(Step("decision_recorded", self.answered_on, data))
            steps.append(Step("closed", self.answered_on))
        return steps

    def _remedies(self) -> list[Step]:
        steps = []
        for key, remedy in zip(remedy_keys(self.remedies), self.remedies, strict=True):
            data: dict[str, Any] = {"remedy": key, "kind": remedy.kind}
            filed = {**data, "after_reconsideration": remedy.after_reconsideration}
            if remedy.authority:
                filed["authority"] = remedy.authority
            steps.append(Step("remedy_filed", remedy.filed_on, filed))
            if remedy.concluded_on:
                ended = {**data, "result": remedy.result, "redecision": False}
                steps.append(Step("remedy_concluded", remedy.concluded_on, ended))
        return steps


def remedy_keys(remedies: tuple[RemedyEntry, ...]) -> list[str]:
    """R1, R2 … for reconsiderations and S1, S2 … for suits, in the order of the sheets."""
    keys: list[str] = []
    for remedy in remedies:
        keys.append(next_remedy_key(remedy.kind, keys))
    return keys


def entry_of(view: CaseView, party: Mapping[str, str]) -> Entry:
    """The line that a register would hold of a case."""
    state = view.state
    first = view.history[0].data

    def day_of(kind: str, last: bool = False) -> date | None:
        days = [event.day for event in view.history if event.kind == kind]
        return (days[-1] if last else days[0]) if days else None

    remedies = tuple(
        RemedyEntry(
            r.kind, r.filed_on, r.authority, r.after_reconsideration, r.concluded_on, r.result
        )
        for r in sorted(state.remedies, key=lambda r: (r.kind, r.key))
    )
    return Entry(
        number=state.number,
        unit=state.unit,
        applicant_kind=state.applicant_kind,
        channel=state.channel,
        received_on=state.received_on,
        subject=state.subject,
        party={k: v for k, v in party.items() if k in PARTY_COLUMNS and v},
        delivery_form=state.delivery_form,
        clarification_asked=day_of("clarification_requested"),
        clarified_on=day_of("clarified", last=True),
        third_party_asked=day_of("consultation_started"),
        third_party_answered=None
        if state.open_consultations
        else day_of("consultation_ended", True),
        extended_on=day_of("extended"),
        answered_on=state.concluded_on,
        outcome=state.outcome,
        ground=state.ground,
        fee_charged=state.fee_charged,
        fee_waived=state.fee_waived,
        notes=dict(first.get("notes") or {}),
        remedies=remedies,
    )


PARTY_COLUMNS = ("name", "identity_number", "phone", "email")


def differences(stored: Entry, wanted: Entry) -> list[tuple[str, Any, Any]]:
    """The fields in which two entries differ: name, stored, wanted."""
    left, right = asdict(sorted_remedies(stored)), asdict(sorted_remedies(wanted))
    return [(key, left[key], right[key]) for key in left if left[key] != right[key]]


def sorted_remedies(entry: Entry) -> Entry:
    """The entry with reconsiderations before suits, each in their order."""
    return replace(entry, remedies=tuple(sorted(entry.remedies, key=lambda r: r.kind)))


def told_by_register(history: list[Event]) -> bool:
    """Whether everything that happened to the case could come from a register."""
    return all(event.kind in REGISTER_STEPS | UNTOLD for event in history)


def corrections(
    history: list[Event], wanted: Entry, received: dict[str, Any]
) -> list[dict[str, Any]]:
    """The changes that turn a case's history into what the entry says, event by event."""
    stored = [event for event in history if event.kind in REGISTER_STEPS]
    target = [("received", wanted.received_on, received)]
    target += [(step.kind, step.day, dict(step.data)) for step in wanted.steps()]
    left = _by_name([(event.kind, event.data, event) for event in stored])
    right = _by_name([(kind, data, (kind, day, data)) for kind, day, data in target])
    changes: list[dict[str, Any]] = []
    for name, event in left.items():
        if name not in right:
            changes.append({"action": "void", "key": event.key})
    for name, (kind, day, data) in right.items():
        change = {"kind": kind, "day": day.isoformat(), "data": data}
        event = left.get(name)
        if event is None:
            changes.append({"action": "insert", **change})
        elif (event.day, dict(event.data)) != (day, validate_particulars(kind, data)):
            changes.append({"action": "replace", "key": event.key, **change})
    return changes


def _by_name(items: list[tuple[str, Mapping[str, Any], Any]]) -> dict[tuple[str, str], Any]:
    return {(kind, str(data.get("remedy", ""))): item for kind, data, item in items}
