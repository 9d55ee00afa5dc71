"""Papers made of a case: the receipt, the application for reconsideration; as PDF and for Word."""

from requestflow.letters.paper import Paper, as_docx, as_pdf
from requestflow.letters.receipt import asked, confirmed, receipt
from requestflow.letters.reconsideration import reconsideration

__all__ = ["Paper", "as_docx", "as_pdf", "asked", "confirmed", "receipt", "reconsideration"]
