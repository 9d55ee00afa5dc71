"""Tables of letters: their numbers, and the units' own templates."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from requestflow.documents import Document
from requestflow.foundation import BigId, Model, UtcDateTime


class LetterTemplate(Model):
    """A unit's own Word template for a kind of letter."""

    __tablename__ = "letter_templates"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    document_id: Mapped[int] = mapped_column(BigId, ForeignKey("documents.id"))
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)


class LetterNumber(Model):
    """The last number given out to a unit in a year for a kind of letter."""

    __tablename__ = "letter_numbers"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int]
