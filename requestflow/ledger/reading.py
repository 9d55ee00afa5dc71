"""The sheets of a ledger: which of a file's tables are which, and their rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from requestflow.ledger.columns import SHEETS, SheetKind
from requestflow.spreadsheets import (
    Fault,
    Head,
    Reading,
    Table,
    TableRow,
    first_rows,
    head_faults,
    header_text,
    read_head,
    read_rows,
)

RESULT = {"application": "outcome"}
"""The column beside the telling one by which a kind of sheet is known; else `result`."""


@dataclass
class LedgerSheet:
    """A table of the file that is one of the ledger's."""

    table: Table
    kind: SheetKind
    head: Head
    seen: Reading = field(default_factory=Reading)

    @property
    def name(self) -> str:
        """The sheet's name as the file has it."""
        return self.table.name

    @cached_property
    def note_columns(self) -> frozenset[str]:
        """The heads of columns that become notes of a case."""
        remarks = {"remarks"} & set(self.head.headers)
        return frozenset(map(header_text, (*self.head.kept, *map(self.kind.header, remarks))))

    def rows(self) -> Iterator[TableRow]:
        """Its rows; what was hidden or is no case stands in `seen` afterwards."""
        return read_rows(self.table, self.head, self.seen)


@dataclass
class LedgerFile:
    """What a file holds: the ledger's sheets, other sheets, and faults of heads."""

    sheets: list[LedgerSheet] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def of(self, *kinds: str) -> list[LedgerSheet]:
        """The sheets of these kinds, in the order of the file."""
        return [sheet for sheet in self.sheets if sheet.kind.kind in kinds]


def read_ledger(tables: Sequence[Table]) -> LedgerFile:
    """Tells the tables of a file apart by their heads."""
    file = LedgerFile()
    for table in tables:
        rows = first_rows(table)
        told = [
            (kind, head)
            for kind in SHEETS
            if (head := read_head(rows, kind.columns, table.merges)) and _tells(kind, head)
        ]
        if not told:
            if rows:
                file.ignored.append(table.name)
            continue
        kind, head = max(told, key=lambda item: len(item[1].headers))
        faults = head_faults(table, head, kind.columns)
        file.faults += faults
        if not faults:
            file.sheets.append(LedgerSheet(table, kind, head))
    return file


def _tells(kind: SheetKind, head: Head) -> bool:
    """Whether a head is of this kind: it has what tells it, and most of the required columns."""
    needed = [column for column in kind.columns if column.required]
    present = sum(column.key in head.headers for column in needed)
    telling = {kind.telling, RESULT.get(kind.kind, "result")} & set(head.headers)
    return bool(telling) and present * 2 > len(needed)
