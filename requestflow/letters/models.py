"""The table of letters' numbers."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import Base


class LetterNumber(Base):
    """The last number given out to a unit in a year for a kind of letter."""

    __tablename__ = "letter_numbers"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int]
