"""The keys of an installation as an operator meets them: made, changed, missing, another one's."""

import sqlite3
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from requestflow.foundation import new_encryption_key
from tests.cli.test_commands import run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys")
    assert run(path, "db", "upgrade").returncode == 0
    assert run(path, "demo", "load").returncode == 0
    return path


def keys_in(home: Path) -> list[str]:
    return (home / "encryption.key").read_text().split()


def test_a_new_key_is_printed_and_nothing_is_changed(home: Path) -> None:
    before = keys_in(home)
    Fernet(run(home, "keys", "new").stdout.strip().encode())
    assert keys_in(home) == before


def test_a_kept_key_is_replaced_and_everything_reads_on(home: Path) -> None:
    (old,) = keys_in(home)
    done = run(home, "keys", "rotate")
    assert done.returncode == 0, done.stderr
    (new,) = keys_in(home)
    assert new != old
    assert "parties.details" in done.stdout
    assert run(home, "verify").returncode == 0
    again = run(home, "keys", "status")
    assert again.returncode == 0
    assert "0 with an older key" in again.stdout
    refused = run(home, "verify", REQUESTFLOW_ENCRYPTION_KEY=old)
    assert refused.returncode == 2
    assert "another key" in refused.stderr


def test_keys_that_are_set_are_changed_by_setting_them(home: Path) -> None:
    (own,) = keys_in(home)
    lone = run(home, "keys", "rotate", REQUESTFLOW_ENCRYPTION_KEY=own)
    assert lone.returncode == 2
    assert "only one key" in lone.stderr
    newer = new_encryption_key()
    done = run(home, "keys", "rotate", REQUESTFLOW_ENCRYPTION_KEY=f"{newer}, {own}")
    assert done.returncode == 0, done.stderr
    assert run(home, "verify", REQUESTFLOW_ENCRYPTION_KEY=newer).returncode == 0
    assert run(home, "verify").returncode == 2
    back = run(home, "keys", "rotate", REQUESTFLOW_ENCRYPTION_KEY=f"{own},{newer}")
    assert back.returncode == 0, back.stderr


@pytest.mark.parametrize(
    "command", [("run", "web"), ("run", "worker"), ("verify",), ("keys", "status")]
)
def test_without_its_key_nothing_starts_and_none_is_made(
    home: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    url = f"sqlite:///{home / 'requestflow.sqlite3'}"
    assert (home / "requestflow.sqlite3").exists()
    done = run(tmp_path, *command, DATABASE_URL=url)
    assert done.returncode == 2
    assert "No encryption key is set" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "encryption.key").exists()


def test_a_message_of_another_key_is_named_by_the_command(home: Path) -> None:
    with sqlite3.connect(home / "requestflow.sqlite3") as database:
        (first, kept), *_ = database.execute("SELECT id, details FROM parties ORDER BY id LIMIT 1")
        stranger = Fernet(new_encryption_key().encode()).encrypt(b"{}").decode()
        database.execute("UPDATE parties SET details = ? WHERE id = ?", (stranger, first))
    done = run(home, "keys", "status")
    with sqlite3.connect(home / "requestflow.sqlite3") as database:
        database.execute("UPDATE parties SET details = ? WHERE id = ?", (kept, first))
    assert done.returncode == 2
    assert f"parties {first}" in done.stdout


def test_the_home_is_closed_to_everybody_else(home: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    assert run(fresh, "db", "upgrade").returncode == 0
    assert fresh.stat().st_mode & 0o077 == 0


def test_a_seal_is_made_shown_and_held_against_its_print(home: Path) -> None:
    made = run(home, "seal", "make")
    assert made.returncode == 0, made.stderr
    printed = made.stdout.rpartition("--printed ")[2].strip()
    assert run(home, "verify", "--files", "--printed", printed).returncode == 0
    other = printed[:-1] + ("0" if printed[-1] != "0" else "1")
    told = run(home, "verify", "--printed", other)
    assert told.returncode == 1
    assert "seal 1: it is not the one that was printed" in told.stdout
    assert run(home, "verify", "--printed", "1:abc").returncode == 2
    assert run(home, "seal", "show", "99").returncode == 2
    with sqlite3.connect(home / "requestflow.sqlite3") as database:
        database.execute("DELETE FROM seals")
    gone = run(home, "verify")
    assert gone.returncode == 1
    assert "seal 1: it was removed" in gone.stdout
