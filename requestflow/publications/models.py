"""Tables of publications and channels, and of what the search finds."""

from datetime import date

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import BigId, Model


class Publication(Model):
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


class ChannelCount(Model):
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


class ReleasedAnswer(Model):
    """What is public of an answer that was given to one applicant. `reference` is what the public
    calls it, which leads to no case; `files` are cleaned copies, as JSON."""

    __tablename__ = "released_answers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    law: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(40))
    answered_on: Mapped[date]
    released_on: Mapped[date]
    files: Mapped[str] = mapped_column(Text)


class Findable(Model):
    """Something the search box finds: an item a unit published, or an answer it gave.

    `reference` names it in its source: the item's number, or that of the release. `words` are the
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
