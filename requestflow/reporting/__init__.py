"""The annual report (政府信息公开工作年度报告) as it is prepared, signed and published: its words,
states, snapshots, papers."""

from requestflow.reporting.document import ReportDocument, schema
from requestflow.reporting.errors import ReportRefused, TextChanged
from requestflow.reporting.exports.papers import FORMATS, report_file
from requestflow.reporting.importing import import_counts
from requestflow.reporting.models import AnnualReport, ReportSnapshot, ReportStep, ReportText
from requestflow.reporting.preparation import WrittenText
from requestflow.reporting.queries import (
    published,
    published_list,
    report_of,
    states_of,
    steps_of,
    texts_of,
    versions_of,
)
from requestflow.reporting.review import ReportReview, review_report
from requestflow.reporting.service import ReportService
from requestflow.reporting.state import STATES, ReportChange
from requestflow.reporting.subordinate_units import SubordinateReport, subordinate_reports
from requestflow.reporting.version_differences import VersionDifference, version_differences

__all__ = [
    "FORMATS",
    "STATES",
    "AnnualReport",
    "ReportChange",
    "ReportDocument",
    "ReportRefused",
    "ReportReview",
    "ReportService",
    "ReportSnapshot",
    "ReportStep",
    "ReportText",
    "SubordinateReport",
    "TextChanged",
    "VersionDifference",
    "WrittenText",
    "import_counts",
    "published",
    "published_list",
    "report_file",
    "report_of",
    "review_report",
    "schema",
    "states_of",
    "steps_of",
    "subordinate_reports",
    "texts_of",
    "version_differences",
    "versions_of",
]
