"""Counting (统计): every figure of the annual report, from the records, with its predicate."""

from requestflow.statistics.checks import CheckResult
from requestflow.statistics.drilldown import (
    FigureSelection,
    condition_of,
    list_remedies,
    reported_by,
    select_figure,
)
from requestflow.statistics.exports import (
    report_as_dict,
    report_as_html,
    report_as_text,
    report_as_xlsx,
)
from requestflow.statistics.figures import Figure, Number
from requestflow.statistics.report import Report, UnitFigures, build_report

__all__ = [
    "CheckResult",
    "Figure",
    "FigureSelection",
    "Number",
    "Report",
    "UnitFigures",
    "build_report",
    "condition_of",
    "list_remedies",
    "report_as_dict",
    "report_as_html",
    "report_as_text",
    "report_as_xlsx",
    "reported_by",
    "select_figure",
]
