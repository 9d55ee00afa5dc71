"""Keys that an installation needs, from the environment or made once and kept in its home."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def secret_key(given: str | None, home: Path) -> str:
    """The key that signs sessions."""
    return given or _kept(home / "secret.key", lambda: secrets.token_urlsafe(48))


def encryption_key(given: str | None, home: Path) -> str:
    """The Fernet key that encrypts personal data at rest (RFC 4648 base64, 32 bytes)."""
    return given or _kept(key_file(home), lambda: Fernet.generate_key().decode())


def key_file(home: Path) -> Path:
    """Where the encryption key is kept that was not given."""
    return home / "encryption.key"


def _kept(path: Path, make) -> str:  # type: ignore[no-untyped-def]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked, so that two processes starting together keep one key.
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(make())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # the other process was first; its key is the one
        finally:
            aside.unlink()
    return path.read_text().strip()
