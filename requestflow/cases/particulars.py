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
    """The base: nothing that is not named, spaces at the ends taken off.

    `late_reason` says why a step was recorded only after the figures of its year were handed in.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    late_reason: Paragraph | None = None


class Nothing(Particulars):
    """A step that has nothing to say beyond its day."""


class DocumentNamed(BaseModel):
    """A file handed in or out with a step: its key, name, SHA-256 (hex) and size in bytes."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    key: Line
    name: Line
    sha256: Line
    size: int = Field(gt=0)


Documents = Annotated[list[DocumentNamed], Field(max_length=200)]


class Lettered(Particulars):
    """A step that goes out by letter: its number (文号) as printed, and its files."""

    letter: Line | None = None
    documents: Documents | None = None


class Heard(Particulars):
    """A step by which something was heard from outside, with the papers that came."""

    documents: Documents | None = None


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


class ClarificationRequested(Lettered):
    items: Paragraph | None = None
    answer_by: date | None = None


class Clarified(Heard):
    text: Paragraph | None = None


class Reasoned(Heard):
    reason: Paragraph


class FeeWaived(Lettered):
    reason: Paragraph


class Withdrawn(Lettered):
    reason: Paragraph | None = None


class WaiverRequested(Heard):
    reason: Paragraph


class PaymentReported(Heard):
    paid_on: date
    reference: Line | None = None


class Written(Heard):
    """A message between applicant and unit."""

    text: Paragraph


class Decision(Particulars):
    outcome: Line
    ground: Line | None = None


class Confirmed(Decision):
    """The receipt of an answer, with what was decided in it."""


class DelaySet(Lettered):
    until: date
    reason: Paragraph


class ConsultationStarted(Lettered):
    """`unit` is the code of the unit asked where it answers inside the system; `answer_by` the
    day by which an answer is asked for, where it is sooner than the law's; `enclosed` are the
    files that go with the question."""

    consultation: Line
    consulted: Literal["third_party", "joint_author", "other_body"] = "third_party"
    name: Line | None = None
    letter_received_on: date | None = None
    unit: Line | None = None
    question: Paragraph | None = None
    answer_by: date | None = None
    enclosed: Documents | None = None


class ConsultationEnded(Heard):
    consultation: Line
    answer: Literal["agrees", "objects", "silence"] | None = None
    text: Paragraph | None = None


class Extended(Lettered):
    days: int | None = Field(default=None, gt=0, le=1000)
    reason: Paragraph | None = None
    approver: Line | None = None


class FeeNotified(Lettered):
    fen: Fen
    rule: Line | None = None
    earlier: int | None = Field(default=None, ge=0, le=100_000)
    number: int | None = Field(default=None, gt=0, le=100_000)
    notice_received_on: date | None = None
    how_to_pay: Line | None = None


class FeesRecorded(Particulars):
    charged: Fen = 0
    waived: Fen = 0


class Transferred(Lettered):
    unit: Line
    reason: Paragraph | None = None


class Redirected(Lettered):
    body: Line
    contact: Line | None = None


class Withheld(Particulars):
    """A part that is not given, and its ground."""

    part: Line
    ground: Line


class Drafted(Decision):
    """`ground` is the one that counts, `further_grounds` those beside it; `granted` are the parts
    that are given, one a line; `documents` what is handed out with the answer."""

    facts: Paragraph | None = None
    further_grounds: Annotated[list[Line], Field(max_length=20)] | None = None
    granted: Paragraph | None = None
    withheld: Annotated[list[Withheld], Field(max_length=100)] | None = None
    documents: Documents | None = None


class Reviewed(Particulars):
    remarks: Paragraph | None = None
    on_the_spot: bool | None = None


class SecrecyReviewed(Reviewed):
    """With the points of the law's check list (保密审查) that were answered, kept with the case."""

    checks: Annotated[list[Line], Field(max_length=20)] | None = None


class Signed(Lettered):
    """`deputising_for` is the absent person whose place the signer took."""

    on_the_spot: bool = False
    deputising_for: Line | None = None


class Delivered(Particulars):
    """`collected_by` signed for it; `documents` are the letter and what is handed out, `proofs`
    the signed slip or the proof of posting."""

    way: Literal["post", "mail", "collected", "page", "inspection"]
    received_on: date | None = None
    outcome: Line | None = None
    ground: Line | None = None
    documents: Documents | None = None
    tracking_number: Line | None = None
    collected_by: Line | None = None
    proofs: Documents | None = None


class Returned(Particulars):
    remarks: Paragraph


class RemedyFiled(Heard):
    remedy: Line
    kind: Literal["reconsideration", "suit"]
    authority: Line | None = None
    after_reconsideration: bool = False


class RemedyReported(Particulars):
    """What the applicant says to have filed, until the authority or court is heard of."""

    kind: Literal["reconsideration", "suit"]
    filed_on: date
    authority: Line | None = None


class RemedyAccepted(Heard):
    remedy: Line
    kind: Literal["reconsideration", "suit"]
    copy_received_on: date | None = None
    simple_procedure: bool = False


class RemedyAnswered(Lettered):
    """The body's answer (答复书, 答辩状) with its evidence, one piece a line."""

    remedy: Line
    kind: Literal["reconsideration", "suit"] | None = None
    statement: Paragraph | None = None
    evidence: Paragraph | None = None


class RemedyExtended(Heard):
    remedy: Line
    days: int | None = Field(default=None, gt=0, le=1000)


class HearingScheduled(Heard):
    """A hearing (听证) or a sitting of the court (开庭): its day, hour and place."""

    remedy: Line
    held_on: date
    time: Line | None = None
    place: Line | None = None


class HearingHeld(Heard):
    remedy: Line
    remarks: Paragraph | None = None


class RemedyConcluded(Heard):
    remedy: Line
    kind: Literal["reconsideration", "suit"]
    result: Line
    redecision: bool = False
    within: int | None = Field(default=None, gt=0, le=1000)
    received_on: date | None = None
    decision_number: Line | None = None


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
    "clarification_lapsed": Lettered,
    "reasons_requested": Lettered,
    "reasons_given": Reasoned,
    "delay_set": DelaySet,
    "consultation_started": ConsultationStarted,
    "consultation_ended": ConsultationEnded,
    "extended": Extended,
    "fee_notified": FeeNotified,
    "fee_acknowledged": Nothing,
    "fee_waiver_requested": WaiverRequested,
    "payment_reported": PaymentReported,
    "fee_waived": FeeWaived,
    "fee_paid": Nothing,
    "fee_defaulted": Lettered,
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
    "remedy_answered": RemedyAnswered,
    "remedy_extended": RemedyExtended,
    "hearing_scheduled": HearingScheduled,
    "hearing_held": HearingHeld,
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
