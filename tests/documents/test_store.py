"""Files lie whole under the hash of their content, or not at all."""

import hashlib
import io
import os
import time
from pathlib import Path

import pytest

from requestflow.documents import Store
from requestflow.documents.store import TooLarge

CONTENT = b"content"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def lying(store: Store) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def take_in(store: Store, content: bytes = CONTENT) -> None:
    with store.receive(io.BytesIO(content), 100) as received:
        store.keep(received)


def aged(store: Store, seconds: int) -> None:
    before = time.time() - seconds
    for path in store.root.rglob("*"):
        os.utime(path, (before, before))


def test_what_is_kept_is_read_again_by_its_hash(store: Store) -> None:
    with store.receive(io.BytesIO(CONTENT), 100) as received:
        assert (received.sha256, received.size) == (DIGEST, len(CONTENT))
        store.keep(received)
    with store.open(DIGEST) as file:
        assert file.read() == CONTENT
    assert lying(store) == [DIGEST]


def test_the_same_content_twice_is_one_file(store: Store) -> None:
    take_in(store)
    take_in(store)
    assert lying(store) == [DIGEST]


def test_what_is_not_kept_is_gone(store: Store) -> None:
    with store.receive(io.BytesIO(CONTENT), 100):
        assert len(lying(store)) == 1
    assert lying(store) == []


def test_what_is_too_large_is_not_taken_in_to_its_end(store: Store) -> None:
    stream = io.BytesIO(b"x" * 1_000_000)
    with pytest.raises(TooLarge), store.receive(stream, 100):
        pass
    assert lying(store) == []
    assert stream.tell() < 1_000_000


def test_exactly_as_much_as_is_allowed_is_taken(store: Store) -> None:
    take_in(store, b"x" * 100)
    with pytest.raises(TooLarge):
        take_in(store, b"x" * 101)


def test_a_sender_who_breaks_off_leaves_nothing(store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError), store.receive(Broken(), 100):
        pass
    assert lying(store) == []


def test_what_is_not_there_is_not_opened(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.open(DIGEST)


def test_what_has_just_come_is_not_removed_and_what_is_old_is(store: Store) -> None:
    take_in(store)
    assert list(store.older_than()) == []
    assert not store.remove_old(DIGEST)
    aged(store, 3601)
    assert list(store.older_than()) == [DIGEST]
    assert store.remove_old(DIGEST)
    assert not store.remove_old(DIGEST), "it is gone"
    assert lying(store) == []


def test_what_comes_again_counts_as_new(store: Store) -> None:
    take_in(store)
    aged(store, 3601)
    take_in(store)
    assert not store.remove_old(DIGEST)


def test_what_a_killed_process_left_half_received_is_cleared(store: Store) -> None:
    half = store.root / "incoming" / "half"
    half.parent.mkdir()
    half.write_bytes(b"half")
    assert list(store.older_than()) == []
    assert half.exists()
    aged(store, 3601)
    assert list(store.older_than()) == []
    assert not half.exists()
