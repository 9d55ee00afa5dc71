"""That a spreadsheet has faults: nothing of it was stored."""

from requestflow.foundation import RequestflowError, text
from requestflow.spreadsheets import Fault

MOST_FAULTS = 5_000
"""Faults after which a file is read no further: it is another file, or needs another hand."""


class LedgerFaulty(RequestflowError):
    """The spreadsheet has faults; nothing was stored."""

    def __init__(self, faults: list[Fault]) -> None:
        many = text(
            "The ledger has more than %(count)s errors; nothing was imported.", count=MOST_FAULTS
        )
        some = text("The ledger has %(count)s errors; nothing was imported.", count=len(faults))
        super().__init__(
            many if len(faults) >= MOST_FAULTS else some,
            text("Correct the cells listed, or import the remaining rows with --skip-faulty."),
        )
        self.faults = faults
