"""Errors that a person is meant to read: what happened, and what to do next."""

from requestflow.foundation.texts import Text, text


class RequestflowError(Exception):
    """Something a person can understand and act on. `hint` says what to do next."""

    def __init__(self, message: Text | str, hint: Text | str | None = None) -> None:
        self.text = message if isinstance(message, Text) else text(message)
        self.hint = text(hint) if isinstance(hint, str) else hint
        super().__init__(str(self.text))

    def in_locale(self, locale: str) -> str:
        """The message and its hint as one line."""
        line = self.text.in_locale(locale)
        return f"{line} {self.hint.in_locale(locale)}" if self.hint else line


class NotFound(RequestflowError):
    """What was asked for does not exist, or this person may not know of it."""


class Refused(RequestflowError):
    """This person may not do this."""


class Conflict(RequestflowError):
    """Somebody else changed the same thing in between."""


class DatabaseOutdated(RequestflowError):
    """The database was made by another version of requestflow."""


class OutOfTime(BaseException):
    """The time that a piece of background work may take is over.

    No Exception, so that nothing that goes on after an item failed takes it for such a failure:
    the work in hand is rolled back, and taken up again by whoever comes next.
    """
