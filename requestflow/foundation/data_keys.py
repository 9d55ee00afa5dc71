"""Keys that stay the same while the installation's change: kept in the database, encrypted under
those. Whoever has the database alone has none of them; another installation's key opens none."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from typing import Literal
from weakref import WeakKeyDictionary

from sqlalchemy import String, literal, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.foundation.database import Model, UtcDateTime, db
from requestflow.foundation.encryption import EncryptedText, encryption

Purpose = Literal["digest", "chain", "seal", "case", "file", "words"]
PURPOSES: tuple[Purpose, ...] = ("digest", "chain", "seal", "case", "file", "words")
"""What there is a key for: digests by which equal values are found, the chains of events, the
signatures of seals, the keys of cases and of files, the words by which cases are found."""
BYTES = 32


class DataKey(Model):
    """A key (32 random bytes, in hex) for one purpose, encrypted under the installation's."""

    __tablename__ = "data_keys"

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(EncryptedText)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


_held: MutableMapping[Engine, Mapping[str, bytes]] = WeakKeyDictionary()
"""The keys of each database that this process has opened."""


def make_data_keys(session: Session, now: datetime) -> None:
    """Makes the keys that are missing. That of digests follows from the oldest of the
    installation's keys, as in earlier versions, whose digests are found on."""
    known = set(session.scalars(select(DataKey.purpose)))
    for purpose in PURPOSES:
        if purpose not in known:
            key = secrets.token_bytes(BYTES)
            if purpose == "digest":
                key = hashlib.sha256(b"digest:" + encryption.cipher.keys[-1].encode()).digest()
            session.add(DataKey(purpose=purpose, key=key.hex(), made_at=now))
    session.flush()


def is_in_use(session: Session) -> bool:
    """Whether anything is stored that an earlier version may have digested."""
    tables = (table for table in db.metadata.sorted_tables if table.name in _DIGESTED)
    return any(session.execute(select(literal(1)).select_from(t).limit(1)).first() for t in tables)


_DIGESTED = frozenset(
    {"people", "parties", "application_drafts", "citizen_accounts", "tracking_codes"}
)


def open_data_keys(session: Session) -> Mapping[str, bytes]:
    """The keys of the database, which this process keeps from now on; OtherKey where the
    installation's key is another."""
    found = {
        purpose: bytes.fromhex(key)
        for purpose, key in session.execute(select(DataKey.purpose, DataKey.key))
    }
    _held[db.engine] = found
    return found


def data_key(purpose: Purpose) -> bytes:
    """The key for a purpose, of the database of the present context."""
    held = _held.get(db.engine)
    if held is None or purpose not in held:
        held = open_data_keys(db.session())
    return held[purpose]


def keyed_digest(value: str) -> str:
    """A digest (HMAC-SHA-256, hex): equal for equal values, and of no use to whoever has the
    database alone."""
    return hmac.new(data_key("digest"), value.encode(), hashlib.sha256).hexdigest()
