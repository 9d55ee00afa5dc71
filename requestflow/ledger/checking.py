"""From rows to entries, with every fault of every cell on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from requestflow.accounts import Unit
from requestflow.foundation import Text, text
from requestflow.law import Label, Pack, UnknownLaw, law_in_force
from requestflow.ledger import cells, columns
from requestflow.ledger.columns import word
from requestflow.ledger.entries import PARTY_COLUMNS, Entry, RemedyEntry
from requestflow.ledger.faults import Fault
from requestflow.ledger.reading import Row

LONGEST = {"subject": 20000, "number": 60}
LONGEST_OTHER = 500


@dataclass
class Checker:
    """Checks rows against the units there are and the day it is."""

    units: Mapping[str, Unit]
    today: date
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._units = {word(unit.code): unit for unit in self.units.values()}
        self._units |= {word(unit.name): unit for unit in self.units.values()}

    def application(self, row: Row) -> Entry | None:
        """The entry of a row of 申请台账; None where it has faults."""
        cell = _Cells(self, row)
        number = cell.needed("number", text("The number is missing."))
        if number and ("/" in number or any(c.isspace() for c in number)):
            cell.fault("number", text("A number cannot contain spaces or '/'."), text("2014-0001"))
        unit = self._unit(cell)
        kind = cell.coded(
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
        party = {key: value for key in PARTY_COLUMNS if (value := cell.text(key))}
        notes = dict(row.extra)
        if remarks := cell.text("remarks"):
            notes[row.header("remarks")] = remarks
        if cell.faulty or not (number and unit and kind and channel and received_on and subject):
            return None
        return Entry(
            number,
            unit.code,
            kind,
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

    def remedy(self, row: Row) -> tuple[str, RemedyEntry] | None:
        """The application's number and the entry of a row of 行政复议 or 行政诉讼."""
        cell = _Cells(self, row)
        number = cell.needed("number", text("The request number is missing."))
        filed_on = cell.day("filed_on", needed=True)
        concluded_on = cell.day("concluded_on")
        if filed_on and concluded_on and concluded_on < filed_on:
            cell.fault(
                "concluded_on",
                text("The date it was concluded is before the date it was filed."),
                text("Enter a date on or after %(day)s.", day=filed_on),
            )
        after = cell.yes_no("after_reconsideration")
        result = self._result(cell, row, filed_on, concluded_on)
        if cell.faulty or not (number and filed_on):
            return None
        return number, RemedyEntry(
            row.kind.kind, filed_on, cell.text("authority") or None, after, concluded_on, result
        )

    def _unit(self, cell: "_Cells") -> Unit | None:
        name = cell.needed("unit", text("The public body is missing."))
        unit = self._units.get(word(name)) if name else None
        if name and unit is None:
            cell.fault(
                "unit",
                text("This public body does not exist."),
                text(
                    "Enter the name or code of a unit in the hierarchy, for example %(unit)s.",
                    unit=next(iter(self.units.values())).name if self.units else "-",
                ),
            )
        return unit

    def _law(self, cell: "_Cells", received_on: date | None) -> Pack | None:
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

    def _days(self, cell: "_Cells", received_on: date | None) -> dict[str, date | None]:
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
            if days[answered] and cell.blank(requested):
                cell.fault(
                    answered,
                    problem,
                    text(
                        "Fill in '%(column)s' too, or leave this blank.",
                        column=cell.row.header(requested),
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
        self, cell: "_Cells", days: dict[str, date | None]
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
        self, cell: "_Cells", law: Pack | None, answered_on: date | None
    ) -> tuple[str | None, str | None]:
        message = cell.text("outcome")
        if not message:
            if not cell.blank("answered_on"):
                cell.fault("outcome", text("There is a reply date but no outcome."), _outcomes(law))
            elif cell.text("ground"):
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
        outcome = next((o for o in law.outcomes if word(message) in map(word, o.words)), None)
        if outcome is None:
            cell.fault(
                "outcome",
                text("This outcome does not exist under the applicable law."),
                _outcomes(law),
            )
            return None, None
        return outcome.code, self._ground(cell, law, outcome.code, outcome.ground)

    def _ground(self, cell: "_Cells", law: Pack, outcome: str, rule: str) -> str | None:
        message = cell.text("ground")
        fitting = [g for g in law.grounds if outcome in g.outcomes]
        hint = text("Enter one of: %(words)s.", words="、".join(g.label.zh for g in fitting))
        if not message:
            if rule == "required":
                cell.fault("ground", text("This outcome requires a ground."), hint)
            return None
        ground = next((g for g in fitting if word(message) in map(word, g.words)), None)
        if rule == "none":
            cell.fault(
                "ground", text("This outcome cannot have a ground."), text("Leave it blank.")
            )
            return None
        if ground is None:
            known = any(word(message) in map(word, g.words) for g in law.grounds)
            cell.fault(
                "ground",
                text("This ground cannot be used with this outcome.")
                if known
                else text("This ground does not exist under the applicable law."),
                hint,
            )
            return None
        return ground.code

    def _result(
        self, cell: "_Cells", row: Row, filed_on: date | None, concluded_on: date | None
    ) -> str | None:
        message = cell.text("result")
        results = (
            law_in_force(max(filed_on or self.today, date(2008, 5, 1)))
            .remedy(row.kind.kind)
            .results
        )
        hint = text(
            "Enter one of: %(words)s; leave blank while pending.",
            words="、".join(r.words[0] for r in results),
        )
        if not message:
            if not cell.blank("concluded_on"):
                cell.fault("result", text("There is a conclusion date but no result."), hint)
            return None
        match = next((r for r in results if word(message) in map(word, r.words)), None)
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


@dataclass
class _Cells:
    """The cells of one row, each read at most once into a fault."""

    checker: Checker
    row: Row
    faulty: set[str] = field(default_factory=set)

    def fault(self, key: str, problem: Text, hint: Text) -> None:
        """Notes what is wrong with a cell; the first thing wrong with it is enough."""
        if key in self.faulty:
            return
        self.faulty.add(key)
        value = cells.plain(self.row.cells.get(key))
        self.checker.faults.append(
            Fault(self.row.sheet, self.row.number, self.row.header(key), value, problem, hint)
        )

    def blank(self, key: str) -> bool:
        return cells.plain(self.row.cells.get(key)) == ""

    def text(self, key: str) -> str:
        value = cells.plain(self.row.cells.get(key))
        longest = LONGEST.get(key, LONGEST_OTHER)
        if len(value) > longest:
            self.fault(
                key,
                text("The text is too long."),
                text("Enter no more than %(number)s characters.", number=longest),
            )
            return ""
        if any(ord(c) < 32 and c not in "\n\t\r" for c in value):
            self.fault(key, text("The text contains control characters."), text("Enter it again."))
            return ""
        return value

    def needed(self, key: str, problem: Text) -> str:
        if self.blank(key):
            self.fault(key, problem, text("Fill in the cell."))
            return ""
        return self.text(key)

    def coded(
        self, key: str, words: Mapping[str, str], problem: Text, needed: bool = True
    ) -> str | None:
        message = word(self.row.cells.get(key))
        if not message and not needed:
            return None
        if message not in words:
            hint = text("Enter one of: %(words)s.", words="、".join(words))
            self.fault(key, problem, hint)
            return None
        return words[message]

    def yes_no(self, key: str) -> bool:
        message = word(self.row.cells.get(key))
        if message not in columns.YES_NO:
            self.fault(key, text("The value must be yes or no."), text("Enter 是 or 否."))
            return False
        return columns.YES_NO[message]

    def day(self, key: str, needed: bool = False) -> date | None:
        hint = text("Enter a date, like 2014-03-05, 2014/3/5 or 2014年3月5日.")
        if self.blank(key):
            if needed:
                self.fault(key, text("The date is missing."), hint)
            return None
        day: date | None = self._read(key, cells.day, text("This date does not exist."), hint)
        if day and day > self.checker.today:
            self.fault(
                key,
                text("This date is in the future."),
                text("Enter a date on or before %(day)s.", day=self.checker.today),
            )
            return None
        return day

    def money(self, key: str) -> int:
        hint = text("Enter an amount in yuan, like 12.50. Leave blank or enter 0 for none.")
        amount = self._read(key, cells.fen, text("This is not an amount of money."), hint) or 0
        if amount < 0:
            self.fault(key, text("The amount cannot be negative."), hint)
        return amount

    def _read(self, key: str, read: Callable[[Any], Any], problem: Text, hint: Text) -> Any:
        try:
            return read(self.row.cells.get(key))
        except (ValueError, OverflowError):
            self.fault(key, problem, hint)
            return None
