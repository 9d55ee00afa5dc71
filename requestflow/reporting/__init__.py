"""The annual report (政府信息公开工作年度报告) as it is prepared, signed and published: its words,
states, snapshots, papers."""

from requestflow.reporting.content import Content, schema
from requestflow.reporting.differences import Difference, differences
from requestflow.reporting.errors import ReportRefused, TextChanged
from requestflow.reporting.models import AnnualReport, ReportSnapshot, ReportStep, ReportText
from requestflow.reporting.papers import FORMATS, paper
from requestflow.reporting.queries import (
    Child,
    children_of,
    published,
    published_list,
    report_of,
    states_of,
    steps_of,
    texts_of,
    versions_of,
)
from requestflow.reporting.reported import import_counts, report_figure
from requestflow.reporting.service import (
    STATES,
    ReportChange,
    Reporting,
)
from requestflow.reporting.whole import Whole, look_at

__all__ = [
    "FORMATS",
    "STATES",
    "AnnualReport",
    "Child",
    "Content",
    "Difference",
    "ReportChange",
    "ReportRefused",
    "ReportSnapshot",
    "ReportStep",
    "ReportText",
    "Reporting",
    "TextChanged",
    "Whole",
    "children_of",
    "differences",
    "import_counts",
    "look_at",
    "paper",
    "published",
    "published_list",
    "report_figure",
    "report_of",
    "schema",
    "states_of",
    "steps_of",
    "texts_of",
    "versions_of",
]
