"""Tables of the seals, and of what was sealed last."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import BigId, Model, UtcDateTime


class Seal(Model):
    """A signed line of the log over all that is recorded. `content` is JSON in its one form, with
    the hash of the seal before; `hash` its SHA-256 (hex), `signature` by Ed25519 (RFC 8032, hex).
    Only ever inserted."""

    __tablename__ = "seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class SealedCase(Model):
    """How a case stood when it was sealed last, to know which have changed since; nothing is proved
    by it."""

    __tablename__ = "sealed_cases"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"), primary_key=True)
    head_hash: Mapped[str] = mapped_column(String(64))
