"""What comes in and where it goes: receipt, assignment, transfer, messages, withdrawal."""

from typing import Annotated, Literal

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, end_by_law
from requestflow.cases.steps.base import (
    ALL_OPEN,
    ALL_STAGES,
    FIRST_STAGES,
    Code,
    Documents,
    Input,
    LongText,
    Particulars,
    ShortText,
    StepByLetter,
    StepContext,
    StepDefinition,
    StepWithPapers,
    guard,
    particulars_of,
)
from requestflow.foundation import text

ApplicantKind = Literal["person", "enterprise", "research", "welfare", "legal", "other"]
Channel = Literal["internet", "post", "in_person", "fax", "mail"]
DeliveryForm = Literal["paper", "email", "inspection", "disc"]
DeliveryWay = Literal["page", "mail", "post", "collected", "inspection"]
Language = Literal["zh_CN", "en"]


class Received(Particulars):
    """The receipt (登记) of an application: where it came in, from which kind of applicant, what
    was asked. `party` is the digest of the applicant's data, which is kept apart."""

    unit: Code
    law: Code
    subject: Annotated[LongText, Input(text("Subject of the request"), "lines", needed=True)]
    channel: Annotated[
        Channel, Input(text("How the request was made"), "choice", needed=True, options="channels")
    ]
    applicant_kind: Annotated[
        ApplicantKind,
        Input(text("Applicant type"), "choice", needed=True, options="applicant_kinds"),
    ]
    delivery_form: DeliveryForm | None = None
    party: Code | None = None
    notes: dict[str, str] | None = None
    description: Annotated[LongText | None, Input(text("Description"), "lines")] = None
    document_number: Annotated[ShortText | None, Input(text("Document number"))] = None
    period: Annotated[ShortText | None, Input(text("Time period"))] = None
    delivery_way: DeliveryWay | None = None
    fee_waiver_reason: LongText | None = None
    language: Language | None = None
    documents: Documents | None = None


class Assigned(Particulars):
    """Who handles the case from here on (user name)."""

    handler: Annotated[Code, Input(text("Assigned to"), "choice", needed=True, options="people")]


class Transferred(StepByLetter):
    """To which unit of the system the case goes (its code), and why."""

    unit: Annotated[Code, Input(text("Transfer to"), "choice", needed=True, options="units")]
    reason: Annotated[LongText | None, Input(text("Reason"), "lines", needed=True)] = None


class Redirected(StepByLetter):
    """Which body outside holds the information, and where it is reached."""

    body: Annotated[ShortText, Input(text("Body that holds the information"), needed=True)]
    contact: Annotated[ShortText | None, Input(text("Address and phone number of that body"))] = (
        None
    )


class Withdrawn(StepByLetter):
    """Why the applicant withdrew, where they said so."""

    reason: Annotated[LongText | None, Input(text("Reason"), "lines")] = None


MESSAGE = Input(text("Message (visible to the applicant)"), "lines", needed=True)
FILES = Input(text("Files"), "files")


class MessageSent(StepWithPapers):
    """A message between applicant and unit."""

    text: Annotated[LongText, MESSAGE]
    documents: Annotated[Documents | None, FILES] = None


class Noted(StepWithPapers):
    """A note for colleagues, with papers that turned up later, such as a proof of delivery; the
    applicant sees neither."""

    note: Annotated[
        LongText, Input(text("Internal note (never shown to anyone outside)"), "lines", needed=True)
    ]


@guard()
def another_unit(context: StepContext) -> None:
    """A transfer goes somewhere else."""
    if context.particulars(Transferred).unit == context.state.unit:
        raise StepRefused(text("That unit already has the case."), "unit")


@guard(before_form=True, imported=False)
def decided_and_signed(_context: StepContext) -> None:
    """That another body is responsible is an answer like others, open to remedy: it is drafted,
    reviewed and signed. Earlier cases hold it as a step of its own."""
    raise StepRefused(
        text("That another body is responsible is a reply that must be reviewed and signed."),
        None,
        None,
        text("Draft the reply, and name the body in it."),
    )


@guard(before_form=True)
def not_decided(context: StepContext) -> None:
    """An application can be withdrawn until it is decided."""
    if context.state.concluded_on:
        raise StepRefused(text("The request has already been decided."))


def _assign(state: CaseState, event: Event) -> CaseState:
    stage = "in_progress" if state.stage == "received" else state.stage
    return state._replace(stage=stage, handler=particulars_of(event, Assigned).handler)


def _transfer(state: CaseState, event: Event) -> CaseState:
    return state._replace(unit=particulars_of(event, Transferred).unit, handler=None)


RECEIPT = Received
"""The particulars of the step that opens a case; it has no stage that it may be taken from."""

STEPS = (
    StepDefinition(
        "assigned", Assigned, ALL_OPEN, "case.assign", effect=_assign, order=20, any_law=True
    ),
    StepDefinition(
        "transferred",
        Transferred,
        FIRST_STAGES | {"awaiting_reasons"},
        "case.assign",
        guards=(another_unit,),
        effect=_transfer,
        order=30,
    ),
    StepDefinition(
        "redirected",
        Redirected,
        FIRST_STAGES | {"awaiting_reasons"},
        "case.work",
        guards=(decided_and_signed,),
        effect=end_by_law("redirected"),
        at_desk=False,
    ),
    StepDefinition(
        "withdrawn",
        Withdrawn,
        ALL_OPEN - {"redecision"},
        "case.work",
        guards=(not_decided,),
        effect=end_by_law("withdrawn"),
        by_applicant=True,
    ),
    StepDefinition(
        "message_sent",
        MessageSent,
        ALL_STAGES,
        "case.work",
        any_law=True,
        by_applicant=True,
        beside=True,
    ),
    StepDefinition("noted", Noted, ALL_STAGES, "case.work", any_law=True, beside=True),
)
