"""Counting (统计): every figure of the annual report, from the records, with its predicate."""

from requestflow.statistics.aggregation import Scope, belongs
from requestflow.statistics.cells import COUNTED_SOURCES
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
)
from requestflow.statistics.figure_links import stated_at
from requestflow.statistics.figures import Figure, Number, json_number, plain_number
from requestflow.statistics.opendata import (
    OPEN_DATA_COLUMNS,
    OPEN_DATA_MOST,
    OPEN_DATA_PAGE,
    OpenDataQuery,
    figures_listed,
    open_data_record,
    public_cases,
    state_of_figures,
    state_of_records,
)
from requestflow.statistics.oversight import (
    AGES,
    MEASURES,
    REMEDIES,
    Numbers,
    Overview,
    Period,
    build_overview,
)
from requestflow.statistics.report import (
    Report,
    UnitFigures,
    build_report,
    build_statistics,
    same_form,
)
from requestflow.statistics.table_layout import (
    Cell,
    Grid,
    grid_of,
    listed_grid,
    printed_cell,
    printed_tables,
)
from requestflow.statistics.text_fields import (
    LONGEST_TEXT,
    FieldWrong,
    draft_text,
    fill_text,
    find_contradictions,
    find_retyped_figures,
    said,
    text_problems,
)

__all__ = [
    "AGES",
    "COUNTED_SOURCES",
    "LONGEST_TEXT",
    "MEASURES",
    "OPEN_DATA_COLUMNS",
    "OPEN_DATA_MOST",
    "OPEN_DATA_PAGE",
    "REMEDIES",
    "Cell",
    "CheckResult",
    "FieldWrong",
    "Figure",
    "FigureSelection",
    "Grid",
    "Number",
    "Numbers",
    "OpenDataQuery",
    "Overview",
    "Period",
    "Report",
    "Scope",
    "UnitFigures",
    "belongs",
    "build_overview",
    "build_report",
    "build_statistics",
    "condition_of",
    "draft_text",
    "figures_listed",
    "fill_text",
    "find_contradictions",
    "find_retyped_figures",
    "grid_of",
    "json_number",
    "list_remedies",
    "listed_grid",
    "open_data_record",
    "plain_number",
    "printed_cell",
    "printed_tables",
    "public_cases",
    "report_as_dict",
    "report_as_html",
    "report_as_text",
    "reported_by",
    "said",
    "same_form",
    "select_figure",
    "state_of_figures",
    "state_of_records",
    "stated_at",
    "text_problems",
]
