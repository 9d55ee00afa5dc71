"""Taking in the offices' files in the browser: uploaded, checked, confirmed, stored, taken back."""

from requestflow.imports.models import KINDS, STATES, Import
from requestflow.imports.report import ImportReport, ReportedChange, ReportedFault, read_text
from requestflow.imports.service import (
    PAGE,
    ImportRefused,
    ImportRequest,
    abandon,
    clear_imports,
    confirm,
    find_import,
    is_at_work,
    kinds_open_to,
    list_imports,
    options_of,
    recheck,
    request_undo,
    start_import,
)
from requestflow.imports.working import work_imports

__all__ = [
    "KINDS",
    "PAGE",
    "STATES",
    "Import",
    "ImportRefused",
    "ImportReport",
    "ImportRequest",
    "ReportedChange",
    "ReportedFault",
    "abandon",
    "clear_imports",
    "confirm",
    "find_import",
    "is_at_work",
    "kinds_open_to",
    "list_imports",
    "options_of",
    "read_text",
    "recheck",
    "request_undo",
    "start_import",
    "work_imports",
]
