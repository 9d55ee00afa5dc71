"""Storing what a ledger says: new cases by the hundred, others as correcting events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.calendars import calendar_for
from requestflow.cases import (
    VOID,
    Case,
    CaseService,
    CaseView,
    Event,
    Step,
    StepRefused,
    load_cases,
    parties_of,
    received_data,
    remedies_without_cause,
    replace_party,
)
from requestflow.foundation import Text, text
from requestflow.ledger.columns import SHEETS
from requestflow.ledger.entries import (
    Entry,
    corrections,
    differences,
    entry_of,
    remedy_keys,
    told_by_register,
)
from requestflow.ledger.merging import Line, Merged, RemedyLine, merge
from requestflow.ledger.summary import (
    ImportedChange,
    ImportOptions,
    ImportSummary,
    OnStored,
    StoredCase,
)
from requestflow.spreadsheets import Fault

_HEADERS = {(kind.kind, column.key): column.header for kind in SHEETS for column in kind.columns}


@dataclass
class Storing:
    """Stores lines in the caller's transaction; what is not possible becomes a fault."""

    session: Session
    cases: CaseService
    actor: Actor
    units: dict[str, Unit]
    now: datetime
    options: ImportOptions
    done: ImportSummary
    faults: list[Fault]
    on_stored: OnStored | None = None

    def store(self, lines: Sequence[Line]) -> None:
        """Stores a chunk of lines: those of new numbers as cases, others as corrections."""
        if not lines:
            return
        known = self._known([line.number for line in lines])
        self._record([line for line in lines if line.number not in known])
        self._correct([line for line in lines if line.number in known])

    def _known(self, numbers: Sequence[str]) -> set[str]:
        return set(self.session.scalars(select(Case.number).where(Case.number.in_(numbers))))

    def _record(self, lines: Sequence[Line]) -> None:
        histories = {}
        for line in lines:
            if line.entry is None:
                self._fault(
                    line,
                    "number",
                    line.number,
                    text("This request does not exist."),
                    text("Enter the number of a row in 申请台账."),
                )
                continue
            entry = self._with_cause(line, with_remedies(line))
            if entry is not None:
                histories[line.number] = (line, entry)
        refused: dict[str, StepRefused] = {}
        changes = self.cases.record(
            self.session,
            self.actor,
            [entry.history() for _, entry in histories.values()],
            self.units,
            self.now,
            late_reason=self.options.late_reason,
            on_refused=refused.__setitem__,
        )
        if self.on_stored and changes:
            self.on_stored([StoredCase(c.case_id, len(c.history), True) for c in changes])
        for number, error in refused.items():
            self._refused(*histories[number], error)
        self.done.added += len(histories) - len(refused)
        self.done.remedies += sum(
            len(entry.remedies) for n, (_, entry) in histories.items() if n not in refused
        )

    def _correct(self, lines: Sequence[Line]) -> None:
        if not lines:
            return
        views = load_cases(self.session, [line.number for line in lines])
        parties = parties_of(self.session, [view.id for view in views.values()])
        for line in lines:
            view = views[line.number]
            if view.unit.code not in self.units:
                self._fault(
                    line,
                    "number",
                    line.number,
                    text("Another public body has a case with this number."),
                    text("Give the request another number."),
                )
                continue
            stored = entry_of(view, parties.get(view.id, {}))
            self._compare(line, view, stored)

    def _compare(self, line: Line, view: CaseView, stored: Entry) -> None:
        """Corrects a case where the line differs from it."""
        merged = merge(stored, line, self.options.take_away)
        self.done.kept += len(merged.kept)
        result = differences(stored, merged.entry)
        # What was void is a case again where a file has it.
        if not result and view.state.stage != VOID:
            self.done.unchanged += 1
            return
        if not told_by_register(list(view.history)):
            self._fault(
                line,
                "number",
                line.number,
                text("This case is managed in the system and differs from the file."),
                text("Correct it in the system, or remove its row from the file."),
            )
            return
        entry = self._with_cause(line, merged.entry)
        if entry is None:
            return
        merged.entry, result = entry, differences(stored, entry)
        if not result and view.state.stage != VOID:
            self.done.unchanged += 1
            return
        if self._take(line, view, stored, merged, result):
            self.done.corrected += 1
            self.done.taken_away += len(merged.taken_away)
            self.done.remedies += max(len(merged.entry.remedies) - len(stored.remedies), 0)
            self.done.changes += [
                ImportedChange(line.number, *item, taken_away=item[0] in merged.taken_away)
                for item in result
            ]

    def _take(
        self,
        line: Line,
        view: CaseView,
        stored: Entry,
        merged: Merged,
        result: Sequence[tuple[str, object, object]],
    ) -> bool:
        entry = merged.entry
        party = view.history[0].data.get("party")
        new_party = any(item[0] == "party" for item in result)
        if new_party:
            party = replace_party(self.session, view.id, entry.party)
        received = received_data(entry.opening(), party)
        changes = corrections(list(view.history), entry, received)
        reason = "Corrected in the office's ledger."
        today = self.cases.day_of(self.now, view.unit.jurisdiction)
        step = Step("corrected", today, {"changes": changes, "reason": reason})
        try:
            preview = self.cases.evaluate(
                self.session, self.actor, view, [step], self.now, imported=True
            )
        except StepRefused as error:
            self._refused(line, entry, error)
            return False
        self.cases.append(self.session, preview, self.now, quiet=True)
        if self.on_stored:
            before = dict(stored.party) if new_party else None
            self.on_stored([StoredCase(view.id, view.version + 1, False, before)])
        return True

    def _with_cause(self, line: Line, entry: Entry) -> Entry | None:
        """The entry without remedies that were filed before there was anything to attack, each
        named; None where such a remedy is stored and would no longer have a cause."""
        decided = entry.answered_on
        if all(decided and item.filed_on >= decided for item in entry.remedies):
            return entry
        calendar = calendar_for(self.session, self.units[entry.unit].path)
        refused = remedies_without_cause(entry.number, _events(entry), calendar)
        keys = remedy_keys(entry.remedies)
        lines = {(item.remedy.kind, item.remedy.filed_on): item for item in line.remedies}
        left = []
        for key, remedy in zip(keys, entry.remedies, strict=True):
            if key not in refused:
                left.append(remedy)
                continue
            where = lines.get((remedy.kind, remedy.filed_on))
            self._fault(
                where or line,
                "filed_on" if where else "answered_on",
                str(remedy.filed_on if where else decided or ""),
                text("The date is before the decision being challenged."),
                text("A challenge can be filed once there is a reply, or once the reply is late."),
                kind=remedy.kind if where else "application",
            )
            if where is None:
                return None
        return replace(entry, remedies=tuple(left))

    def _refused(self, line: Line, entry: Entry, error: StepRefused) -> None:
        key = _column_of(entry)
        value = str(getattr(entry, key) or "")
        self._fault(line, key, value, error.text, text("Check the dates in this row."))

    def _fault(
        self,
        line: Line | RemedyLine,
        key: str,
        value: str,
        problem: Text,
        hint: Text,
        kind: str = "application",
    ) -> None:
        header = _HEADERS[(kind, key)]
        self.faults.append(Fault(line.sheet, line.row, header, value, problem, hint))
        self.done.leave_out(line.sheet, line.row, line.number if isinstance(line, Line) else "")
        if isinstance(line, Line) and line.entry is not None:
            for item in line.remedies:
                self.done.leave_out(item.sheet, item.row)


def with_remedies(line: Line) -> Entry:
    """The entry of a line with its remedies, as a new case."""
    if line.entry is None:
        raise ValueError("the line holds remedies alone")
    if not line.remedies:
        return line.entry
    return replace(line.entry, remedies=tuple(item.remedy for item in line.remedies))


def _events(entry: Entry) -> list[Event]:
    first = Event("1", "received", entry.received_on, received_data(entry.opening(), None))
    steps = [
        Event(str(place), step.kind, step.day, dict(step.data))
        for place, step in enumerate(entry.steps(), 2)
    ]
    return [first, *steps]


def _column_of(entry: Entry) -> str:
    """The column to point at when a row's steps do not fit together."""
    if entry.third_party_asked:
        return "third_party_asked"
    return "clarification_asked" if entry.clarification_asked else "answered_on"
