"""The stored working-day calendar: official days, make-up weekends, units' closures, by year."""

from requestflow.calendars.models import CalendarDay, CalendarYear, UnitClosure
from requestflow.calendars.reading import CalendarFile, calendar_file, read_calendar
from requestflow.calendars.service import (
    calendar_for,
    calendar_of,
    calendars_for,
    change_calendar,
    own_closures,
    preview_calendar,
    reopen_years,
    seed_calendar,
    version_of,
    year_listing,
)

__all__ = [
    "CalendarDay",
    "CalendarFile",
    "CalendarYear",
    "UnitClosure",
    "calendar_file",
    "calendar_for",
    "calendar_of",
    "calendars_for",
    "change_calendar",
    "own_closures",
    "preview_calendar",
    "read_calendar",
    "reopen_years",
    "seed_calendar",
    "version_of",
    "year_listing",
]
