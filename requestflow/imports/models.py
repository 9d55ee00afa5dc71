"""Tables of imports: each file with what it would do or did, and the cases that it touched."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from requestflow.accounts import Person, Unit
from requestflow.foundation import BigId, EncryptedBytes, EncryptedText, Model, UtcDateTime

Kind = Literal["ledger", "figures", "units", "calendar"]
KINDS: tuple[Kind, ...] = ("ledger", "figures", "units", "calendar")
State = Literal[
    "waiting", "checked", "faulty", "confirmed", "stored", "undoing", "undone", "aside", "failed"
]
STATES: tuple[State, ...] = (
    "waiting",
    "checked",
    "faulty",
    "confirmed",
    "stored",
    "undoing",
    "undone",
    "aside",
    "failed",
)
AT_WORK: tuple[State, ...] = ("waiting", "confirmed", "undoing")
"""The states in which the worker has something to do."""
TO_DECIDE: tuple[State, ...] = ("checked", "faulty")
"""The states in which the person has."""


class Import(Model):
    """A file that somebody takes in.

    waiting → checked or faulty → confirmed → stored → undoing → undone; `aside` where the person
    did not want it, `failed` where the file cannot be read at all. `content` is kept, encrypted,
    until the file was stored or put aside. `options`, `report` and `before` (what was there before,
    to take it back) are JSON.
    """

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_state", "state", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    options: Mapped[str] = mapped_column(Text, default="{}")
    report: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[bytes | None] = deferred(mapped_column(EncryptedBytes))
    before: Mapped[str | None] = deferred(mapped_column(EncryptedText))
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class ImportedCase(Model):
    """A case that an import opened (`added`) or corrected, with its version afterwards;
    `party_before`: the applicant's data that was replaced, as JSON."""

    __tablename__ = "imported_cases"

    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("imports.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"), primary_key=True)
    version: Mapped[int]
    added: Mapped[bool]
    party_before: Mapped[str | None] = mapped_column(EncryptedText)
