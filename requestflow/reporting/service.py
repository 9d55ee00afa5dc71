"""What is done with an annual report, in order: begun, written, checked, handed in, checked by the
unit above, published, corrected by a new version."""

from requestflow.reporting.correction import ReportCorrection
from requestflow.reporting.preparation import ReportPreparation
from requestflow.reporting.submission import ReportSubmission


class ReportService(ReportPreparation, ReportSubmission, ReportCorrection):
    """All that is done with reports: the service that pages, commands and the demo call."""
