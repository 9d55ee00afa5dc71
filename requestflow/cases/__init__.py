"""The case: its events, lifecycle, projection, and the one door through which it changes."""

from requestflow.cases.availability import Possible, outlook, usual
from requestflow.cases.backfill import project_earlier_conclusions
from requestflow.cases.change import CaseChange
from requestflow.cases.commands import History, Opening, Step, received_data
from requestflow.cases.consultations import Asked, question, question_count, questions_for
from requestflow.cases.errors import CaseChanged, StepRefused
from requestflow.cases.events import Event, effective
from requestflow.cases.lifecycle import available, open_to_applicant
from requestflow.cases.lifecycle import completed as completed_by_case
from requestflow.cases.locked_periods import LockedPeriod, Locks, lock_period, locks, open_period
from requestflow.cases.models import Case, CaseDeadline, CaseEvent, Consultation, Party, Remedy
from requestflow.cases.numbering import next_number
from requestflow.cases.parties import digest_earlier_parties, masked, replace_party
from requestflow.cases.queries import (
    CasePage,
    CaseView,
    Filter,
    LateStep,
    Queue,
    list_cases,
    party_details,
    queue_of,
    related_cases,
    steps_since,
    unit_ids,
    view_case,
)
from requestflow.cases.recompute import Move, move_due_days, moves
from requestflow.cases.remedy_register import RemedyFilter, register_of_remedies
from requestflow.cases.service import (
    Door,
    Listener,
    load_events,
)
from requestflow.cases.state import OPEN_STAGES, STAGES, CaseState, apply, project
from requestflow.cases.step_preview import Foresight
from requestflow.cases.verification import Difference, verify

__all__ = [
    "OPEN_STAGES",
    "STAGES",
    "Asked",
    "Case",
    "CaseChange",
    "CaseChanged",
    "CaseDeadline",
    "CaseEvent",
    "CasePage",
    "CaseState",
    "CaseView",
    "Consultation",
    "Difference",
    "Door",
    "Event",
    "Filter",
    "Foresight",
    "History",
    "LateStep",
    "Listener",
    "LockedPeriod",
    "Locks",
    "Move",
    "Opening",
    "Party",
    "Possible",
    "Queue",
    "Remedy",
    "RemedyFilter",
    "Step",
    "StepRefused",
    "apply",
    "available",
    "completed_by_case",
    "digest_earlier_parties",
    "effective",
    "list_cases",
    "load_events",
    "lock_period",
    "locks",
    "masked",
    "move_due_days",
    "moves",
    "next_number",
    "open_period",
    "open_to_applicant",
    "outlook",
    "party_details",
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
    "steps_since",
    "unit_ids",
    "usual",
    "verify",
    "view_case",
]
