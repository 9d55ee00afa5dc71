"""Files of a case (附件): kept by content, told by content, handed out as downloads only."""

from requestflow.documents.cleaning import CleanCopy, clean_copy
from requestflow.documents.kinds import ACCEPTED, DocumentRefused
from requestflow.documents.models import Document
from requestflow.documents.scanning import Clamd, Scanner, scanner_for
from requestflow.documents.service import (
    Documents,
    Incoming,
    bytes_of_drafts,
    document_by_key,
    document_references,
    documents_of_case,
    documents_of_draft,
    encrypt_earlier_names,
    forget_documents,
    give_to_case,
    open_content,
)
from requestflow.documents.store import Store

__all__ = [
    "ACCEPTED",
    "Clamd",
    "CleanCopy",
    "Document",
    "DocumentRefused",
    "Documents",
    "Incoming",
    "Scanner",
    "Store",
    "bytes_of_drafts",
    "clean_copy",
    "document_by_key",
    "document_references",
    "documents_of_case",
    "documents_of_draft",
    "encrypt_earlier_names",
    "forget_documents",
    "give_to_case",
    "open_content",
    "scanner_for",
]
