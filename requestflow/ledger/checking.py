"""From rows to entries, with every fault of every cell on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from requestflow.accounts import Unit
from requestflow.cases import number_problem
from requestflow.foundation import Text, text
from requestflow.law import Ground, Label, Outcome, Pack, UnknownLaw, law_in_force, law_pack
from requestflow.ledger import columns
from requestflow.ledger.columns import SheetKind
from requestflow.ledger.entries import PARTY_COLUMNS, Entry, RemedyEntry
from requestflow.ledger.merging import Line, RemedyLine
from requestflow.ledger.row_cells import RowCells
from requestflow.spreadsheets import Fault, TableRow, header_text, plain_word


@dataclass
class Checker:
    """Checks rows against the units there are and the day it is; `others` are units for which the
    person takes nothing in."""

    units: Iterable[Unit]
    today: date
    others: Iterable[Unit] = ()
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._codes = {plain_word(unit.code): unit for unit in self.units}
        self._names: dict[str, list[Unit]] = {}
        for unit in self.units:
            self._names.setdefault(plain_word(unit.name), []).append(unit)

    def application(self, row: TableRow, kind: SheetKind) -> Line | None:
        """The line of a row of 申请台账; None where it has faults."""
        cell = RowCells(row, kind, self.today, self.faults)
        number = self.number(cell, text("The number is missing."))
        if number is None and self._is_no_case(cell, kind):
            return None
        unit = self._unit(cell)
        applicant_kind = cell.coded(
            "applicant_kind",
            columns.APPLICANT_KINDS,
            text("This type of applicant does not exist."),
        )
        channel = cell.coded("channel", columns.CHANNELS, text("This channel does not exist."))
        received_on = cell.day("received_on", needed=True)
        law = self._law(cell, received_on)
        subject = cell.needed("subject", text("The information requested is missing."))
        form = cell.coded(
            "delivery_form",
            columns.DELIVERY_FORMS,
            text("This delivery method does not exist."),
            needed=False,
        )
        days = self._days(cell, received_on)
        outcome, ground = self._decision(cell, law, days["answered_on"])
        charged, waived = cell.money("fee_charged"), cell.money("fee_waived")
        party = {key: value for key in PARTY_COLUMNS if (value := cell.value(key))}
        notes = dict(row.extra)
        if remarks := cell.value("remarks"):
            notes[header_text(kind.header("remarks"))] = remarks
        if cell.faulty or not (
            number and unit and applicant_kind and channel and received_on and subject
        ):
            return None
        entry = Entry(
            number,
            unit.code,
            applicant_kind,
            channel,
            received_on,
            subject,
            party,
            form,
            **days,  # type: ignore[arg-type]
            outcome=outcome,
            ground=ground,
            fee_charged=charged,
            fee_waived=waived,
            notes=notes,
        )
        present = frozenset(row.headers)
        return Line(number, entry, row.sheet, row.number, present, cell.stated)

    def number(self, cell: RowCells, problem: Text) -> str | None:
        """The number of the application in its normal form; None where it is none."""
        number = cell.identifier("number", problem)
        wrong = number_problem(number) if number else None
        if wrong:
            cell.fault("number", wrong, text("Enter a number like 2014-0001."))
        return None if wrong or not number else number

    def _is_no_case(self, cell: RowCells, kind: SheetKind) -> bool:
        """Whether a row without a number has so little that it is no case: one fault is enough."""
        needed = [column.key for column in kind.columns if column.required]
        filled = sum(not cell.blank(key) for key in needed)
        if filled * 2 > len(needed):
            return False
        if cell.blank("number"):
            cell.replace_fault(
                text("This row has no request number and is not a case."),
                text("Delete the row, or fill in its cells."),
            )
        return True

    def remedy(self, row: TableRow, kind: SheetKind) -> tuple[str | None, RemedyLine | None]:
        """The application's number and the line of a row of 行政复议 or 行政诉讼; None for what
        has faults."""
        cell = RowCells(row, kind, self.today, self.faults)
        number = self.number(cell, text("The request number is missing."))
        if number is None and self._is_no_case(cell, kind):
            return None, None
        filed_on = cell.day("filed_on", needed=True)
        concluded_on = cell.day("concluded_on")
        if filed_on and concluded_on and concluded_on < filed_on:
            cell.fault(
                "concluded_on",
                text("The date it was concluded is before the date it was filed."),
                text("Enter a date on or after %(day)s.", day=filed_on),
            )
        after = cell.yes_no("after_reconsideration")
        result = self._result(cell, kind, filed_on)
        authority = cell.value("authority") or None
        if cell.faulty or not (number and filed_on):
            return number, None
        entry = RemedyEntry(kind.kind, filed_on, authority, after, concluded_on, result)
        return number, RemedyLine(entry, row.sheet, row.number, cell.stated)

    def _unit(self, cell: RowCells) -> Unit | None:
        name = cell.needed("unit", text("The public body is missing."))
        if not name:
            return None
        unit = self._codes.get(plain_word(name))
        if unit is not None:
            return unit
        named = self._names.get(plain_word(name), [])
        if len(named) == 1:
            return named[0]
        if named:
            cell.fault(
                "unit",
                text("%(number)s public bodies have this name.", number=len(named)),
                text(
                    "Enter the code of the right one: %(codes)s.",
                    codes="、".join(sorted(unit.code for unit in named)),
                ),
            )
            return None
        if any(plain_word(name) in map(plain_word, (o.code, o.name)) for o in self.others):
            cell.fault(
                "unit",
                text("You cannot import requests of this public body."),
                text("Leave the row out, or let the public body import it."),
            )
            return None
        first = next(iter(self._codes.values()), None)
        cell.fault(
            "unit",
            text("This public body does not exist."),
            text(
                "Enter the name or code of a unit in the hierarchy, for example %(unit)s.",
                unit=first.name if first else "-",
            ),
        )
        return None

    def _law(self, cell: RowCells, received_on: date | None) -> Pack | None:
        if received_on is None:
            return None
        try:
            return law_in_force(received_on)
        except UnknownLaw:
            cell.fault(
                "received_on",
                text("No law was in force on that date."),
                text("Enter a date on or after 2008-05-01."),
            )
            return None

    def _days(self, cell: RowCells, received_on: date | None) -> dict[str, date | None]:
        keys = (
            "clarification_asked",
            "clarified_on",
            "third_party_asked",
            "third_party_answered",
            "extended_on",
            "answered_on",
        )
        days = {key: cell.day(key) for key in keys}
        for key, day in days.items():
            if day and received_on and day < received_on:
                problem = (
                    text("The reply date is before the date of receipt.")
                    if key == "answered_on"
                    else text("The date is before the date of receipt.")
                )
                cell.fault(key, problem, text("Enter a date on or after %(day)s.", day=received_on))
        for requested, answered, problem in (
            (
                "clarification_asked",
                "clarified_on",
                text("There is a clarification date but no request for clarification."),
            ),
            (
                "third_party_asked",
                "third_party_answered",
                text("There is a third-party reply but no consultation."),
            ),
        ):
            if days[answered] and cell.left_blank(requested):
                cell.fault(
                    answered,
                    problem,
                    text(
                        "Fill in '%(column)s' too, or leave this blank.",
                        column=cell.header(requested),
                    ),
                )
            elif days[answered] and days[requested] and days[answered] < days[requested]:  # type: ignore[operator]
                cell.fault(
                    answered,
                    text("The reply date is before the date of asking."),
                    text("Enter a date on or after %(day)s.", day=days[requested]),
                )
        return self._before_answer(cell, days)

    def _before_answer(
        self, cell: RowCells, days: dict[str, date | None]
    ) -> dict[str, date | None]:
        answered = days["answered_on"]
        for key, day in days.items():
            if day and answered and day > answered:
                cell.fault(
                    key,
                    text("The date is after the reply."),
                    text("Enter a date on or before %(day)s.", day=answered),
                )
        return days

    def _decision(
        self, cell: RowCells, law: Pack | None, answered_on: date | None
    ) -> tuple[str | None, str | None]:
        message = cell.value("outcome")
        if not message:
            if not cell.blank("answered_on"):
                cell.fault("outcome", text("There is a reply date but no outcome."), _outcomes(law))
            elif cell.value("ground"):
                cell.fault(
                    "ground",
                    text("There is a ground but no reply."),
                    text("Leave it blank while the case is open."),
                )
            return None, None
        if cell.blank("answered_on"):
            cell.fault(
                "answered_on",
                text("There is an outcome but no reply date."),
                text("Enter the reply date, for example 2014-03-05."),
            )
        if law is None:
            return None, None
        outcome = _by_word(law.code)[0].get(plain_word(message))
        if outcome is None:
            cell.fault(
                "outcome",
                text("This outcome does not exist under the applicable law."),
                _outcomes(law),
            )
            return None, None
        return outcome.code, self._ground(cell, law, outcome.code, outcome.ground)

    def _ground(self, cell: RowCells, law: Pack, outcome: str, rule: str) -> str | None:
        message = cell.value("ground")
        fitting = _fitting(law.code, outcome)
        if not message:
            if rule == "required":
                cell.fault("ground", text("This outcome requires a ground."), _grounds(fitting))
            return None
        named = _by_word(law.code)[1].get(plain_word(message), ())
        ground = next((g for g in named if outcome in g.outcomes), None)
        if rule == "none":
            cell.fault(
                "ground", text("This outcome cannot have a ground."), text("Leave it blank.")
            )
            return None
        if ground is None:
            known = plain_word(message) in _by_word(law.code)[1]
            cell.fault(
                "ground",
                text("This ground cannot be used with this outcome.")
                if known
                else text("This ground does not exist under the applicable law."),
                _grounds(fitting),
            )
            return None
        return ground.code

    def _result(self, cell: RowCells, kind: SheetKind, filed_on: date | None) -> str | None:
        message = cell.value("result")
        law = law_in_force(max(filed_on or self.today, columns.FIRST_LAW))
        results = law.remedy(kind.kind).results
        hint = text(
            "Enter one of: %(words)s; leave blank while pending.",
            words="、".join(r.words[0] for r in results),
        )
        if not message:
            if not cell.blank("concluded_on"):
                cell.fault("result", text("There is a conclusion date but no result."), hint)
            return None
        match = next((r for r in results if plain_word(message) in map(plain_word, r.words)), None)
        if match is None:
            cell.fault("result", text("This result does not exist."), hint)
            return None
        if cell.blank("concluded_on"):
            cell.fault(
                "concluded_on",
                text("There is a result but no conclusion date."),
                text("Enter the conclusion date, for example 2014-03-05."),
            )
        return match.code


def _outcomes(law: Pack | None) -> Text:
    labels: list[Label] = [o.label for o in law.outcomes] if law else []
    return text("Enter one of: %(words)s.", words="、".join(label.zh for label in labels))


def _grounds(fitting: Iterable[Ground]) -> Text:
    return text("Enter one of: %(words)s.", words="、".join(g.label.zh for g in fitting))


@lru_cache(maxsize=256)
def _fitting(code: str, outcome: str) -> Sequence[Ground]:
    """The grounds that a law has for an outcome."""
    return [ground for ground in law_pack(code).grounds if outcome in ground.outcomes]


@lru_cache(maxsize=16)
def _by_word(code: str) -> tuple[dict[str, Outcome], dict[str, list[Ground]]]:
    """A law's outcomes and grounds by the words that stand for them."""
    law = law_pack(code)
    outcomes = {plain_word(w): o for o in reversed(law.outcomes) for w in _words(o)}
    grounds: dict[str, list[Ground]] = {}
    for ground in law.grounds:
        for word in _words(ground):
            grounds.setdefault(plain_word(word), []).append(ground)
    return outcomes, grounds


def _words(item: Outcome | Ground) -> tuple[str, ...]:
    """What registers call it, and what our own call it."""
    return (item.label.zh, *item.words)
