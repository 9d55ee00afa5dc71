"""What is done with an annual report, in order: begun, written, checked, handed in, checked by the
unit above, published, corrected by a new version."""

from requestflow.reporting.correcting import Correcting
from requestflow.reporting.handing_in import HandingIn
from requestflow.reporting.preparing import Preparing


class Reporting(Preparing, HandingIn, Correcting):
    """All that is done with reports: the service that pages, commands and the demo call."""
