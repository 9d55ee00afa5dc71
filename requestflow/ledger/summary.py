"""How a ledger is taken in, and what that did or would do."""

from dataclasses import dataclass, field
from typing import Any

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
