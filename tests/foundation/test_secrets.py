"""Keys and passwords: made once, kept where nobody else reads, never shown by how long it takes."""

import multiprocessing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from cryptography.fernet import Fernet

from requestflow.foundation import RequestflowError
from requestflow.foundation.passwords import hash_password, is_hashed_as_now, verify_password
from requestflow.foundation.secret_files import (
    add_encryption_key,
    drop_encryption_keys,
    encryption_keys,
    make_encryption_key,
    secret_key,
)


def _make(folder: str, ready: object, results: object) -> None:
    ready.wait()
    results.put(make_encryption_key(Path(folder)))


pytestmark = pytest.mark.usefixtures("any_data_key")


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
    assert keys == {encryption_keys((), tmp_path / "home")}
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["encryption.key"]


def test_a_key_is_kept_for_the_next_start_and_for_nobody_else(tmp_path: Path) -> None:
    made = secret_key(None, tmp_path), make_encryption_key(tmp_path)
    assert (secret_key(None, tmp_path), encryption_keys((), tmp_path)) == made
    assert made[0] not in made[1]
    assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] == [0, 0]


def test_a_key_that_is_given_is_taken_and_none_is_written(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    assert secret_key("given", tmp_path) == "given"
    assert encryption_keys((key,), tmp_path) == (key,)
    assert list(tmp_path.iterdir()) == []


def test_no_encryption_key_is_made_by_looking_for_one(tmp_path: Path) -> None:
    assert encryption_keys((), tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "\n", "short", "a" * 40])
def test_a_file_that_is_empty_or_cut_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "encryption.key").write_text(content)
    with pytest.raises(RequestflowError, match=r"encryption\.key"):
        encryption_keys((), tmp_path)


def test_a_new_key_is_put_before_the_others_until_they_are_let_go(tmp_path: Path) -> None:
    (first,) = make_encryption_key(tmp_path)
    second = add_encryption_key(tmp_path)
    assert encryption_keys((), tmp_path) == (second, first)
    assert drop_encryption_keys(tmp_path) == 1
    assert drop_encryption_keys(tmp_path) == 0
    assert encryption_keys((), tmp_path) == (second,)
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o077 == 0


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
