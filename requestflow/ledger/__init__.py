"""Reading and writing the offices' spreadsheets (申请台账)."""

from requestflow.ledger.exporting import export_ledger
from requestflow.ledger.faults import Fault, LedgerFaulty
from requestflow.ledger.importing import Change, Imported, import_ledger

__all__ = ["Change", "Fault", "Imported", "LedgerFaulty", "export_ledger", "import_ledger"]
