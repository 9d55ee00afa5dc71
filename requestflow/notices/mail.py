"""Sending one mail: by SMTP, or to the terminal where no server is set."""

import smtplib
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Protocol

from requestflow.foundation import MailServer, RequestflowError, text


class Mailer(Protocol):
    """Sends a mail or raises."""

    def send(self, message: EmailMessage) -> None:
        """Returns once the server has taken the message; raises OSError or SMTPException."""


class SmtpMailer(MailServer):
    """Hands mail to the server of an SMTP_URL."""

    def send(self, message: EmailMessage) -> None:
        """Sends over one connection; what the server does not accept is an error."""
        with self.connection() as server:
            server.send_message(message)

    @contextmanager
    def connection(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted and signed in as the address says; OSError or
        SMTPException where the server is away or refuses."""
        with self._connected() as server:
            if self.starttls:
                server.starttls(context=self._certificates())
            if self.user:
                server.login(self.user, self.password or "")
            yield server

    def _connected(self) -> smtplib.SMTP:
        if self.tls:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=self._certificates()
            )
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout)

    def _certificates(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class ConsoleMailer:
    """Prints mail where no server is set."""

    def send(self, message: EmailMessage) -> None:
        """Prints recipient and subject."""
        sys.stdout.write(f"mail to {message['To']}: {message['Subject']}\n")
        sys.stdout.flush()


class NoMailer:
    """Where an installation in production has no mail server: nothing is sent, so nothing counts
    as sent, and nothing about applicants is printed."""

    def send(self, _message: EmailMessage) -> None:
        """Raises ConnectionError."""
        raise ConnectionError("SMTP_URL is not set")


def mailer_for(url: str | None, production: bool = False) -> Mailer:
    """The mailer of an SMTP_URL; RequestflowError where it is not one."""
    if not url:
        return NoMailer() if production else ConsoleMailer()
    try:
        return SmtpMailer.from_url(url)
    except ValueError as error:
        raise RequestflowError(
            text("SMTP_URL must use the format smtp://user:password@host:port?starttls=1.")
        ) from error
