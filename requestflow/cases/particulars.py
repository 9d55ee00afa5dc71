"""The particulars of each step: what it must say, in which form."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from requestflow.cases.errors import StepRefused
from requestflow.foundation import text

ShortText = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(min_length=1, max_length=20000)]
Fen = Annotated[int, Field(ge=0, le=10**12)]

APPLICANT_KINDS = ("person", "enterprise", "research", "welfare", "legal", "other")
CHANNELS = ("internet", "post", "in_person", "fax", "mail")
DELIVERY_FORMS = ("paper", "email", "inspection", "disc")
DELIVERY_WAYS = ("page", "mail", "post", "collected", "inspection")


class Particulars(BaseModel):
    """The base: nothing that is not named, spaces at the ends taken off.

    `late_reason` says why a step was recorded only after the figures of its year were handed in.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    late_reason: LongText | None = None


class NoParticulars(Particulars):
    """A step that has nothing to say beyond its day."""


class DocumentReference(BaseModel):
    """A file handed in or out with a step: its key, name, SHA-256 (hex) and size in bytes."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    key: ShortText
    name: ShortText
    sha256: ShortText
    size: int = Field(gt=0)


Documents = Annotated[list[DocumentReference], Field(max_length=200)]


class StepByLetter(Particulars):
    """A step that goes out by letter: its number (文号) as printed, and its files."""

    letter: ShortText | None = None
    documents: Documents | None = None


class StepWithPapers(Particulars):
    """A step by which something was heard from outside, with the papers that came."""

    documents: Documents | None = None


class Received(Particulars):
    unit: ShortText
    law: ShortText
    applicant_kind: Literal["person", "enterprise", "research", "welfare", "legal", "other"]
    channel: Literal["internet", "post", "in_person", "fax", "mail"]
    subject: LongText
    delivery_form: Literal["paper", "email", "inspection", "disc"] | None = None
    party: str | None = None
    notes: dict[str, str] | None = None
    description: LongText | None = None
    document_number: ShortText | None = None
    period: ShortText | None = None
    delivery_way: Literal["page", "mail", "post", "collected", "inspection"] | None = None
    fee_waiver_reason: LongText | None = None
    language: Literal["zh_CN", "en"] | None = None
    documents: Documents | None = None


class Assigned(Particulars):
    handler: ShortText


class ClarificationRequested(StepByLetter):
    items: LongText | None = None
    answer_by: date | None = None


class Clarified(StepWithPapers):
    text: LongText | None = None


class ReasonsGiven(StepWithPapers):
    reason: LongText


class FeeWaived(StepByLetter):
    reason: LongText


class Withdrawn(StepByLetter):
    reason: LongText | None = None


class FeeWaiverRequested(StepWithPapers):
    reason: LongText


class PaymentReported(StepWithPapers):
    paid_on: date
    reference: ShortText | None = None


class MessageSent(StepWithPapers):
    """A message between applicant and unit."""

    text: LongText


class Decision(Particulars):
    outcome: ShortText
    ground: ShortText | None = None


class DeliveryConfirmed(Decision):
    """The receipt of an answer, with what was decided in it."""


class DelaySet(StepByLetter):
    until: date
    reason: LongText


class ConsultationStarted(StepByLetter):
    """`unit` is the code of the unit asked where it answers inside the system; `answer_by` the
    day by which an answer is asked for, where it is sooner than the law's; `enclosed` are the
    files that go with the question."""

    consultation: ShortText
    consulted: Literal["third_party", "joint_author", "other_body"] = "third_party"
    name: ShortText | None = None
    letter_received_on: date | None = None
    unit: ShortText | None = None
    question: LongText | None = None
    answer_by: date | None = None
    enclosed: Documents | None = None


class ConsultationEnded(StepWithPapers):
    consultation: ShortText
    answer: Literal["agrees", "objects", "silence"] | None = None
    text: LongText | None = None


class Extended(StepByLetter):
    days: int | None = Field(default=None, gt=0, le=1000)
    reason: LongText | None = None
    approver: ShortText | None = None


class FeeNotified(StepByLetter):
    fen: Fen
    rule: ShortText | None = None
    earlier: int | None = Field(default=None, ge=0, le=100_000)
    number: int | None = Field(default=None, gt=0, le=100_000)
    notice_received_on: date | None = None
    how_to_pay: ShortText | None = None


class FeesRecorded(Particulars):
    charged: Fen = 0
    waived: Fen = 0


class Transferred(StepByLetter):
    unit: ShortText
    reason: LongText | None = None


class Redirected(StepByLetter):
    body: ShortText
    contact: ShortText | None = None


class WithheldPart(Particulars):
    """A part that is not given, and its ground."""

    part: ShortText
    ground: ShortText


class Drafted(Decision):
    """`ground` is the one that counts, `further_grounds` those beside it; `granted` are the parts
    that are given, one a line; `documents` what is handed out with the answer."""

    facts: LongText | None = None
    further_grounds: Annotated[list[ShortText], Field(max_length=20)] | None = None
    granted: LongText | None = None
    withheld: Annotated[list[WithheldPart], Field(max_length=100)] | None = None
    documents: Documents | None = None


class Reviewed(Particulars):
    remarks: LongText | None = None
    on_the_spot: bool | None = None


class SecrecyReviewed(Reviewed):
    """With the points of the law's check list (保密审查) that were answered, kept with the case."""

    checks: Annotated[list[ShortText], Field(max_length=20)] | None = None


class Signed(StepByLetter):
    """`deputising_for` is the absent person whose place the signer took."""

    on_the_spot: bool = False
    deputising_for: ShortText | None = None


class Delivered(Particulars):
    """`collected_by` signed for it; `documents` are the letter and what is handed out, `proofs`
    the signed slip or the proof of posting."""

    way: Literal["post", "mail", "collected", "page", "inspection"]
    received_on: date | None = None
    outcome: ShortText | None = None
    ground: ShortText | None = None
    documents: Documents | None = None
    tracking_number: ShortText | None = None
    collected_by: ShortText | None = None
    proofs: Documents | None = None


class Returned(Particulars):
    remarks: LongText


class RemedyFiled(StepWithPapers):
    remedy: ShortText
    kind: Literal["reconsideration", "suit"]
    authority: ShortText | None = None
    after_reconsideration: bool = False


class RemedyReported(Particulars):
    """What the applicant says to have filed, until the authority or court is heard of."""

    kind: Literal["reconsideration", "suit"]
    filed_on: date
    authority: ShortText | None = None


class RemedyAccepted(StepWithPapers):
    remedy: ShortText
    kind: Literal["reconsideration", "suit"]
    copy_received_on: date | None = None
    simple_procedure: bool = False


class RemedyAnswered(StepByLetter):
    """The body's answer (答复书, 答辩状) with its evidence, one piece a line."""

    remedy: ShortText
    kind: Literal["reconsideration", "suit"] | None = None
    statement: LongText | None = None
    evidence: LongText | None = None


class RemedyExtended(StepWithPapers):
    remedy: ShortText
    days: int | None = Field(default=None, gt=0, le=1000)


class HearingScheduled(StepWithPapers):
    """A hearing (听证) or a sitting of the court (开庭): its day, hour and place."""

    remedy: ShortText
    held_on: date
    time: ShortText | None = None
    place: ShortText | None = None


class HearingHeld(StepWithPapers):
    remedy: ShortText
    remarks: LongText | None = None


class RemedyConcluded(StepWithPapers):
    remedy: ShortText
    kind: Literal["reconsideration", "suit"]
    result: ShortText
    redecision: bool = False
    within: int | None = Field(default=None, gt=0, le=1000)
    received_on: date | None = None
    decision_number: ShortText | None = None


class DueDaysMoved(Particulars):
    moves: list[dict[str, str | None]]
    calendar: int


class Corrected(Particulars):
    changes: list[dict[str, Any]] = Field(min_length=1)
    reason: LongText


class Noted(Particulars):
    note: LongText


FORMS: dict[str, type[Particulars]] = {
    "received": Received,
    "assigned": Assigned,
    "clarification_requested": ClarificationRequested,
    "clarified": Clarified,
    "clarification_lapsed": StepByLetter,
    "reasons_requested": StepByLetter,
    "reasons_given": ReasonsGiven,
    "delay_set": DelaySet,
    "consultation_started": ConsultationStarted,
    "consultation_ended": ConsultationEnded,
    "extended": Extended,
    "fee_notified": FeeNotified,
    "fee_acknowledged": NoParticulars,
    "fee_waiver_requested": FeeWaiverRequested,
    "payment_reported": PaymentReported,
    "fee_waived": FeeWaived,
    "fee_paid": NoParticulars,
    "fee_defaulted": StepByLetter,
    "fees_recorded": FeesRecorded,
    "transferred": Transferred,
    "redirected": Redirected,
    "drafted": Drafted,
    "legality_reviewed": Reviewed,
    "secrecy_reviewed": SecrecyReviewed,
    "returned": Returned,
    "signed": Signed,
    "delivered": Delivered,
    "decision_recorded": Decision,
    "delivery_confirmed": DeliveryConfirmed,
    "closed": NoParticulars,
    "withdrawn": Withdrawn,
    "remedy_filed": RemedyFiled,
    "remedy_reported": RemedyReported,
    "message_sent": MessageSent,
    "remedy_accepted": RemedyAccepted,
    "remedy_answered": RemedyAnswered,
    "remedy_extended": RemedyExtended,
    "hearing_scheduled": HearingScheduled,
    "hearing_held": HearingHeld,
    "remedy_concluded": RemedyConcluded,
    "due_days_moved": DueDaysMoved,
    "corrected": Corrected,
    "noted": Noted,
}


def validate_particulars(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The particulars in their canonical form; StepRefused names the first that is wrong."""
    form = FORMS.get(kind)
    if form is None:
        raise StepRefused(text("There is no step '%(kind)s'.", kind=kind))
    try:
        return form.model_validate(data).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        if first["type"] == "missing":
            message = text("This is needed: %(field)s.", field=field)
        else:
            message = text("%(field)s: %(problem)s.", field=field, problem=first["msg"])
        raise StepRefused(message, field) from error
