"""Where files lie: outside the web root, each under the hash of its content."""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from requestflow.foundation import encrypt_file

PIECE = 256 * 1024
LEFT_BEHIND = 3600


class TooLarge(Exception):
    """The file is larger than allowed."""


@dataclass(frozen=True)
class Received:
    """A file that was taken in and waits to be kept: where it is, its hash and its bytes."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Store:
    """Files in a folder. A file is whole under its hash, or it is not there. `left_behind`: after
    how many seconds what belongs to nothing may be removed."""

    root: Path
    left_behind: int = LEFT_BEHIND

    def path(self, sha256: str) -> Path:
        """Where the content of that hash lies."""
        return self.root / sha256[:2] / sha256

    @contextmanager
    def receive(self, stream: IO[bytes], most: int) -> Iterator[Received]:
        """Takes in at most `most` bytes; TooLarge beyond. What is not kept by the end of the
        block is gone, whatever happened."""
        waiting = self.root / "incoming"
        waiting.mkdir(parents=True, exist_ok=True)
        path = waiting / secrets.token_hex(16)
        try:
            digest, size = hashlib.sha256(), 0
            with path.open("xb") as file:
                while piece := stream.read(PIECE):
                    size += len(piece)
                    if size > most:
                        raise TooLarge
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            yield Received(path, digest.hexdigest(), size)
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def encrypted(self, received: Received, secret: bytes) -> Iterator[Received]:
        """A received file encrypted, to be kept in its place: its hash and size are those of what
        is kept. What is not kept by the end of the block is gone."""
        path = received.path.with_name(secrets.token_hex(16))
        try:
            with received.path.open("rb") as source, path.open("xb") as target:
                encrypt_file(source, target, secret)
                target.flush()
                os.fsync(target.fileno())
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield Received(path, digest, path.stat().st_size)
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def in_clear(self, content: IO[bytes]) -> Iterator[Path]:
        """A content as a file of its own, for those that read only such; gone at the end of the
        block."""
        waiting = self.root / "incoming"
        waiting.mkdir(parents=True, exist_ok=True)
        path = waiting / secrets.token_hex(16)
        try:
            with path.open("xb") as file:
                shutil.copyfileobj(content, file, PIECE)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, received: Received) -> None:
        """Moves a received file to its place; the same content twice is one file."""
        target = self.path(received.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        received.path.replace(target)

    def open(self, sha256: str) -> IO[bytes]:
        """The content of that hash; FileNotFoundError where it is not."""
        return self.path(sha256).open("rb")

    def remove_old(self, sha256: str) -> bool:
        """Removes a content that nothing refers to any more, unless it has just come again."""
        path = self.path(sha256)
        try:
            if path.stat().st_mtime >= time.time() - self.left_behind:
                return False
        except FileNotFoundError:
            return False
        path.unlink(missing_ok=True)
        return True

    def older_than(self) -> Iterator[str]:
        """The hashes of files that may be removed; clears what a killed process left half
        received."""
        before = time.time() - self.left_behind
        for path in self.root.glob("*/*"):
            if path.stat().st_mtime >= before:
                continue
            if path.parent.name == "incoming":
                path.unlink(missing_ok=True)
            else:
                yield path.name
