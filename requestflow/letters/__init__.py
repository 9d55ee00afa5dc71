"""Papers made of a case: receipt, decision, application for reconsideration; PDF and Word."""

from requestflow.letters.decision import decision_letter
from requestflow.letters.issuing import sign
from requestflow.letters.paper import Paper, as_docx, as_pdf
from requestflow.letters.receipt import asked, confirmed, receipt
from requestflow.letters.reconsideration import reconsideration

__all__ = [
    "Paper",
    "as_docx",
    "as_pdf",
    "asked",
    "confirmed",
    "decision_letter",
    "receipt",
    "reconsideration",
    "sign",
]
