"""Reading and writing the offices' spreadsheets (申请台账)."""

from requestflow.ledger.exporting import export_ledger
from requestflow.ledger.faults import LedgerFaulty
from requestflow.ledger.importing import import_ledger
from requestflow.ledger.summary import ImportedChange, ImportOptions, ImportSummary

__all__ = [
    "ImportOptions",
    "ImportSummary",
    "ImportedChange",
    "LedgerFaulty",
    "export_ledger",
    "import_ledger",
]
