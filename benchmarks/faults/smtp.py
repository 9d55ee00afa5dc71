"""An SMTP server that refuses, hangs, and hangs up after the data; it keeps what it took in."""

import asyncio
import email
import email.policy
import random
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

PATIENCE = 2
"""Seconds that the mailer waits for a server that hangs."""


class FaultyServer:
    """Takes in mail, at random not; `calm` turns the faults off."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.calm = False
        self.taken: list[EmailMessage] = []
        self.faults: dict[str, int] = {"451": 0, "550": 0, "hang": 0, "drop": 0}
        self._lock = threading.Lock()

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        """One mail: taken, refused for now, refused, never answered, or taken and hung up on."""
        fault = "" if self.calm else self._fault()
        if fault:
            self.faults[fault] += 1
        if fault in {"", "drop"}:
            with self._lock:
                content = email.message_from_bytes(envelope.content, policy=email.policy.default)
                self.taken.append(content)
        if fault == "hang":
            await asyncio.sleep(PATIENCE + 1)
        if fault == "drop":
            server.transport.abort()
        answers = {"451": "451 try again later", "550": "550 not taken"}
        return answers.get(fault, "250 OK")

    def _fault(self) -> str:
        drawn = self.chance.random()
        limits = (("451", 0.12), ("550", 0.2), ("drop", 0.3), ("hang", 0.33))
        return next((name for name, limit in limits if drawn < limit), "")


@contextmanager
def faulty_server(seed: int) -> Iterator[tuple[FaultyServer, str]]:
    """The server on a free port, and the SMTP_URL that leads to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    faulty = FaultyServer(seed)
    controller = Controller(faulty, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield faulty, f"smtp://127.0.0.1:{port}?timeout={PATIENCE}"
    finally:
        controller.stop()


def numbers_in(mail: EmailMessage) -> list[str]:
    """The numbers of the cases that a mail speaks of, one for each thing it reminds of."""
    part = mail.get_body(("plain",))
    assert part is not None
    return re.findall(r"/cases/(\S+)", part.get_content())
