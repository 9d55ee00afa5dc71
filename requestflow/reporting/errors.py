"""What stands against something done with an annual report."""

from requestflow.foundation import Conflict, RequestflowError


class ReportRefused(RequestflowError):
    """What cannot be done with a report now; `field` is the one at fault, where there is one."""

    def __init__(self, message: object, field: str = "report", hint: object = None) -> None:
        super().__init__(message, hint)  # type: ignore[arg-type]
        self.field = field


class TextChanged(Conflict):
    """Somebody else wrote the same words in between; nothing of either is lost."""
