"""The annual report (政府信息公开工作年度报告) as it is prepared, signed and published: its words,
states, snapshots, papers."""

from requestflow.reporting.document import Content, schema
from requestflow.reporting.errors import ReportRefused, TextChanged
from requestflow.reporting.exports.papers import FORMATS, paper
from requestflow.reporting.importing import import_counts
from requestflow.reporting.models import AnnualReport, ReportSnapshot, ReportStep, ReportText
from requestflow.reporting.preparation import Written
from requestflow.reporting.queries import (
    published,
    published_list,
    report_of,
    states_of,
    steps_of,
    texts_of,
    versions_of,
)
from requestflow.reporting.review import Whole, look_at
from requestflow.reporting.service import Reporting
from requestflow.reporting.state import STATES, ReportChange
from requestflow.reporting.subordinate_units import Child, children_of
from requestflow.reporting.version_differences import Difference, differences

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
    "Written",
    "children_of",
    "differences",
    "import_counts",
    "look_at",
    "paper",
    "published",
    "published_list",
    "report_of",
    "schema",
    "states_of",
    "steps_of",
    "texts_of",
    "versions_of",
]
