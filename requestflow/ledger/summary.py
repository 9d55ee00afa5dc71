"""How a ledger is taken in, and what that did or would do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from requestflow.foundation import Text, text
from requestflow.spreadsheets import Fault


@dataclass(frozen=True)
class ImportOptions:
    """How a ledger is taken in.

    `skip_faulty`: the rows without faults are stored. `take_away`: blank cells, and rows missing
    from a sheet that the file has, take away what is stored. `late_reason` says why rows come only
    after the figures of their year were handed in.
    """

    skip_faulty: bool = False
    dry_run: bool = False
    take_away: bool = False
    late_reason: str | None = None


OnStored = Callable[[Sequence["StoredCase"]], None]
"""Hears of the cases that were stored, some hundred at a time."""


@dataclass(frozen=True)
class StoredCase:
    """A case that an import has stored: opened, or corrected; then with the applicant's data as it
    was before, where it was changed."""

    case_id: int
    version: int
    added: bool
    party_before: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ImportedChange:
    """A field of a stored case that the file has otherwise; `taken_away`: it leaves it blank."""

    number: str
    field: str
    stored: Any
    wanted: Any
    taken_away: bool = False


@dataclass
class ImportSummary:
    """What an import did, or with `dry_run` would do. Rows are named as 'sheet row'."""

    added: int = 0
    unchanged: int = 0
    corrected: int = 0
    remedies: int = 0
    taken_away: int = 0
    kept: int = 0
    """Stored values that the file leaves blank."""
    left_out: list[str] = field(default_factory=list)
    no_cases: list[str] = field(default_factory=list)
    """Totals, signatures and notes, with what stands in them."""
    hidden_rows: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    ignored_sheets: list[str] = field(default_factory=list)
    kept_columns: list[str] = field(default_factory=list)
    """Columns that are not known, kept as remarks: 'sheet: head'."""
    changes: list[ImportedChange] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    dry_run: bool = False

    def leave_out(self, sheet: str, row: int, number: str = "") -> None:
        """Notes a row that was not taken in."""
        place = f"{sheet} {row}"
        self.left_out.append(f"{number} ({place})" if number else place)

    def noticed(self) -> list[Text]:
        """What stands in the file and was not taken as a case, or is easily overlooked."""
        lines = [
            text("The sheet '%(sheet)s' is not part of the ledger and was ignored.", sheet=sheet)
            for sheet in self.ignored_sheets
        ]
        lines += [
            text("The sheet '%(sheet)s' is hidden in the file and was read.", sheet=sheet)
            for sheet in self.hidden_sheets
        ]
        hidden, columns = ", ".join(self.hidden_rows), ", ".join(self.kept_columns)
        no_cases, left_out = ", ".join(self.no_cases), ", ".join(self.left_out)
        if hidden:
            lines.append(text("Rows hidden in the file, read all the same: %(rows)s.", rows=hidden))
        if columns:
            lines.append(text("Unknown columns, kept as remarks: %(columns)s.", columns=columns))
        if no_cases:
            lines.append(text("Rows that are not cases: %(rows)s.", rows=no_cases))
        if left_out:
            lines.append(text("Not imported: %(numbers)s.", numbers=left_out))
        if self.taken_away:
            lines.append(text("%(number)s stored values are taken away.", number=self.taken_away))
        if self.kept:
            lines.append(
                text(
                    "%(number)s stored values that the file leaves blank are kept.",
                    number=self.kept,
                )
            )
        return lines
