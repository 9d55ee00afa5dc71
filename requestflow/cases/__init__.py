"""The case: its events, lifecycle, projection, and the one service through which it changes."""

from requestflow.cases.availability import StepAvailability, available_steps, usual_steps
from requestflow.cases.bulk import remedies_without_cause, replay
from requestflow.cases.change import CaseChange
from requestflow.cases.commands import History, Opening, Step, received_data
from requestflow.cases.consultations import (
    ReceivedQuestion,
    question,
    questions_for,
)
from requestflow.cases.encrypting import encrypt_earlier_cases
from requestflow.cases.errors import CaseChanged, StepRefused
from requestflow.cases.events import Event, canonical
from requestflow.cases.history import apply, effective, project, project_history
from requestflow.cases.lifecycle import (
    steps_from_stage,
    steps_open_to_applicant,
)
from requestflow.cases.loading import CaseView, cipher_of, load_cases, load_events
from requestflow.cases.locked_periods import (
    LockedPeriod,
    PeriodLocks,
    days_of,
    lock_period,
    open_period,
    period_locks,
)
from requestflow.cases.models import (
    Case,
    CaseDeadline,
    CaseEvent,
    CaseNumber,
    CaseWords,
    Consultation,
    Party,
    Remedy,
)
from requestflow.cases.numbering import next_number, number_forms, number_problem
from requestflow.cases.pack_fit import require_fitting
from requestflow.cases.paging import page_key
from requestflow.cases.parties import (
    digest_earlier_parties,
    email_digest,
    masked,
    parse_party,
    replace_party,
    serialize_party,
    store_party,
)
from requestflow.cases.projection import case_row, crosses_year, event_of, remedy_rows
from requestflow.cases.queries import (
    CaseFilter,
    CasePage,
    LateStep,
    Queue,
    cases_in_hand,
    jurisdiction_of_case,
    list_cases,
    numbers_within,
    open_cases_of,
    parties_of,
    party_details,
    queue_of,
    related_cases,
    steps_since,
    unit_ids,
    view_case,
)
from requestflow.cases.recompute import DueDayMove, due_day_moves, move_due_days
from requestflow.cases.recount import recount_for_law
from requestflow.cases.remedy_register import RemedyFilter, register_of_remedies
from requestflow.cases.service import CaseService, Listener, require_version
from requestflow.cases.state import OPEN_STAGES, STAGES, VOID, CaseState, RemedyState
from requestflow.cases.step_preview import StepPreview
from requestflow.cases.steps import (
    DEFINITIONS,
    CompletionContext,
    Input,
    StepDefinition,
    definition,
    files_particular,
    inputs_of,
    next_remedy_key,
    order_of,
    particulars_model,
    particulars_of,
    third_parties_objected,
    validate_particulars,
)
from requestflow.cases.steps.base import Widget
from requestflow.cases.steps.clarification import ClarificationRequested, DelaySet
from requestflow.cases.steps.decision import (
    Decision,
    Drafted,
    Extended,
    Signed,
    extension_of,
    grounds_named,
)
from requestflow.cases.steps.delivery import Delivered
from requestflow.cases.steps.fees import FeeNotified, PaymentReported, reported_payment
from requestflow.cases.steps.intake import ApplicantKind, Channel, Received, Redirected
from requestflow.cases.steps.remedy_particulars import (
    AppealFiled,
    HearingScheduled,
    RemedyAccepted,
    RemedyConcluded,
    RemedyFiled,
    RemedyReported,
)
from requestflow.cases.subjects import subject_column
from requestflow.cases.verification import Difference, WasForgotten, verify
from requestflow.cases.written import FORGOTTEN, CaseCipher

__all__ = [
    "DEFINITIONS",
    "FORGOTTEN",
    "OPEN_STAGES",
    "STAGES",
    "VOID",
    "AppealFiled",
    "ApplicantKind",
    "Case",
    "CaseChange",
    "CaseChanged",
    "CaseCipher",
    "CaseDeadline",
    "CaseEvent",
    "CaseFilter",
    "CaseNumber",
    "CasePage",
    "CaseService",
    "CaseState",
    "CaseView",
    "CaseWords",
    "Channel",
    "ClarificationRequested",
    "CompletionContext",
    "Consultation",
    "Decision",
    "DelaySet",
    "Delivered",
    "Difference",
    "Drafted",
    "DueDayMove",
    "Event",
    "Extended",
    "FeeNotified",
    "HearingScheduled",
    "History",
    "Input",
    "LateStep",
    "Listener",
    "LockedPeriod",
    "Opening",
    "Party",
    "PaymentReported",
    "PeriodLocks",
    "Queue",
    "Received",
    "ReceivedQuestion",
    "Redirected",
    "Remedy",
    "RemedyAccepted",
    "RemedyConcluded",
    "RemedyFiled",
    "RemedyFilter",
    "RemedyReported",
    "RemedyState",
    "Signed",
    "Step",
    "StepAvailability",
    "StepDefinition",
    "StepPreview",
    "StepRefused",
    "WasForgotten",
    "Widget",
    "apply",
    "available_steps",
    "canonical",
    "case_row",
    "cases_in_hand",
    "cipher_of",
    "crosses_year",
    "days_of",
    "definition",
    "digest_earlier_parties",
    "due_day_moves",
    "effective",
    "email_digest",
    "encrypt_earlier_cases",
    "event_of",
    "extension_of",
    "files_particular",
    "grounds_named",
    "inputs_of",
    "jurisdiction_of_case",
    "list_cases",
    "load_cases",
    "load_events",
    "lock_period",
    "masked",
    "move_due_days",
    "next_number",
    "next_remedy_key",
    "number_forms",
    "number_problem",
    "numbers_within",
    "open_cases_of",
    "open_period",
    "order_of",
    "page_key",
    "parse_party",
    "particulars_model",
    "particulars_of",
    "parties_of",
    "party_details",
    "period_locks",
    "project",
    "project_history",
    "question",
    "questions_for",
    "queue_of",
    "received_data",
    "recount_for_law",
    "register_of_remedies",
    "related_cases",
    "remedies_without_cause",
    "remedy_rows",
    "replace_party",
    "replay",
    "reported_payment",
    "require_fitting",
    "require_version",
    "serialize_party",
    "steps_from_stage",
    "steps_open_to_applicant",
    "steps_since",
    "store_party",
    "subject_column",
    "third_parties_objected",
    "unit_ids",
    "usual_steps",
    "validate_particulars",
    "verify",
    "view_case",
]
