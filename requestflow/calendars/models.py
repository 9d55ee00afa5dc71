"""Tables of the working-day calendar."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import Model
from requestflow.law import HOME


class CalendarYear(Model):
    """A year of a jurisdiction, and whether its holidays were announced."""

    __tablename__ = "calendar_years"

    jurisdiction: Mapped[str] = mapped_column(String(20), primary_key=True, default=HOME)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    announced: Mapped[bool]


class CalendarDay(Model):
    """A day that departs from a jurisdiction's week: a holiday, or a weekend made up (调休)."""

    __tablename__ = "calendar_days"

    jurisdiction: Mapped[str] = mapped_column(String(20), primary_key=True, default=HOME)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))


class UnitClosure(Model):
    """A day on which a unit and all below it are closed."""

    __tablename__ = "unit_closures"
    __table_args__ = (UniqueConstraint("unit_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(80))


class CalendarVersion(Model):
    """One row, counted up with every change, so that running processes see changes at once."""

    __tablename__ = "calendar_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
