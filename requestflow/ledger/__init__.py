"""Reading and writing the offices' spreadsheets (申请台账)."""

from requestflow.ledger.columns import header_of
from requestflow.ledger.entries import Entry, RemedyEntry
from requestflow.ledger.exporting import export_ledger
from requestflow.ledger.faults import LedgerFaulty
from requestflow.ledger.importing import import_ledger
from requestflow.ledger.summary import (
    ImportedChange,
    ImportOptions,
    ImportSummary,
    StoredCase,
)
from requestflow.ledger.undoing import NotAsImported, undo_case

__all__ = [
    "Entry",
    "ImportOptions",
    "ImportSummary",
    "ImportedChange",
    "LedgerFaulty",
    "NotAsImported",
    "RemedyEntry",
    "StoredCase",
    "export_ledger",
    "header_of",
    "import_ledger",
    "undo_case",
]
