"""Keys and passwords: made once, kept where nobody else reads, never shown by how long it takes."""

import multiprocessing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from cryptography.fernet import Fernet

from requestflow.foundation.passwords import hash_password, is_hashed_as_now, verify_password
from requestflow.foundation.secret_files import encryption_key, secret_key


def _make(folder: str, ready: object, results: object) -> None:
    ready.wait()
    results.put(encryption_key(None, Path(folder)))


def test_processes_that_start_together_keep_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, results = context.Barrier(4), context.Queue()
    processes = [
        context.Process(target=_make, args=(str(tmp_path / "home"), ready, results))
        for _ in range(4)
    ]
    for process in processes:
        process.start()
    keys = {results.get(timeout=20) for _ in processes}
    for process in processes:
        process.join()
    assert len(keys) == 1
    assert keys == {encryption_key(None, tmp_path / "home")}
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["encryption.key"]


@pytest.mark.parametrize("make", [secret_key, encryption_key])
def test_a_key_is_kept_for_the_next_start_and_for_nobody_else(make, tmp_path: Path) -> None:
    key = make(None, tmp_path)
    assert make(None, tmp_path) == key
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("make", [secret_key, encryption_key])
def test_a_key_that_is_given_is_taken_and_none_is_written(make, tmp_path: Path) -> None:
    assert make("given", tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_the_two_keys_are_not_one(tmp_path: Path) -> None:
    assert secret_key(None, tmp_path) != encryption_key(None, tmp_path)
    Fernet(encryption_key(None, tmp_path).encode())


def test_a_key_is_read_without_the_line_end_that_an_editor_adds(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    (tmp_path / "encryption.key").write_text(key + "\n")
    assert encryption_key(None, tmp_path) == key


def test_a_password_is_known_by_its_hash_only() -> None:
    stored = hash_password("correct horse")
    assert "correct" not in stored
    assert stored.startswith("keyed:$argon2id$")
    assert is_hashed_as_now(stored)
    assert verify_password(stored, "correct horse")
    assert not verify_password(stored, "correct  horse")
    assert stored != hash_password("correct horse")


def test_a_hash_of_an_earlier_version_is_known_and_made_anew() -> None:
    before = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("correct horse")
    assert verify_password(before, "correct horse")
    assert not verify_password(before, "wrong horse")
    assert not is_hashed_as_now(before)


def test_a_hash_is_worth_nothing_without_the_key_of_the_installation() -> None:
    stored = hash_password("correct horse")
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(stored.removeprefix("keyed:"), "correct horse")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_where_no_password_was_kept_none_is_right(stored: str | None) -> None:
    for secret in ("", "nobody", "correct horse"):
        assert not verify_password(stored, secret)
