"""Applications on their way (申请): filled in page by page, checked, sent once."""

from requestflow.applications.cleaning import clean_line, clean_text, half_width
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
    compact_number,
    mask_number,
    number_problem,
    read_page,
)
from requestflow.applications.service import (
    Draft,
    Incomplete,
    begin_draft,
    clear_drafts,
    count_bytes,
    draft_of,
    draft_problems,
    save_answers,
    submit_application,
    tracking_code_of,
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
    "begin_draft",
    "clean_line",
    "clean_text",
    "clear_drafts",
    "compact_number",
    "count_bytes",
    "draft_of",
    "draft_problems",
    "half_width",
    "mask_number",
    "number_problem",
    "read_page",
    "save_answers",
    "submit_application",
    "tracking_code_of",
]
