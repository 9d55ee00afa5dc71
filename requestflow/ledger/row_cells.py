"""The cells of one row of a ledger, each read at most once into a fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from requestflow.foundation import Text, text
from requestflow.ledger import columns
from requestflow.ledger.columns import SheetKind
from requestflow.spreadsheets import (
    Cell,
    CellUnreadable,
    Fault,
    Missing,
    TableRow,
    day_of,
    fen_of,
    identifier_of,
    is_blank,
    plain_word,
    shown,
    text_of,
)

T = TypeVar("T")
LONGEST = {"subject": 20000, "number": 60}
LONGEST_OTHER = 500


@dataclass
class RowCells:
    """Reads the cells of a row by column; what is wrong with one is added to `faults`."""

    row: TableRow
    kind: SheetKind
    today: date
    faults: list[Fault]
    faulty: set[str] = field(default_factory=set)
    stated: frozenset[str] = field(init=False)
    """The columns in which something stands."""

    def __post_init__(self) -> None:
        nothing = self.kind.nothing
        self.stated = frozenset(
            key for key, cell in self.row.cells.items() if not is_blank(cell, nothing[key])
        )

    def header(self, key: str) -> str:
        """The head of a column as the file has it."""
        return self.row.headers.get(key) or self.kind.header(key)

    def fault(self, key: str, problem: Text, hint: Text) -> None:
        """Notes what is wrong with a cell; the first thing wrong with it is enough."""
        if key in self.faulty:
            return
        self.faulty.add(key)
        value = shown(self.row.cell(key))
        self.faults.append(
            Fault(self.row.sheet, self.row.number, self.header(key), value, problem, hint)
        )

    def replace_fault(self, problem: Text, hint: Text) -> None:
        """Puts another word in the place of the row's last fault."""
        last = self.faults.pop()
        self.faults.append(Fault(last.sheet, last.row, last.column, last.value, problem, hint))

    def blank(self, key: str) -> bool:
        """Whether nothing stands in a cell, or a sign for nothing where it may be blank."""
        return key not in self.stated

    def left_blank(self, key: str) -> bool:
        """The same, where the file has the column."""
        return not isinstance(self.row.cell(key), Missing) and self.blank(key)

    def value(self, key: str) -> str:
        """The text of a cell, '' where it is blank or faulty."""
        if self.blank(key):
            return ""
        value = self._read(key, text_of) or ""
        longest = LONGEST.get(key, LONGEST_OTHER)
        if len(value) > longest:
            self.fault(
                key,
                text("The text is too long."),
                text("Enter no more than %(number)s characters.", number=longest),
            )
            return ""
        if not value.isprintable() and any(ord(c) < 32 and c not in "\n\t" for c in value):
            self.fault(key, text("The text contains control characters."), text("Enter it again."))
            return ""
        return value

    def needed(self, key: str, problem: Text) -> str:
        """The text of a cell that must not be blank."""
        value = self.value(key)
        if not value and key not in self.faulty:
            self.fault(key, problem, text("Fill in the cell."))
        return value

    def identifier(self, key: str, problem: Text) -> str:
        """A number of an application in its normal form."""
        if not self.needed(key, problem):
            return ""
        return self._read(key, identifier_of) or ""

    def coded(
        self, key: str, words: Mapping[str, str], problem: Text, needed: bool = True
    ) -> str | None:
        """The code that a word of a list stands for."""
        if self.blank(key) and not needed:
            return None
        message = plain_word(self._read(key, text_of) or "")
        if message not in words:
            hint = text("Enter one of: %(words)s.", words="、".join(words))
            self.fault(key, problem, hint)
            return None
        return words[message]

    def yes_no(self, key: str) -> bool:
        """是 or 否; blank is no."""
        message = plain_word(self._read(key, text_of) or "").upper()
        if message not in columns.YES_NO:
            self.fault(key, text("The value must be yes or no."), text("Enter 是 or 否."))
            return False
        return columns.YES_NO[message]

    def day(self, key: str, needed: bool = False) -> date | None:
        """A day that is not in the future."""
        if self.blank(key):
            if needed:
                hint = text("Enter a date, like 2014-03-05, 2014/3/5 or 2014年3月5日.")
                self.fault(key, text("The date is missing."), hint)
            return None
        day = self._read(key, lambda cell: day_of(cell, self.row.date1904))
        if day and day > self.today:
            self.fault(
                key,
                text("This date is in the future."),
                text("Enter a date on or before %(day)s.", day=self.today),
            )
            return None
        return day

    def money(self, key: str) -> int:
        """A sum in yuan as fen; blank is 0."""
        return 0 if self.blank(key) else self._read(key, fen_of) or 0

    def _read(self, key: str, read: Callable[[Cell], T]) -> T | None:
        try:
            return read(self.row.cells.get(key))
        except CellUnreadable as error:
            self.fault(key, error.problem, error.hint)
            return None
