"""What happened to a case, and what comes next, in the words of an ordinary letter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from requestflow.cases import CaseState, Event
from requestflow.foundation import Text, text
from requestflow.law import Deadline, law_pack

_PLAIN: dict[str, Text] = {
    "assigned": text("Somebody in the office has taken up your application."),
    "clarified": text("The office received your clarification."),
    "clarification_lapsed": text(
        "The office received no clarification in time, so your application ends here."
    ),
    "reasons_requested": text(
        "The office asks you to explain why you need so much, or so often. Please answer here."
    ),
    "reasons_given": text("The office received your reasons."),
    "consultation_started": text(
        "The office has asked others whose rights or records are touched by your application. "
        "The time until they answer does not count."
    ),
    "consultation_ended": text("The others have answered, or their time to answer is over."),
    "fee_acknowledged": text("You confirmed that you received the fee notice."),
    "fee_waiver_requested": text("You asked not to have to pay the fee."),
    "clarification_requested": text("The office asks you to say more clearly what you want."),
    "fee_waived": text("You need not pay the fee."),
    "fee_paid": text("Your payment came in. The time to answer starts anew."),
    "fee_defaulted": text("The fee was not paid in time, so your application ends here."),
    "delivery_confirmed": text("You confirmed that you received the answer."),
    "withdrawn": text("The application was withdrawn."),
    "remedy_answered": text("The office handed in its reply to your objection."),
    "hearing_held": text("The hearing was held."),
    "remedy_extended": text("The authority needs more time to decide on your objection."),
    "due_days_moved": text("The holidays were announced anew, so a day in your case has moved."),
}


def _received(event: Event, _state: CaseState) -> Text:
    channel = text(f"channel.{event.data['channel']}")
    return text("The office received your application (%(channel)s).", channel=channel)


def _payment(event: Event, _state: CaseState) -> Text:
    return text(
        "You told the office that you paid on %(day)s. %(reference)s",
        day=event.data["paid_on"],
        reference=event.data.get("reference") or "",
    )


def _delay(event: Event, _state: CaseState) -> Text:
    return text(
        "Your reasons were accepted. The office will answer by %(day)s.", day=event.data["until"]
    )


def _extended(event: Event, _state: CaseState) -> Text:
    days = event.data.get("days")
    if days:
        return text("The office needs up to %(days)s working days more.", days=days)
    return text("The office needs more time.")


def _fee_notified(event: Event, _state: CaseState) -> Text:
    return text(
        "The office asks for a processing fee of %(yuan)s yuan.",
        yuan=yuan_amount(event.data["fen"]),
    )


def _transferred(event: Event, _state: CaseState) -> Text:
    return text("Your application went to another unit, which will answer it.")


def _redirected(event: Event, _state: CaseState) -> Text:
    return text(
        "This office does not have the information. Please ask: %(body)s.",
        body=event.data["body"],
    )


def _answered(event: Event, state: CaseState) -> Text:
    outcome = law_pack(state.law).outcome(event.data.get("outcome"))
    if outcome is None:
        return text("The office answered your application.")
    way = event.data.get("way")
    if way is None:
        return text("The office answered your application: %(outcome)s.", outcome=outcome.label)
    return text(
        "The office answered your application: %(outcome)s. The answer went to you: %(way)s "
        "%(number)s",
        outcome=outcome.label,
        way=text(f"sent.{way}"),
        number=event.data.get("tracking_number") or "",
    )


def _remedy_kind(event: Event, state: CaseState) -> Any:
    return law_pack(state.law).remedy(event.data["kind"]).label


def _remedy_filed(event: Event, state: CaseState) -> Text:
    return text(
        "An objection was filed against the office (%(kind)s).", kind=_remedy_kind(event, state)
    )


def _remedy_accepted(event: Event, state: CaseState) -> Text:
    return text("The objection was accepted (%(kind)s).", kind=_remedy_kind(event, state))


def _remedy_concluded(event: Event, state: CaseState) -> Text:
    results = law_pack(state.law).remedy(event.data["kind"]).results
    result = next((r.label for r in results if r.code == event.data["result"]), None)
    return text(
        "The objection was decided (%(kind)s): %(result)s.",
        kind=_remedy_kind(event, state),
        result=result or "",
    )


def _remedy_reported(event: Event, state: CaseState) -> Text:
    return text(
        "You told the office that you filed an objection (%(kind)s) on %(day)s. %(authority)s",
        kind=_remedy_kind(event, state),
        day=event.data["filed_on"],
        authority=event.data.get("authority") or "",
    )


def _hearing(event: Event, _state: CaseState) -> Text:
    return text(
        "A hearing was set for %(day)s %(time)s %(place)s",
        day=event.data["held_on"],
        time=event.data.get("time") or "",
        place=event.data.get("place") or "",
    )


def _message(event: Event, _state: CaseState) -> Text:
    if event.actor == "applicant":
        return text("You wrote to the office.")
    return text("The office wrote to you.")


_MADE: dict[str, Callable[[Event, CaseState], Text]] = {
    "received": _received,
    "payment_reported": _payment,
    "delay_set": _delay,
    "extended": _extended,
    "fee_notified": _fee_notified,
    "transferred": _transferred,
    "redirected": _redirected,
    "delivered": _answered,
    "decision_recorded": _answered,
    "remedy_filed": _remedy_filed,
    "remedy_accepted": _remedy_accepted,
    "remedy_concluded": _remedy_concluded,
    "remedy_reported": _remedy_reported,
    "hearing_scheduled": _hearing,
    "message_sent": _message,
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
        "remedy_concluded",
        "hearing_scheduled",
        "hearing_held",
    }
)
"""Steps between the office and third parties, authorities or courts: the applicant is told of
them, but what is written in them is not written to the applicant."""


def yuan_amount(fen: int) -> str:
    """An amount in fen (1/100 yuan) as yuan."""
    return f"{fen / 100:,.2f}"


def describe_event(event: Event, state: CaseState) -> Text | None:
    """One step in plain words; None where it is the office's own affair."""
    built = _MADE.get(event.kind)
    return built(event, state) if built else _PLAIN.get(event.kind)


def shared_text(event: Event) -> str | None:
    """What was written with a step, by either side, and may be read by both."""
    data: Mapping[str, Any] = event.data
    if event.kind == "received" or event.kind in BETWEEN_OTHERS:
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
            "It is your turn: please answer the office's question below. Without an answer in "
            "time, your application may be taken as given up."
        ),
    ),
    "awaiting_payment": (
        "payment",
        text(
            "It is your turn: please pay the fee of %(yuan)s yuan, or ask not to have to pay it. "
            "Without payment in time, your application may be taken as given up."
        ),
    ),
    "awaiting_reasons": (
        "reply",
        text("It is your turn: please explain why you need so much, or so often."),
    ),
}
_WORKING = {
    "received": text("The office has your application and will answer it."),
    "in_progress": text("The office is working on your application and will answer it."),
    "consulting": text("The office waits for others to answer, and will then answer you."),
    "drafted": text("The answer is written and is being checked."),
    "legality_reviewed": text("The answer is written and is being checked."),
    "secrecy_reviewed": text("The answer is checked and waits for the signature."),
    "signed": text("The answer is signed and will be sent to you."),
    "redecision": text("The office must decide anew, and will answer you."),
}
_OVER = {
    "delivered": text("You have your answer. Nothing more needs to happen."),
    "closed": text("You have your answer. Nothing more needs to happen."),
    "lapsed": text("The application has ended. You may apply again at any time."),
    "withdrawn": text("The application has ended. You may apply again at any time."),
    "defaulted": text("The application has ended. You may apply again at any time."),
    "redirected": text("The application has ended here. Please ask the body that was named."),
}


_PAID = text("You told the office that you paid. It is looking for your payment.")
_WAIVER_ASKED = text(
    "The office is deciding whether you need to pay. Until then, the time to pay goes on."
)
_OBJECTED = text(
    "You told the office that you objected. It will be heard by the authority or court."
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
        words = replace(words, values={"yuan": yuan_amount(state.fee_notified)})
        due = running[kind].due if kind in running else None
        return NextStep(words, due, yours=True, late=bool(due and due < today))
    if state.stage in _WORKING:
        answer = running.get("redecision" if state.redeciding else "reply")
        due = answer.due if answer else None
        return NextStep(_WORKING[state.stage], due, late=bool(due and due < today))
    if "remedy_reported" in last:
        return NextStep(_OBJECTED)
    return NextStep(_OVER[state.stage])
