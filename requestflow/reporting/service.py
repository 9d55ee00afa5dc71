"""What is done with an annual report, in order: begun, written, checked, handed in, checked by the
unit above, published, corrected by a new version."""

from requestflow.reporting.correction import Correcting
from requestflow.reporting.preparation import Preparing
from requestflow.reporting.submission import HandingIn


class Reporting(Preparing, HandingIn, Correcting):
    """All that is done with reports: the service that pages, commands and the demo call."""
