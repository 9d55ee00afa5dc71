"""What can be wrong in a spreadsheet: sheet, row, column, and what would be right."""

from dataclasses import dataclass

from requestflow.foundation import RequestflowError, Text, text


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be taken as it is. `row` counts as the spreadsheet does, from 1."""

    sheet: str
    row: int
    column: str
    value: str
    problem: Text
    hint: Text


class LedgerFaulty(RequestflowError):
    """The spreadsheet has faults; nothing was stored."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            text("The ledger has %(count)s errors; nothing was imported.", count=len(faults)),
            text("Correct the cells listed, or import the remaining rows with --skip-faulty."),
        )
        self.faults = faults
