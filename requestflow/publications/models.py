"""Tables of publications, channels and reported figures."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import Base, UtcDateTime


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

    `value` is in ten-thousandths, so that amounts such as 万元 are exact; `origin` says where the
    unit has it from.
    """

    __tablename__ = "activity_figures"
    __table_args__ = (UniqueConstraint("unit_id", "year", "figure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int] = mapped_column(index=True)
    figure: Mapped[str] = mapped_column(String(120))
    value: Mapped[int] = mapped_column(BigInteger)
    unit_of_measure: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str | None] = mapped_column(String(500))
    entered_by: Mapped[str | None] = mapped_column(String(120))
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FigureChange(Base):
    """A change of one of these counts: what was there before and after (None: nothing), so that
    the figures of an earlier moment can be counted again. Only ever inserted.

    `source` is `publications`, `channels` or `activity`; `name` the category, channel or figure;
    `month` the one of a count of items.
    A reported figure that is counted in something else is two changes: taken back in the one
    `measure`, stated in the other. `origin_before` and `origin` say where it came from.
    `late_reason` says why it came only after the figures of its year were handed in.
    """

    __tablename__ = "figure_changes"
    __table_args__ = (
        Index("ix_figure_changes_at", "source", "year", "at"),
        Index("ix_figure_changes_source", "source", "year", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    month: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(120))
    before: Mapped[int | None] = mapped_column(BigInteger)
    after: Mapped[int | None] = mapped_column(BigInteger)
    measure: Mapped[str | None] = mapped_column(String(20))
    origin_before: Mapped[str | None] = mapped_column(String(500))
    origin: Mapped[str | None] = mapped_column(String(500))
    late_reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(120))


BigId = BigInteger().with_variant(Integer, "sqlite")


class Findable(Base):
    """Something the search box finds: an item a unit published, or an answer it gave.

    `reference` names it in its source: the item's number, or the case's. `words` are the
    bigrams of title and text, in which is searched (see `search`); the index over them is made
    in the migrations, because each database has its own kind.
    """

    __tablename__ = "findables"
    __table_args__ = (
        UniqueConstraint("kind", "reference"),
        Index("ix_findables_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(40))
    link: Mapped[str | None] = mapped_column(String(500))
    day: Mapped[date]
    words: Mapped[str] = mapped_column(Text)
