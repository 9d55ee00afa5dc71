"""Reading and writing the offices' spreadsheets (申请台账)."""

from requestflow.ledger.exporting import export_ledger
from requestflow.ledger.faults import Fault, LedgerFaulty
from requestflow.ledger.importing import ImportedChange, ImportSummary, import_ledger

__all__ = [
    "Fault",
    "ImportSummary",
    "ImportedChange",
    "LedgerFaulty",
    "export_ledger",
    "import_ledger",
]
