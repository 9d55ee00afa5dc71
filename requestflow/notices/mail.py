"""Sending one mail: by SMTP, or to the terminal where no server is set."""

import smtplib
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlparse

from requestflow.foundation import RequestflowError, text

TIMEOUT = 20


class Mailer(Protocol):
    """Sends a mail or raises."""

    def send(self, message: EmailMessage) -> None:
        """Returns once the server has taken the message; raises OSError or SMTPException."""


@dataclass(frozen=True)
class SmtpMailer:
    """Hands mail to an SMTP server: smtp://user:password@host:port?starttls=1&timeout=20.

    `timeout` is how many seconds a server that hangs is waited for at each step.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    starttls: bool = False
    timeout: float = TIMEOUT

    def send(self, message: EmailMessage) -> None:
        """Sends over one connection; what the server does not accept is an error."""
        with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
            if self.starttls:
                server.starttls()
            if self.user:
                server.login(self.user, self.password or "")
            server.send_message(message)


class ConsoleMailer:
    """Prints mail where no server is set."""

    def send(self, message: EmailMessage) -> None:
        """Prints recipient and subject."""
        sys.stdout.write(f"mail to {message['To']}: {message['Subject']}\n")
        sys.stdout.flush()


def mailer_for(url: str | None) -> Mailer:
    """The mailer of an SMTP_URL; RequestflowError where it is not one."""
    if not url:
        return ConsoleMailer()
    parts = urlparse(url)
    if parts.scheme != "smtp" or not parts.hostname:
        raise RequestflowError(
            text("SMTP_URL must look like smtp://user:password@host:port?starttls=1.")
        )
    requested = parse_qs(parts.query)
    seconds = requested.get("timeout", [str(TIMEOUT)])[0]
    if not seconds.isdecimal() or not 0 < int(seconds) <= 100:
        raise RequestflowError(text("The timeout in SMTP_URL must be 1 to 100 seconds."))
    return SmtpMailer(
        parts.hostname,
        parts.port or 25,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        requested.get("starttls") == ["1"],
        int(seconds),
    )
