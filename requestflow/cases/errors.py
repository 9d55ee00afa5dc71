"""What can go wrong with a step of a case."""

from requestflow.foundation import Conflict, RequestflowError, Text


class StepRefused(RequestflowError):
    """The law or the state of the case does not allow the step.

    `field` is the particular that is wrong (None: the step itself), `article` what says so.
    """

    def __init__(
        self,
        message: Text,
        field: str | None = None,
        article: str | None = None,
        hint: Text | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.field = field
        self.article = article


class CaseChanged(Conflict):
    """Somebody else took a step of this case in between; `since` are the events not seen yet."""

    def __init__(self, message: Text, hint: Text, since: tuple[str, ...]) -> None:
        super().__init__(message, hint)
        self.since = since
