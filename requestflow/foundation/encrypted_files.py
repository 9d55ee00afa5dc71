"""Files encrypted piece by piece, so that a large one is never held in memory and is read from any
place.

The STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, 2015) over AES-256-GCM: each piece
has a nonce of a random prefix, its place and whether it is the last, so that pieces cannot be
changed, put in another order, taken away or added without being noticed.
"""

import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from requestflow.foundation.encryption import OtherKey

PIECE = 64 * 1024
PREFIX = 7
TAG = 16


def encrypt_file(source: IO[bytes], target: IO[bytes], secret: bytes) -> None:
    """Writes what is read from a buffered file, encrypted."""
    cipher, prefix, place = AESGCM(secret), os.urandom(PREFIX), 0
    target.write(prefix)
    piece = source.read(PIECE)
    while True:
        following = source.read(PIECE)
        target.write(cipher.encrypt(_nonce(prefix, place, not following), piece, None))
        if not following:
            return
        piece, place = following, place + 1


def _nonce(prefix: bytes, place: int, last: bool) -> bytes:
    return prefix + place.to_bytes(4, "big") + bytes([last])


class DecryptedFile(io.RawIOBase):
    """An encrypted file, read in clear. Reading raises OtherKey where a piece was encrypted
    otherwise or changed since."""

    def __init__(self, file: IO[bytes], secret: bytes) -> None:
        super().__init__()
        self._file, self._cipher = file, AESGCM(secret)
        self._prefix = file.read(PREFIX)
        kept = file.seek(0, os.SEEK_END) - PREFIX
        self._pieces = max(-(-kept // (PIECE + TAG)), 1)
        self.size = kept - self._pieces * TAG
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place in the file in clear, in bytes."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Goes to a place in the file in clear, in bytes."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Reads the rest of a piece, or as much as there is room for."""
        piece = self._piece(self._at // PIECE)
        some = piece[self._at % PIECE :][: len(buffer)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)

    def _piece(self, place: int) -> bytes:
        if place >= self._pieces:
            return b""
        if self._held[0] != place:
            self._file.seek(PREFIX + place * (PIECE + TAG))
            kept = self._file.read(PIECE + TAG)
            nonce = _nonce(self._prefix, place, place == self._pieces - 1)
            try:
                self._held = place, self._cipher.decrypt(nonce, kept, None)
            except (InvalidTag, ValueError) as error:
                raise OtherKey from error
        return self._held[1]

    def close(self) -> None:
        """Closes the encrypted file as well."""
        self._file.close()
        super().close()


def decrypted_file(file: IO[bytes], secret: bytes) -> IO[bytes]:
    """An encrypted file, to be read in clear."""
    return io.BufferedReader(DecryptedFile(file, secret), PIECE)
