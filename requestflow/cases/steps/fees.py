"""The processing fee (信息处理费): notified, acknowledged, paid, waived, defaulted; art. 42 and
国办函〔2020〕109号. Amounts are in fen."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, end_by_law
from requestflow.cases.steps.base import (
    ALL_STAGES,
    FIRST_STAGES,
    Code,
    CompletionContext,
    Fen,
    Input,
    LongText,
    NoParticulars,
    Particulars,
    ShortText,
    StepByLetter,
    StepContext,
    StepDefinition,
    StepWithPapers,
    guard,
    particulars_of,
    working_stage,
)
from requestflow.cases.steps.days import told_of_by_now
from requestflow.foundation import text
from requestflow.law import fee

FEE_IN_FORCE_FROM = date(2021, 1, 1)  # 国办函〔2020〕109号
MOST_ITEMS = 100_000
PAYING = frozenset({"awaiting_payment"})


class FeeNotified(StepByLetter):
    """The fee, the rule by which it was counted, and how to pay it. `earlier` and `number` are
    items or pages of this month before, and of this application."""

    fen: Fen
    rule: Annotated[
        Code | None, Input(text("Charging method"), "choice", needed=True, options="fee_rules")
    ] = None
    earlier: Annotated[
        int | None,
        Field(ge=0, le=MOST_ITEMS),
        Input(
            text("Requests by this applicant earlier this month"),
            "number",
            hint=text("Only if charged per request."),
        ),
    ] = None
    number: Annotated[
        int | None,
        Field(gt=0, le=MOST_ITEMS),
        Input(text("Requests or pages charged for in this request"), "number", needed=True),
    ] = None
    how_to_pay: Annotated[ShortText | None, Input(text("How to pay"), needed=True)] = None
    notice_received_on: Annotated[
        date | None, Input(text("Date the notice was received"), "day")
    ] = None


class FeeWaiverRequested(StepWithPapers):
    """Why the applicant asks not to have to pay."""

    reason: LongText


class PaymentReported(StepWithPapers):
    """That the applicant paid, when, and by which reference."""

    paid_on: date
    reference: ShortText | None = None


class FeePaid(Particulars):
    """The day on which the money came in (to the body's account): from it the period to answer
    starts afresh, whenever it is recorded (国办函〔2020〕109号)."""

    paid_on: Annotated[
        date | None,
        Input(
            text("Date of payment"),
            "day",
            hint=text("If it is not the date of this step."),
            first="reported_payment",
        ),
    ] = None


class FeeWaived(StepByLetter):
    """Why the fee is waived."""

    reason: Annotated[LongText, Input(text("Reason"), "lines", needed=True)]


class FeesRecorded(Particulars):
    """What a register says was charged and waived in all."""

    charged: Fen = 0
    waived: Fen = 0


@guard()
def fee_in_force(context: StepContext) -> None:
    """The processing fee exists since 2021."""
    if context.event.day < FEE_IN_FORCE_FROM:
        raise StepRefused(
            text("Processing fees can only be charged from %(day)s.", day=FEE_IN_FORCE_FROM),
            "day",
            "国办函〔2020〕109号",
        )


@guard(before_form=True)
def notice_not_received(context: StepContext) -> None:
    """The day of receipt of a fee notice is recorded one time."""
    if not notice_receipt_unknown(context.history):
        raise StepRefused(text("Receipt of the fee notice has already been recorded."))


def notice_receipt_unknown(history: Any) -> bool:
    """Whether nothing says yet when the applicant received the fee notice."""
    last = next((e for e in reversed(history) if e.kind == "fee_notified"), None)
    return last is not None and not particulars_of(last, FeeNotified).notice_received_on


@guard()
def paid_by_now(context: StepContext) -> None:
    """A payment is reported once it is made."""
    told_of_by_now(context, "paid_on", context.particulars(PaymentReported).paid_on)


@guard()
def paid_after_notice(context: StepContext) -> None:
    """What is paid was asked for before."""
    paid_on = context.particulars(FeePaid).paid_on
    if paid_on is None:
        return
    told_of_by_now(context, "paid_on", paid_on)
    notice = next((e for e in reversed(context.history) if e.kind == "fee_notified"), None)
    if notice and paid_on < notice.day:
        raise StepRefused(
            text("The fee notice was issued on %(day)s, after this date.", day=notice.day),
            "paid_on",
        )


@guard(before_form=True, imported=False)
def payment_over(context: StepContext) -> None:
    """Taken as given up only after the time to pay has passed."""
    deadline = context.deadline("payment")
    if deadline and deadline.due and context.event.day <= deadline.due:
        raise StepRefused(
            text("The applicant has until %(due)s to pay.", due=deadline.due), "day", "42"
        )


def _count(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    """Counts the fee by the rule of the law that is named."""
    rule = next((item for item in context.pack.fees if item.code == data.get("rule")), None)
    if rule is None or "fen" in data:
        return data
    number = min(int(data.get("number") or 0), MOST_ITEMS)
    earlier = min(int(data.get("earlier") or 0), MOST_ITEMS)
    return {**data, "fen": fee(rule, earlier, number)}


def _when_paid(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    """The day that the applicant reported, where no other is stated; else that of the step."""
    if data.get("paid_on"):
        return data
    return {**data, "paid_on": (reported_payment(context.history) or context.day).isoformat()}


def reported_payment(history: Sequence[Event]) -> date | None:
    """The day on which the applicant says to have paid."""
    last = next((e for e in reversed(history) if e.kind == "payment_reported"), None)
    return particulars_of(last, PaymentReported).paid_on if last else None


def _notify(state: CaseState, event: Event) -> CaseState:
    notice = particulars_of(event, FeeNotified)
    notices = state.fee_notices + (state.concluded_on is None)
    return state._replace(stage="awaiting_payment", fee_notified=notice.fen, fee_notices=notices)


def _pay(state: CaseState, _event: Event) -> CaseState:
    charged = state.fee_charged + state.fee_notified
    return state._replace(stage=working_stage(state), fee_charged=charged, fee_notified=0)


def _waive(state: CaseState, _event: Event) -> CaseState:
    waived = state.fee_waived + state.fee_notified
    return state._replace(stage=working_stage(state), fee_waived=waived, fee_notified=0)


def _record(state: CaseState, event: Event) -> CaseState:
    fees = particulars_of(event, FeesRecorded)
    return state._replace(fee_charged=fees.charged, fee_waived=fees.waived)


STEPS = (
    StepDefinition(
        "fee_notified",
        FeeNotified,
        FIRST_STAGES,
        "case.work",
        guards=(fee_in_force,),
        effect=_notify,
        complete=_count,
        order=130,
    ),
    StepDefinition(
        "fee_acknowledged",
        NoParticulars,
        PAYING,
        "case.work",
        guards=(notice_not_received,),
        order=140,
        by_applicant=True,
    ),
    StepDefinition(
        "fee_waiver_requested",
        FeeWaiverRequested,
        PAYING,
        "case.work",
        order=150,
        by_applicant=True,
        at_desk=False,
    ),
    StepDefinition(
        "payment_reported",
        PaymentReported,
        PAYING,
        "case.work",
        guards=(paid_by_now,),
        order=160,
        by_applicant=True,
        at_desk=False,
    ),
    StepDefinition("fee_waived", FeeWaived, PAYING, "case.extend", effect=_waive, order=180),
    StepDefinition(
        "fee_paid",
        FeePaid,
        PAYING,
        "case.work",
        guards=(paid_after_notice,),
        effect=_pay,
        complete=_when_paid,
        order=170,
    ),
    StepDefinition(
        "fee_defaulted",
        StepByLetter,
        PAYING,
        "case.work",
        guards=(payment_over,),
        effect=end_by_law("defaulted"),
        order=190,
    ),
    StepDefinition(
        "fees_recorded",
        FeesRecorded,
        ALL_STAGES,
        "case.import",
        effect=_record,
        order=260,
        any_law=True,
        at_desk=False,
    ),
)
