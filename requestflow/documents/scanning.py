"""Asking a virus scanner (clamd) about a file, where one is configured; no answer means no."""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from requestflow.documents.kinds import DocumentRefused
from requestflow.foundation import RequestflowError, scanner_address, text

PIECE = 64 * 1024
TIMEOUT = 60


class Scanner(Protocol):
    """Lets a file pass, or raises DocumentRefused."""

    def check(self, path: Path) -> None:
        """Returns for a clean file."""


class NoScanner:
    """Where none is configured every file passes."""

    def check(self, path: Path) -> None:
        """Lets everything pass."""


@dataclass(frozen=True)
class Clamd:
    """A clamd at a host and port, or at a socket, spoken to with INSTREAM."""

    host: str | None
    port: int
    socket_path: str | None = None

    def check(self, path: Path) -> None:
        """Sends the file; DocumentRefused where it is infected or clamd does not say it is
        clean, for whatever reason."""
        try:
            answer = self._ask(path)
        except OSError as error:
            raise DocumentRefused(
                text(
                    "Files cannot be checked for viruses at the moment, so they cannot be accepted."
                )
            ) from error
        if answer.endswith("FOUND"):
            raise DocumentRefused(text("The file contains a virus and cannot be accepted."))
        if not answer.endswith("OK"):
            raise DocumentRefused(
                text(
                    "Files cannot be checked for viruses at the moment, so they cannot be accepted."
                )
            )

    def answers(self) -> bool:
        """Whether clamd is there and well; OSError where it cannot be reached."""
        with self._connected() as connection:
            connection.sendall(b"zPING\0")
            return connection.recv(64).startswith(b"PONG")

    def _ask(self, path: Path) -> str:
        with self._connected() as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                connection.sendall(struct.pack("!L", len(piece)) + piece)
            connection.sendall(struct.pack("!L", 0))
            answer = b""
            while piece := connection.recv(4096):
                answer += piece
        return answer.strip(b"\0\n ").decode("utf-8", "replace")

    def _connected(self) -> socket.socket:
        if self.socket_path:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(TIMEOUT)
            connection.connect(self.socket_path)
            return connection
        return socket.create_connection((self.host or "", self.port), TIMEOUT)


def scanner_for(url: str | None) -> Scanner:
    """The scanner of a REQUESTFLOW_SCANNER_URL: clamd://host:3310 or clamd:///path/of/socket."""
    if not url:
        return NoScanner()
    try:
        host, port, path = scanner_address(url)
    except ValueError as error:
        raise RequestflowError(
            text(
                "REQUESTFLOW_SCANNER_URL must use the format clamd://host:3310 or clamd:///socket."
            )
        ) from error
    return Clamd(host, port, path)
