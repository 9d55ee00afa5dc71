"""The annual report (政府信息公开工作年度报告) as it is prepared, signed and published: its words,
states, snapshots, papers."""

from requestflow.reporting.document import (
    ReportDocument,
    digest_of_reading,
    freeze_document,
    read_document,
    schema,
)
from requestflow.reporting.errors import ReportRefused, TextChanged
from requestflow.reporting.exports.papers import FORMATS, report_file
from requestflow.reporting.importing import import_counts
from requestflow.reporting.models import AnnualReport, ReportSnapshot, ReportStep, ReportText
from requestflow.reporting.preparation import WrittenText, quarter_of
from requestflow.reporting.presentation import (
    form_of_document,
    grid_for,
    origins_in,
    title_of_document,
)
from requestflow.reporting.queries import (
    HANDED_IN,
    published,
    published_list,
    published_of_root,
    report_of,
    states_of,
    steps_of,
    text_read,
    texts_of,
    versions_of,
)
from requestflow.reporting.review import REPORT_LOCALES, ReportReview, review_report
from requestflow.reporting.service import ReportService
from requestflow.reporting.snapshots import (
    document_of,
    document_to_read,
    statistics_document,
)
from requestflow.reporting.state import STATES, WRITABLE_STATES, ReportChange
from requestflow.reporting.subordinate_units import SubordinateReport, subordinate_reports
from requestflow.reporting.version_differences import VersionDifference, version_differences

__all__ = [
    "FORMATS",
    "HANDED_IN",
    "REPORT_LOCALES",
    "STATES",
    "WRITABLE_STATES",
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
    "digest_of_reading",
    "document_of",
    "document_to_read",
    "form_of_document",
    "freeze_document",
    "grid_for",
    "import_counts",
    "origins_in",
    "published",
    "published_list",
    "published_of_root",
    "quarter_of",
    "read_document",
    "report_file",
    "report_of",
    "review_report",
    "schema",
    "states_of",
    "statistics_document",
    "steps_of",
    "subordinate_reports",
    "text_read",
    "texts_of",
    "title_of_document",
    "version_differences",
    "versions_of",
]
