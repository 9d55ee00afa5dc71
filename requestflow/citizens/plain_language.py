"""What happened to a case, and what comes next, in the words of an ordinary letter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from requestflow.cases import (
    AppealFiled,
    CaseState,
    Decision,
    DelaySet,
    Delivered,
    Event,
    Extended,
    FeeNotified,
    HearingScheduled,
    PaymentReported,
    Received,
    Redirected,
    RemedyAccepted,
    RemedyConcluded,
    RemedyFiled,
    RemedyReported,
    particulars_of,
)
from requestflow.foundation import Text, text
from requestflow.law import Deadline, Label, jurisdiction_of, law_pack

_PLAIN: dict[str, Text] = {
    "assigned": text("Your request has been assigned to a caseworker."),
    "clarified": text("The public body has received your clarification."),
    "clarification_lapsed": text(
        "The public body did not receive your clarification in time, so your request has been "
        "closed."
    ),
    "reasons_requested": text(
        "The public body has asked why you need so much information, or need it so often. Reply "
        "here."
    ),
    "reasons_given": text("The public body has received your reasons."),
    "consultation_started": text(
        "Your request affects a third party or another public body, so they are being "
        "consulted. The time they take to reply does not count towards the deadline."
    ),
    "consultation_ended": text(
        "The consultation has ended: a reply was received, or the time to reply has passed."
    ),
    "fee_acknowledged": text("You confirmed that you received the fee notice."),
    "fee_waiver_requested": text("You applied for a fee waiver."),
    "clarification_requested": text("The public body has asked you to clarify your request."),
    "fee_waived": text("You do not have to pay the fee."),
    "fee_paid": text("Your payment has been received. The time limit for the reply has restarted."),
    "fee_defaulted": text("The fee was not paid in time, so your request has been closed."),
    "delivery_confirmed": text("You confirmed that you received the reply."),
    "withdrawn": text("The request was withdrawn."),
    "voided": text("The request was registered by mistake or twice and is void."),
    "contact_changed": text("Your contact details were changed."),
    "answer_released": text(
        "The public body has published information from its reply, without anything about you."
    ),
    "release_withdrawn": text("The public body has withdrawn what it had published of its reply."),
    "remedy_answered": text("The public body has submitted its response to your challenge."),
    "hearing_held": text("The hearing took place."),
    "appeal_concluded": text("The appeal has been decided."),
    "remedy_extended": text("The reconsideration authority has extended its time limit."),
    "remedy_converted": text(
        "The reconsideration authority is now using the ordinary procedure, which takes longer."
    ),
    "remedy_suspended": text("The reconsideration authority has suspended your case."),
    "remedy_resumed": text("The reconsideration authority has resumed your case."),
}


def _received(event: Event, _state: CaseState) -> Text:
    channel = text(f"channel.{particulars_of(event, Received).channel}")
    return text("The public body received your request (%(channel)s).", channel=channel)


def _payment(event: Event, _state: CaseState) -> Text:
    payment = particulars_of(event, PaymentReported)
    return text(
        "You reported that you paid on %(day)s. %(reference)s",
        day=payment.paid_on,
        reference=payment.reference or "",
    )


def _moved(event: Event, _state: CaseState) -> Text:
    if event.data.get("by_law"):
        return text("A deadline in your request was counted again and has changed.")
    return text("Public holidays have been updated, so a deadline in your request has changed.")


def _delay(event: Event, _state: CaseState) -> Text:
    return text(
        "Your reasons have been accepted. The public body will reply by %(day)s.",
        day=particulars_of(event, DelaySet).until,
    )


def _extended(event: Event, _state: CaseState) -> Text:
    days = particulars_of(event, Extended).days
    if days:
        return text(
            "The public body has extended the deadline by up to %(days)s working days.", days=days
        )
    return text("The public body has extended the deadline.")


def _fee_notified(event: Event, state: CaseState) -> Text:
    return text(
        "The public body has asked you to pay a processing fee of %(amount)s %(currency)s.",
        amount=amount_of(particulars_of(event, FeeNotified).fen),
        currency=_currency(state),
    )


def _transferred(event: Event, _state: CaseState) -> Text:
    return text(
        "Your request has been transferred to another public body, which will reply to you."
    )


def _redirected(event: Event, _state: CaseState) -> Text:
    return text(
        "This public body does not hold the information. Send your request to: %(body)s.",
        body=particulars_of(event, Redirected).body,
    )


def _decision_recorded(event: Event, state: CaseState) -> Text:
    return _replied(state, particulars_of(event, Decision).outcome)


def _replied(state: CaseState, code: str | None) -> Text:
    outcome = law_pack(state.law).outcome(code)
    if outcome is None:
        return text("The public body has replied to your request.")
    return text("The public body has replied to your request: %(outcome)s.", outcome=outcome.label)


def _delivered(event: Event, state: CaseState) -> Text:
    answer = particulars_of(event, Delivered)
    outcome = law_pack(state.law).outcome(answer.outcome)
    if outcome is None:
        return _replied(state, answer.outcome)
    return text(
        "The public body has replied to your request: %(outcome)s. How the reply was sent: "
        "%(way)s %(number)s",
        outcome=outcome.label,
        way=text(f"sent.{answer.way}"),
        number=answer.tracking_number or "",
    )


def _remedy_filed(event: Event, state: CaseState) -> Text:
    filed = particulars_of(event, RemedyFiled)
    return text(
        "The public body's decision is being challenged (%(kind)s).",
        kind=law_pack(state.law).remedy(filed.kind).label,
    )


def _remedy_accepted(event: Event, state: CaseState) -> Text:
    accepted = particulars_of(event, RemedyAccepted)
    return text(
        "The challenge has been accepted (%(kind)s).",
        kind=law_pack(state.law).remedy(accepted.kind).label,
    )


def _remedy_concluded(event: Event, state: CaseState) -> Text:
    end = particulars_of(event, RemedyConcluded)
    remedy = law_pack(state.law).remedy(end.kind)
    result = next((item.label for item in remedy.results if item.code == end.result), None)
    return text(
        "The challenge has been decided (%(kind)s): %(result)s.",
        kind=remedy.label,
        result=result or "",
    )


def _appealed(event: Event, _state: CaseState) -> Text:
    if particulars_of(event, AppealFiled).by == "body":
        return text("The public body has appealed against the judgment.")
    return text("You appealed against the judgment.")


def _remedy_reported(event: Event, state: CaseState) -> Text:
    reported = particulars_of(event, RemedyReported)
    return text(
        "You reported that you filed a challenge (%(kind)s) on %(day)s. %(authority)s",
        kind=law_pack(state.law).remedy(reported.kind).label,
        day=reported.filed_on,
        authority=reported.authority or "",
    )


def _hearing(event: Event, _state: CaseState) -> Text:
    hearing = particulars_of(event, HearingScheduled)
    return text(
        "A hearing is scheduled for %(day)s %(time)s %(place)s",
        day=hearing.held_on,
        time=hearing.time or "",
        place=hearing.place or "",
    )


def _message(event: Event, _state: CaseState) -> Text:
    if event.actor == "applicant":
        return text("You sent a message to the public body.")
    return text("The public body sent you a message.")


_MADE: dict[str, Callable[[Event, CaseState], Text]] = {
    "received": _received,
    "payment_reported": _payment,
    "delay_set": _delay,
    "extended": _extended,
    "fee_notified": _fee_notified,
    "transferred": _transferred,
    "redirected": _redirected,
    "delivered": _delivered,
    "decision_recorded": _decision_recorded,
    "remedy_filed": _remedy_filed,
    "remedy_accepted": _remedy_accepted,
    "remedy_concluded": _remedy_concluded,
    "appeal_filed": _appealed,
    "remedy_reported": _remedy_reported,
    "hearing_scheduled": _hearing,
    "message_sent": _message,
    "due_days_moved": _moved,
}
SHOWN = frozenset({*_PLAIN, *_MADE})
"""The steps that concern the applicant; what happens inside the office is not among them."""
NOT_SHOWN = {
    "drafted": "the answer is not the office's before it is signed",
    "legality_reviewed": "a review inside the office",
    "secrecy_reviewed": "a review inside the office",
    "returned": "a review inside the office",
    "signed": "the applicant is told of the answer when it is delivered",
    "closed": "the applicant was told of the answer when it was delivered",
    "third_party_informed": "a letter between the office and a third party; the answer tells more",
    "fees_recorded": "taken from a register of old cases",
    "corrected": "what it changes is shown as it stands then",
    "noted": "a note for colleagues",
    "forgotten": "nobody follows a case of which nothing is left",
}
"""Why the applicant is told nothing of the other steps."""


BETWEEN_OTHERS = frozenset(
    {
        "consultation_started",
        "consultation_ended",
        "third_party_informed",
        "remedy_filed",
        "remedy_accepted",
        "remedy_answered",
        "remedy_extended",
        "remedy_converted",
        "remedy_suspended",
        "remedy_resumed",
        "remedy_concluded",
        "appeal_filed",
        "appeal_concluded",
        "hearing_scheduled",
        "hearing_held",
    }
)
"""Steps between the office and third parties, authorities or courts: the applicant is told of
them, but what is written in them is not written to the applicant."""


def amount_of(fen: int) -> str:
    """An amount in hundredths of the currency (fen, cents) as people write it."""
    return f"{fen / 100:,.2f}"


def _currency(state: CaseState) -> Label:
    return jurisdiction_of(law_pack(state.law).jurisdiction).currency.label


def describe_event(event: Event, state: CaseState) -> Text | None:
    """One step in plain words; None where it is the office's own affair."""
    built = _MADE.get(event.kind)
    return built(event, state) if built else _PLAIN.get(event.kind)


def shared_text(event: Event) -> str | None:
    """What was written with a step, by either side, and may be read by both."""
    data: Mapping[str, Any] = event.data
    if event.kind in {"received", "voided", "release_withdrawn"} or event.kind in BETWEEN_OTHERS:
        return None
    for name in ("items", "text", "reason"):
        if data.get(name):
            return str(data[name])
    return None


def delivered_documents(event: Event) -> Sequence[Mapping[str, Any]]:
    """The files of a step that the applicant may have: what they handed in themselves, and what
    went out to them."""
    if event.kind not in SHOWN or event.kind in BETWEEN_OTHERS:
        return ()
    return event.data.get("documents") or ()


@dataclass(frozen=True)
class NextStep:
    """What happens next: in words, until which day, and whether the applicant must act.

    `late`: the day has passed.
    """

    text: Text
    due: date | None = None
    yours: bool = False
    late: bool = False


_WAITING = {
    "clarifying": (
        "clarification_reply",
        text(
            "Action needed: answer the public body's question below. If you do not reply in "
            "time, your request may be treated as abandoned."
        ),
    ),
    "awaiting_payment": (
        "payment",
        text(
            "Action needed: pay the fee of %(amount)s %(currency)s or apply for a fee waiver. If "
            "you do not pay in time, your request may be treated as abandoned."
        ),
    ),
    "awaiting_reasons": (
        "reply",
        text("Action needed: explain why you need so much information, or need it so often."),
    ),
}
_WORKING = {
    "received": text("The public body has received your request and will reply to you."),
    "in_progress": text("The public body is working on your request and will reply to you."),
    "consulting": text("The public body is consulting others and will then reply to you."),
    "drafted": text("The reply has been drafted and is being reviewed."),
    "legality_reviewed": text("The reply has been drafted and is being reviewed."),
    "secrecy_reviewed": text("The reply has been reviewed and is awaiting sign-off."),
    "signed": text("The reply has been signed and will be sent to you."),
    "redecision": text("The public body must make a new decision and will reply to you."),
}
_OVER = {
    "delivered": text("You have received the reply. Your request is now complete."),
    "closed": text("You have received the reply. Your request is now complete."),
    "lapsed": text("Your request has been closed. You can make a new request at any time."),
    "withdrawn": text("Your request has been closed. You can make a new request at any time."),
    "void": text("Nothing more happens with this entry. Contact the public body if in doubt."),
    "defaulted": text("Your request has been closed. You can make a new request at any time."),
    "redirected": text(
        "Your request to this public body has been closed. Send your request to the body it named."
    ),
}


_PAID = text("You reported your payment. The public body is checking it.")
_WAIVER_ASKED = text(
    "The public body is deciding whether to waive the fee. The payment deadline still applies."
)
_OBJECTED = text(
    "You reported a challenge. The reconsideration authority or court will deal with it."
)


def next_step(
    state: CaseState, history: Sequence[Event], deadlines: Sequence[Deadline], today: date
) -> NextStep:
    """What happens next in a case, and by when."""
    running = {item.kind: item for item in deadlines if item.running}
    last = [event.kind for event in history]
    if state.stage == "awaiting_payment":
        since = last[len(last) - last[::-1].index("fee_notified") :]
        due = running["payment"].due if "payment" in running else None
        if "payment_reported" in since:
            return NextStep(_PAID)
        if "fee_waiver_requested" in since:
            return NextStep(_WAIVER_ASKED, due, late=bool(due and due < today))
    if state.stage in _WAITING:
        kind, words = _WAITING[state.stage]
        values = {"amount": amount_of(state.fee_notified), "currency": _currency(state)}
        words = replace(words, values=values)
        due = running[kind].due if kind in running else None
        return NextStep(words, due, yours=True, late=bool(due and due < today))
    if state.stage in _WORKING:
        answer = running.get("redecision" if state.redeciding else "reply")
        due = answer.due if answer else None
        return NextStep(_WORKING[state.stage], due, late=bool(due and due < today))
    if "remedy_reported" in last:
        return NextStep(_OBJECTED)
    return NextStep(_OVER[state.stage])
