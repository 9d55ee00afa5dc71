"""What stands against something done with a report."""

from requestflow.foundation import Conflict, RequestflowError, Text


class ReportRefused(RequestflowError):
    """What cannot be done with a report now; `field` is the one at fault, where there is one."""

    def __init__(
        self, message: Text | str, field: str = "report", hint: Text | str | None = None
    ) -> None:
        super().__init__(message, hint)
        self.field = field


class TextChanged(Conflict):
    """Somebody else wrote the chapter in that language after it was read; nothing of this one is
    stored, nothing of theirs is lost."""

    def __init__(self, locale: str, message: Text | str, hint: Text | str | None = None) -> None:
        super().__init__(message, hint)
        self.locale = locale
