"""The law as data: packs, report forms, the working-day calendar and the statutory clock. Pure."""

from requestflow.law.calendar import NotCounted, WorkingCalendar
from requestflow.law.days_taken import Taken, days_taken
from requestflow.law.errors import (
    CalendarOutOfRange,
    LawError,
    PackInvalid,
    UnknownForm,
    UnknownLaw,
)
from requestflow.law.explanation import article_text, explain
from requestflow.law.fees import fee
from requestflow.law.loading import form_for, forms, law_in_force, pack, packs
from requestflow.law.model import Ground, Label, Outcome, Pack, Remedy
from requestflow.law.report_forms import Form, Line, Predicate, Table
from requestflow.law.statutory_clock import ClockStep, Deadline, after_silence, clock, last_day

__all__ = [
    "CalendarOutOfRange",
    "ClockStep",
    "Deadline",
    "Form",
    "Ground",
    "Label",
    "LawError",
    "Line",
    "NotCounted",
    "Outcome",
    "Pack",
    "PackInvalid",
    "Predicate",
    "Remedy",
    "Table",
    "Taken",
    "UnknownForm",
    "UnknownLaw",
    "WorkingCalendar",
    "after_silence",
    "article_text",
    "clock",
    "days_taken",
    "explain",
    "fee",
    "form_for",
    "forms",
    "last_day",
    "law_in_force",
    "pack",
    "packs",
]
