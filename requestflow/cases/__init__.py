"""The case: its events, lifecycle, projection, and the one door through which it changes."""

from requestflow.cases.availability import StepAvailability, available_steps, usual_steps
from requestflow.cases.backfill import project_earlier_conclusions
from requestflow.cases.change import CaseChange
from requestflow.cases.commands import History, Opening, Step, received_data
from requestflow.cases.consultations import (
    ReceivedQuestion,
    question,
    question_count,
    questions_for,
)
from requestflow.cases.errors import CaseChanged, StepRefused
from requestflow.cases.events import Event, effective
from requestflow.cases.lifecycle import (
    complete_particulars,
    steps_from_stage,
    steps_open_to_applicant,
)
from requestflow.cases.locked_periods import (
    LockedPeriod,
    PeriodLocks,
    lock_period,
    open_period,
    period_locks,
)
from requestflow.cases.models import Case, CaseDeadline, CaseEvent, Consultation, Party, Remedy
from requestflow.cases.numbering import next_number
from requestflow.cases.parties import digest_earlier_parties, masked, replace_party
from requestflow.cases.queries import (
    CaseFilter,
    CasePage,
    CaseView,
    LateStep,
    Queue,
    cases_in_hand,
    list_cases,
    numbers_within,
    party_details,
    queue_of,
    related_cases,
    steps_since,
    unit_ids,
    view_case,
)
from requestflow.cases.recompute import DueDayMove, due_day_moves, move_due_days
from requestflow.cases.remedy_register import RemedyFilter, register_of_remedies
from requestflow.cases.service import (
    CaseService,
    Listener,
    load_events,
)
from requestflow.cases.state import OPEN_STAGES, STAGES, CaseState, apply, project
from requestflow.cases.step_preview import StepPreview
from requestflow.cases.verification import Difference, verify

__all__ = [
    "OPEN_STAGES",
    "STAGES",
    "Case",
    "CaseChange",
    "CaseChanged",
    "CaseDeadline",
    "CaseEvent",
    "CaseFilter",
    "CasePage",
    "CaseService",
    "CaseState",
    "CaseView",
    "Consultation",
    "Difference",
    "DueDayMove",
    "Event",
    "History",
    "LateStep",
    "Listener",
    "LockedPeriod",
    "Opening",
    "Party",
    "PeriodLocks",
    "Queue",
    "ReceivedQuestion",
    "Remedy",
    "RemedyFilter",
    "Step",
    "StepAvailability",
    "StepPreview",
    "StepRefused",
    "apply",
    "available_steps",
    "cases_in_hand",
    "complete_particulars",
    "digest_earlier_parties",
    "due_day_moves",
    "effective",
    "list_cases",
    "load_events",
    "lock_period",
    "masked",
    "move_due_days",
    "next_number",
    "numbers_within",
    "open_period",
    "party_details",
    "period_locks",
    "project",
    "project_earlier_conclusions",
    "question",
    "question_count",
    "questions_for",
    "queue_of",
    "received_data",
    "register_of_remedies",
    "related_cases",
    "replace_party",
    "steps_from_stage",
    "steps_open_to_applicant",
    "steps_since",
    "unit_ids",
    "usual_steps",
    "verify",
    "view_case",
]
