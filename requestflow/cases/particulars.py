"""The particulars of each step: what it must say, in which form."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from requestflow.cases.errors import StepRefused
from requestflow.foundation import text

Line = Annotated[str, Field(min_length=1, max_length=500)]
Paragraph = Annotated[str, Field(min_length=1, max_length=20000)]
Fen = Annotated[int, Field(ge=0, le=10**12)]

APPLICANT_KINDS = ("person", "enterprise", "research", "welfare", "legal", "other")
CHANNELS = ("internet", "post", "in_person", "fax", "mail")
DELIVERY_FORMS = ("paper", "email", "inspection", "disc")
DELIVERY_WAYS = ("page", "mail", "post", "collected", "inspection")


class Particulars(BaseModel):
    """The base: nothing that is not named, spaces at the ends taken off."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Nothing(Particulars):
    """A step that has nothing to say beyond its day."""


class DocumentNamed(Particulars):
    """A file handed in or out with a step: its key, name, SHA-256 (hex) and size in bytes."""

    key: Line
    name: Line
    sha256: Line
    size: int = Field(gt=0)


Documents = Annotated[list[DocumentNamed], Field(max_length=200)]


class Received(Particulars):
    unit: Line
    law: Line
    applicant_kind: Literal["person", "enterprise", "research", "welfare", "legal", "other"]
    channel: Literal["internet", "post", "in_person", "fax", "mail"]
    subject: Paragraph
    delivery_form: Literal["paper", "email", "inspection", "disc"] | None = None
    party: str | None = None
    notes: dict[str, str] | None = None
    description: Paragraph | None = None
    document_number: Line | None = None
    period: Line | None = None
    delivery_way: Literal["page", "mail", "post", "collected", "inspection"] | None = None
    fee_waiver_reason: Paragraph | None = None
    language: Literal["zh_CN", "en"] | None = None
    documents: Documents | None = None


class Assigned(Particulars):
    handler: Line


class ClarificationRequested(Particulars):
    items: Paragraph | None = None
    answer_by: date | None = None


class Clarified(Particulars):
    text: Paragraph | None = None
    documents: Documents | None = None


class Reasoned(Particulars):
    reason: Paragraph


class Withdrawn(Particulars):
    reason: Paragraph | None = None


class WaiverRequested(Particulars):
    reason: Paragraph
    documents: Documents | None = None


class PaymentReported(Particulars):
    paid_on: date
    reference: Line | None = None
    documents: Documents | None = None


class Written(Particulars):
    """A message between applicant and unit."""

    text: Paragraph
    documents: Documents | None = None


class Decision(Particulars):
    outcome: Line
    ground: Line | None = None


class Confirmed(Decision):
    """The receipt of an answer, with what was decided in it."""


class DelaySet(Particulars):
    until: date
    reason: Paragraph


class ConsultationStarted(Particulars):
    consultation: Line
    consulted: Literal["third_party", "joint_author", "other_body"] = "third_party"
    name: Line | None = None
    letter_received_on: date | None = None


class ConsultationEnded(Particulars):
    consultation: Line
    answer: Literal["agrees", "objects", "silence"] | None = None


class Extended(Particulars):
    days: int | None = Field(default=None, gt=0)
    reason: Paragraph | None = None
    approver: Line | None = None


class FeeNotified(Particulars):
    fen: Fen
    rule: Line | None = None
    earlier: int | None = Field(default=None, ge=0, le=100_000)
    number: int | None = Field(default=None, gt=0, le=100_000)
    notice_received_on: date | None = None


class FeesRecorded(Particulars):
    charged: Fen = 0
    waived: Fen = 0


class Transferred(Particulars):
    unit: Line
    reason: Paragraph | None = None


class Redirected(Particulars):
    body: Line


class Drafted(Decision):
    facts: Paragraph | None = None


class Reviewed(Particulars):
    remarks: Paragraph | None = None


class SecrecyReviewed(Reviewed):
    """The check list of the secrecy review (保密审查), kept with the case (art. 17)."""

    no_secret: bool | None = None
    no_private: bool | None = None
    no_danger: bool | None = None


class Signed(Particulars):
    on_the_spot: bool = False
    letter: Line | None = None
    documents: Documents | None = None


class Delivered(Particulars):
    way: Literal["post", "mail", "collected", "page", "inspection"]
    received_on: date | None = None
    outcome: Line | None = None
    ground: Line | None = None
    documents: Documents | None = None
    tracking_number: Line | None = None


class Returned(Particulars):
    remarks: Paragraph


class RemedyFiled(Particulars):
    remedy: Line
    kind: Literal["reconsideration", "suit"]
    authority: Line | None = None
    after_reconsideration: bool = False


class RemedyReported(Particulars):
    """What the applicant says to have filed, until the authority or court is heard of."""

    kind: Literal["reconsideration", "suit"]
    filed_on: date
    authority: Line | None = None


class RemedyAccepted(Particulars):
    remedy: Line
    kind: Literal["reconsideration", "suit"]
    copy_received_on: date | None = None
    simple_procedure: bool = False


class RemedyStep(Particulars):
    remedy: Line
    days: int | None = Field(default=None, gt=0)


class RemedyConcluded(Particulars):
    remedy: Line
    kind: Literal["reconsideration", "suit"]
    result: Line
    redecision: bool = False
    within: int | None = Field(default=None, gt=0)
    received_on: date | None = None


class Moved(Particulars):
    moves: list[dict[str, str | None]]
    calendar: int


class Corrected(Particulars):
    changes: list[dict[str, Any]] = Field(min_length=1)
    reason: Paragraph


class Noted(Particulars):
    note: Paragraph


FORMS: dict[str, type[Particulars]] = {
    "received": Received,
    "assigned": Assigned,
    "clarification_requested": ClarificationRequested,
    "clarified": Clarified,
    "clarification_lapsed": Nothing,
    "reasons_requested": Nothing,
    "reasons_given": Reasoned,
    "delay_set": DelaySet,
    "consultation_started": ConsultationStarted,
    "consultation_ended": ConsultationEnded,
    "extended": Extended,
    "fee_notified": FeeNotified,
    "fee_acknowledged": Nothing,
    "fee_waiver_requested": WaiverRequested,
    "payment_reported": PaymentReported,
    "fee_waived": Reasoned,
    "fee_paid": Nothing,
    "fee_defaulted": Nothing,
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
    "delivery_confirmed": Confirmed,
    "closed": Nothing,
    "withdrawn": Withdrawn,
    "remedy_filed": RemedyFiled,
    "remedy_reported": RemedyReported,
    "message_sent": Written,
    "remedy_accepted": RemedyAccepted,
    "remedy_answered": RemedyStep,
    "remedy_extended": RemedyStep,
    "remedy_concluded": RemedyConcluded,
    "due_days_moved": Moved,
    "corrected": Corrected,
    "noted": Noted,
}


def checked(kind: str, data: dict[str, Any]) -> dict[str, Any]:
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
