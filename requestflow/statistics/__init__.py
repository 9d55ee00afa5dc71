"""Counting (统计): every figure of the annual report, from the records, with its predicate."""

from requestflow.statistics.checks import CheckResult
from requestflow.statistics.counted import (
    Counted,
    condition_of,
    counted_by,
    list_remedies,
    stated_by,
)
from requestflow.statistics.figures import Figure, Number
from requestflow.statistics.report import Report, UnitFigures, build_report
from requestflow.statistics.writing import as_dict, as_html, as_text, as_xlsx

__all__ = [
    "CheckResult",
    "Counted",
    "Figure",
    "Number",
    "Report",
    "UnitFigures",
    "as_dict",
    "as_html",
    "as_text",
    "as_xlsx",
    "build_report",
    "condition_of",
    "counted_by",
    "list_remedies",
    "stated_by",
]
