"""Files are encrypted piece by piece: read from any place as they were, and not otherwise."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.foundation import OtherKey, decrypted_file, encrypt_file
from requestflow.foundation.encrypted_files import PIECE, PREFIX, TAG

SECRET = bytes(range(32))
SIZES = st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])


def encrypted(content: bytes, secret: bytes = SECRET) -> bytes:
    target = io.BytesIO()
    encrypt_file(io.BytesIO(content), target, secret)
    return target.getvalue()


def read(kept: bytes, secret: bytes = SECRET) -> bytes:
    with decrypted_file(io.BytesIO(kept), secret) as file:
        return file.read()


@given(SIZES, st.data())
def test_what_was_written_is_read_from_any_place(size: int, data: st.DataObject) -> None:
    content = os.urandom(size)
    kept = encrypted(content)
    assert read(kept) == content
    place = data.draw(st.integers(0, size + 10))
    with decrypted_file(io.BytesIO(kept), SECRET) as file:
        file.seek(place)
        assert file.read(100) == content[place : place + 100]
        assert file.seek(0, os.SEEK_END) == size


@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    kept = bytearray(encrypted(b"x" * (PIECE + 10)))
    kept[data.draw(st.integers(0, len(kept) - 1))] ^= 1
    with pytest.raises(OtherKey):
        read(bytes(kept))


def test_pieces_cannot_be_moved_or_taken_away() -> None:
    whole = PIECE + TAG
    kept = encrypted(b"a" * PIECE + b"b" * PIECE + b"c" * 10)
    start, first, second, rest = (
        kept[:PREFIX],
        kept[PREFIX : PREFIX + whole],
        kept[PREFIX + whole : PREFIX + 2 * whole],
        kept[PREFIX + 2 * whole :],
    )
    for changed in (
        start + second + first + rest,
        start + first + second,
        start + first + rest,
        start,
    ):
        with pytest.raises(OtherKey):
            read(changed)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(OtherKey):
        read(encrypted(b"x"), bytes(32))


def test_equal_contents_are_not_seen_to_be_equal() -> None:
    assert encrypted(b"x") != encrypted(b"x")
