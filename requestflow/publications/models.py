"""Tables of publications, channels and reported figures."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import Base


class Publication(Base):
    """How many items a unit published in a month, by category."""

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "month", "category"),
        Index("ix_publications_counted", "year", "category", "unit_id", "count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    month: Mapped[int]
    category: Mapped[str] = mapped_column(String(40))
    count: Mapped[int]


class ChannelCount(Base):
    """How many items a unit put out by a channel in a month; one item may go out by several."""

    __tablename__ = "channels"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "month", "channel"),
        Index("ix_channels_counted", "year", "channel", "unit_id", "count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    month: Mapped[int]
    channel: Mapped[str] = mapped_column(String(40))
    count: Mapped[int]


class Activity(Base):
    """A figure that a unit reports and no record holds, marked as reported wherever shown.

    `value` is in ten-thousandths, so that amounts such as 万元 are exact.
    """

    __tablename__ = "activity_figures"
    __table_args__ = (UniqueConstraint("unit_id", "year", "figure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int] = mapped_column(index=True)
    figure: Mapped[str] = mapped_column(String(120))
    value: Mapped[int] = mapped_column(BigInteger)
    unit_of_measure: Mapped[str] = mapped_column(String(20))
