"""That a spreadsheet has faults: nothing of it was stored."""

from requestflow.foundation import RequestflowError, text
from requestflow.spreadsheets import Fault


class LedgerFaulty(RequestflowError):
    """The spreadsheet has faults; nothing was stored."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            text("The ledger has %(count)s errors; nothing was imported.", count=len(faults)),
            text("Correct the cells listed, or import the remaining rows with --skip-faulty."),
        )
        self.faults = faults
