"""A real SMTP server that keeps what it takes in."""

import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Collector
from aiosmtpd.smtp import AuthResult

from tests.tls import certificate_at


class Box(Collector):
    """The mails in the order they came."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


def words_of(mail: Message) -> str:
    """What a mail says as plain text."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


@contextmanager
def mail_server(tls: bool = False, password: str | None = None) -> Iterator[tuple[Box, int]]:
    """A server on a free port, and its box. `tls`: encrypted from the first byte, with a
    certificate that nobody knows. Whoever signs in needs the `password`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Box()
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        ssl_context=_unknown_certificate() if tls else None,
        auth_require_tls=False,  # it does not count encryption from the first byte
        authenticator=lambda *asked: AuthResult(
            success=asked[-1].password == (password or "").encode(), handled=False
        ),
    )
    server.start()
    try:
        yield box, port
    finally:
        server.stop()


def _unknown_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        context.load_cert_chain(certificate_at(Path(folder)))
    return context
