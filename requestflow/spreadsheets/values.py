"""What a cell can hold besides text and nothing: numbers, errors, formulas nobody has computed."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a sheet shows a number: as a day, or with so many decimals (None: as many as it has)."""

    is_day: bool = False
    decimals: int | None = None


GENERAL: Final = NumberFormat()


class Number:
    """A number as the file has it: its digits, how the sheet shows it, and from when the workbook
    counts its days."""

    __slots__ = ("date1904", "format", "raw")

    def __init__(self, raw: str, format: NumberFormat = GENERAL, date1904: bool = False) -> None:
        self.raw, self.format, self.date1904 = raw, format, date1904

    def __repr__(self) -> str:
        return f"Number({self.raw!r}, {self.format})"

    def __reduce__(self) -> tuple[object, ...]:
        return Number, (self.raw, self.format, self.date1904)


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """What a spreadsheet shows where a formula fails, such as #N/A or #REF!."""

    code: str


class Uncomputed:
    """A formula whose value was never computed: a program wrote it, and no spreadsheet has saved
    it since."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNCOMPUTED"

    def __reduce__(self) -> str:
        return "UNCOMPUTED"  # the one there is


class Missing:
    """That the file does not have the column at all; it says nothing, not even that it is blank."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"  # the one there is

    def __bool__(self) -> bool:
        return False


UNCOMPUTED: Final = Uncomputed()
MISSING: Final = Missing()

Cell = str | Number | bool | ErrorValue | Uncomputed | Missing | None
"""A cell as it was read: None where it is blank."""
