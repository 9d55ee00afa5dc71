"""Applications on their way (申请): filled in page by page, checked, sent once."""

from requestflow.applications.cleaning import half_width, line, paragraph
from requestflow.applications.models import ApplicationDraft
from requestflow.applications.pages import (
    FORMS,
    IDENTITY_KINDS,
    IDENTITY_NUMBERS,
    KINDS,
    ORDER,
    PAGES,
    WAYS,
    Errors,
    compact,
    hidden,
    number_problem,
    read,
)
from requestflow.applications.service import (
    Draft,
    Incomplete,
    begin,
    clear_drafts,
    code_of,
    count_bytes,
    draft_of,
    keep,
    problems,
    submit,
)

__all__ = [
    "FORMS",
    "IDENTITY_KINDS",
    "IDENTITY_NUMBERS",
    "KINDS",
    "ORDER",
    "PAGES",
    "WAYS",
    "ApplicationDraft",
    "Draft",
    "Errors",
    "Incomplete",
    "begin",
    "clear_drafts",
    "code_of",
    "compact",
    "count_bytes",
    "draft_of",
    "half_width",
    "hidden",
    "keep",
    "line",
    "number_problem",
    "paragraph",
    "problems",
    "read",
    "submit",
]
