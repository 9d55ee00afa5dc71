"""What checks of an installation find, each as a line."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from requestflow.foundation import RequestflowError, Text, sign, text

State = Literal["ok", "warning", "failed"]
NAMES = {
    "settings": text("Settings"),
    "broker": text("Broker"),
    "limits": text("Attempt counter"),
    "mail": text("Mail server"),
    "scanner": text("Virus scanner"),
    "sign-on": text("Single sign-on"),
    "groups": text("Groups of single sign-on"),
    "home": text("Home"),
    "files": text("File store"),
    "disk": text("Disk"),
    "fonts": text("Fonts"),
    "database": text("Database"),
    "key": text("Encryption key"),
    "calendar": text("Calendar"),
    "worker": text("Worker"),
}
STATES = {"ok": text("ok"), "warning": text("warning"), "failed": text("failed")}
UNREADABLE = (RequestflowError, SQLAlchemyError, OSError, ValueError, smtplib.SMTPException)
"""What a check may meet that is not as it should be."""


@dataclass(frozen=True)
class Finding:
    """What one check found; `hint` says what to do next."""

    check: str
    state: State
    message: Text
    hint: Text | None = None

    def line(self, language: str) -> str:
        """The finding as a line."""
        state = STATES[self.state].in_locale(language)
        width = max(len(item.in_locale(language)) for item in STATES.values())
        hint = f" {self.hint.in_locale(language)}" if self.hint else ""
        name = NAMES[self.check].in_locale(language)
        message = self.message.in_locale(language)
        return f"{state:{width}}  {name}{sign('colon', language)}{message}{hint}"


def guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """What a check finds; what it stumbles over is a finding as well."""
    try:
        return check()
    except UNREADABLE as error:
        return failed(name, error)


def failed(name: str, error: Exception) -> Finding:
    if isinstance(error, RequestflowError):
        return Finding(name, "failed", error.text, error.hint)
    return Finding(name, "failed", text("%(reason)s.", reason=reason_of(error)))


def reason_of(error: Exception) -> str:
    """An error in a line: without statements and their values."""
    cause: BaseException = error
    if isinstance(error, DBAPIError) and error.orig:
        cause = error.orig
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {' '.join(words.split())}".rstrip(".")
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return lines[0].rstrip(".")
