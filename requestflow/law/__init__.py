"""The law as data: packs, report forms, the working-day calendar and the statutory clock. Pure."""

from requestflow.law.calendar import FIRST_YEAR, LAST_YEAR, DayKind, NotCounted, WorkingCalendar
from requestflow.law.days_taken import DaysTaken, count_days_taken
from requestflow.law.deadlines import ClockStep, Deadline
from requestflow.law.errors import (
    CalendarOutOfRange,
    LawError,
    PackInvalid,
    UnknownForm,
    UnknownLaw,
)
from requestflow.law.explanation import article_text, explain
from requestflow.law.fees import fee
from requestflow.law.holidays import Feast, fixed_holidays, missing_feasts
from requestflow.law.loading import (
    giving_outcomes,
    law_digest,
    law_in_force,
    law_pack,
    packs,
    report_form_for,
    report_forms,
)
from requestflow.law.model import (
    Extension,
    Ground,
    Label,
    Limit,
    Nature,
    Outcome,
    Pack,
    ReceiptRule,
    RemedyRule,
    StepRule,
    StrictModel,
)
from requestflow.law.report_forms import (
    CarriedForward,
    FormCheck,
    Measure,
    Predicate,
    ReportedMeasure,
    ReportForm,
    ReportSection,
    ReportTable,
    Source,
    TableLine,
)
from requestflow.law.statutory_clock import after_silence, clock, last_day

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "CalendarOutOfRange",
    "CarriedForward",
    "ClockStep",
    "DayKind",
    "DaysTaken",
    "Deadline",
    "Extension",
    "Feast",
    "FormCheck",
    "Ground",
    "Label",
    "LawError",
    "Limit",
    "Measure",
    "Nature",
    "NotCounted",
    "Outcome",
    "Pack",
    "PackInvalid",
    "Predicate",
    "ReceiptRule",
    "RemedyRule",
    "ReportForm",
    "ReportSection",
    "ReportTable",
    "ReportedMeasure",
    "Source",
    "StepRule",
    "StrictModel",
    "TableLine",
    "UnknownForm",
    "UnknownLaw",
    "WorkingCalendar",
    "after_silence",
    "article_text",
    "clock",
    "count_days_taken",
    "explain",
    "fee",
    "fixed_holidays",
    "giving_outcomes",
    "last_day",
    "law_digest",
    "law_in_force",
    "law_pack",
    "missing_feasts",
    "packs",
    "report_form_for",
    "report_forms",
]
