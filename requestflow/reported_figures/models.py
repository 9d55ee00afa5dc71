"""Tables of reported figures, and of every change of a count or reported figure."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import Model, UtcDateTime


class ReportedFigure(Model):
    """A figure that a unit reports and no record holds, marked as reported wherever shown.

    It is of a year, or of a `quarter` of it (1 to 4; 0: the whole year): neither follows from the
    other, as some are counted at an end and not over a span. `value` is in ten-thousandths, so that
    amounts such as 万元 are exact; `origin` says where the unit has it from.
    """

    __tablename__ = "activity_figures"
    __table_args__ = (UniqueConstraint("unit_id", "year", "quarter", "figure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int] = mapped_column(index=True)
    quarter: Mapped[int] = mapped_column(default=0, server_default="0")
    figure: Mapped[str] = mapped_column(String(120))
    value: Mapped[int] = mapped_column(BigInteger)
    unit_of_measure: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str | None] = mapped_column(String(500))
    entered_by: Mapped[str | None] = mapped_column(String(120))
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FigureChange(Model):
    """A change of one of these counts: what was there before and after (None: nothing), so that
    the figures of an earlier moment can be counted again. Only ever inserted.

    `source` is `publications`, `channels` or `activity`; `name` the category, channel or figure;
    `month` the one of a count of items, `quarter` the one of a reported figure (0: the year).
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
    quarter: Mapped[int] = mapped_column(default=0, server_default="0")
    name: Mapped[str] = mapped_column(String(120))
    before: Mapped[int | None] = mapped_column(BigInteger)
    after: Mapped[int | None] = mapped_column(BigInteger)
    measure: Mapped[str | None] = mapped_column(String(20))
    origin_before: Mapped[str | None] = mapped_column(String(500))
    origin: Mapped[str | None] = mapped_column(String(500))
    late_reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(120))
