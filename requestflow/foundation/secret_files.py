"""Keys that an installation needs, from the environment or kept in its home."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet

from requestflow.foundation.errors import RequestflowError
from requestflow.foundation.texts import text


def secret_key(given: str | None, home: Path) -> str:
    """The key that signs sessions, made once."""
    return given or _kept(home / "secret.key", secrets.token_urlsafe(48))


def encryption_keys(given: Sequence[str], home: Path) -> tuple[str, ...]:
    """The Fernet keys that encrypt at rest (RFC 4648 base64, 32 bytes each), the newest first;
    none where there are none yet. RequestflowError for a file that does not hold keys."""
    path = key_file(home)
    keys = tuple(given) or (tuple(path.read_text().split()) if path.exists() else ())
    try:
        for key in keys:
            Fernet(key.encode())
        if path.exists() and not keys:
            raise ValueError("the file is empty")
    except ValueError as error:
        raise RequestflowError(
            text("%(file)s does not contain a Fernet key.", file=str(path)),
            text("Restore the original file, or set REQUESTFLOW_ENCRYPTION_KEY."),
        ) from error
    return keys


def make_encryption_key(home: Path) -> tuple[str, ...]:
    """Makes the first key of an installation and keeps it in the home, unless another process was
    first; the key."""
    return tuple(_kept(key_file(home), new_encryption_key()).split())


def add_encryption_key(home: Path) -> str:
    """Puts a new key before those that are kept in the home; the new one."""
    path, key = key_file(home), new_encryption_key()
    kept = path.read_text().split() if path.exists() else []
    aside = _aside(path, "\n".join((key, *kept)) + "\n")
    aside.replace(path)
    return key


def drop_encryption_keys(home: Path) -> int:
    """Takes all keys but the newest out of the home; how many."""
    path = key_file(home)
    newest, *others = path.read_text().split()
    if others:
        _aside(path, newest + "\n").replace(path)
    return len(others)


def new_encryption_key() -> str:
    """A key that nobody has yet."""
    return Fernet.generate_key().decode()


def key_file(home: Path) -> Path:
    """Where the encryption keys are kept that were not given."""
    return home / "encryption.key"


def _kept(path: Path, fresh: str) -> str:
    if not path.exists():
        aside = _aside(path, fresh)
        try:
            # Linked, so that two processes starting together keep one key.
            os.link(aside, path)
        except FileExistsError:
            pass  # the other process was first; its key is the one
        finally:
            aside.unlink()
    return path.read_text().strip()


def _aside(path: Path, content: str) -> Path:
    """A file beside, written whole, which nobody else may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return aside
