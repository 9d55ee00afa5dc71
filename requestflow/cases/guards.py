"""What must hold before a step: each guard says in one sentence why not, with the article."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, RemedyState
from requestflow.foundation import text
from requestflow.law import Deadline, Pack, WorkingCalendar, clock
from requestflow.law.model import StepRule

FEE_IN_FORCE_FROM = date(2021, 1, 1)  # 国办函〔2020〕109号
BESIDE_THE_ORDER = frozenset(
    {"noted", "due_days_moved", "corrected", "message_sent", "remedy_reported"}
)
"""Steps beside the course of a case: their day neither has to wait for it nor holds it up."""


@dataclass(frozen=True)
class Moment:
    """A case just before a step: its state, its history so far, the step, law and calendar."""

    state: CaseState
    history: Sequence[Event]
    event: Event
    pack: Pack
    calendar: WorkingCalendar
    unit_on_the_spot: bool = False

    def deadline(self, kind: str, key: str | None = None) -> Deadline | None:
        """The running deadline of that kind before the step, or None."""
        for item in clock(self.history, self.pack, self.calendar, running_only=True):
            if item.kind == kind and key in (None, item.key):
                return item
        return None


def day_in_order(moment: Moment, article: str | None) -> None:
    """No step is earlier than the one before it."""
    ordered = [e.day for e in moment.history if e.kind not in BESIDE_THE_ORDER]
    if ordered and moment.event.day < max(ordered):
        raise StepRefused(
            text(
                "The day %(day)s is before the case's last step on %(last)s.",
                day=moment.event.day,
                last=max(ordered),
            ),
            "day",
            article,
        )


def within_limit(moment: Moment, rule: StepRule) -> None:
    """A step that the law allows only until a day."""
    if rule.within is None:
        return
    deadline = moment.deadline(rule.within)
    if deadline and deadline.late_on(moment.event.day):
        limit = moment.pack.limit(rule.within, deadline.started_on)
        raise StepRefused(
            text(
                "Too late: %(limit)s ended on %(due)s.",
                limit=limit.label if limit else rule.within,
                due=deadline.due,
            ),
            "day",
            rule.article,
        )


def only_once(moment: Moment, rule: StepRule) -> None:
    """A step that the law allows one time."""
    if rule.once and any(event.kind == moment.event.kind for event in moment.history):
        raise StepRefused(
            text("This step may be taken once only, and has been taken."), None, rule.article
        )


def decision(moment: Moment) -> None:
    """Outcome and ground belong to the law in force for the case, and to each other."""
    data, pack = moment.event.data, moment.pack
    outcome = pack.outcome(data["outcome"])
    if outcome is None or (not outcome.answer and moment.event.kind == "drafted"):
        raise StepRefused(
            text("%(law)s knows no answer '%(code)s'.", law=pack.title, code=data["outcome"]),
            "outcome",
        )
    ground = data.get("ground")
    if ground is None:
        if outcome.ground == "required":
            raise StepRefused(
                text("'%(outcome)s' needs a ground.", outcome=outcome.label),
                "ground",
                outcome.article,
            )
        return
    if pack.ground(ground) is None:
        raise StepRefused(
            text("%(law)s knows no ground '%(code)s'.", law=pack.title, code=ground), "ground"
        )
    if outcome.ground == "none" or not pack.ground_for(outcome.code, ground):
        raise StepRefused(
            text("The ground may not stand with '%(outcome)s'.", outcome=outcome.label),
            "ground",
            outcome.article,
        )


def clarification_day(moment: Moment) -> None:
    """The applicant is given a day to answer by, and it lies ahead (art. 30)."""
    answer_by = moment.event.data.get("answer_by")
    if not answer_by or not moment.event.data.get("items"):
        raise StepRefused(
            text("Say what is unclear, and a reasonable day to answer by."),
            "items" if answer_by else "answer_by",
            "30",
        )
    if date.fromisoformat(answer_by) <= moment.event.day:
        raise StepRefused(text("The day to answer by must lie ahead."), "answer_by", "30")


def clarification_over(moment: Moment) -> None:
    """Taken as given up only after the stated day has passed (art. 30)."""
    deadline = moment.deadline("clarification_reply")
    if deadline and deadline.due and moment.event.day <= deadline.due:
        raise StepRefused(
            text("The applicant has until %(due)s to answer.", due=deadline.due), "day", "30"
        )


def reasons_were_given(moment: Moment) -> None:
    """A later day is for many requests with good reasons (art. 35)."""
    if not any(event.kind == "reasons_given" for event in moment.history):
        raise StepRefused(
            text("A later day may be set only after the applicant gave reasons."), None, "35"
        )


def later_day(moment: Moment) -> None:
    """The later day is later."""
    if date.fromisoformat(moment.event.data["until"]) <= moment.event.day:
        raise StepRefused(text("The new day must lie ahead."), "until", "35")


def new_consultation(moment: Moment) -> None:
    """Each consultation has a number of its own."""
    key = moment.event.data["consultation"]
    used = (e.data.get("consultation") for e in moment.history if e.kind == "consultation_started")
    if key in used:
        raise StepRefused(text("Consultation %(key)s exists already.", key=key), "consultation")


def open_consultation(moment: Moment) -> None:
    """Only what was asked can be answered."""
    key = moment.event.data["consultation"]
    if key not in moment.state.consultations:
        raise StepRefused(text("There is no open consultation %(key)s.", key=key), "consultation")


def silence_waited_for(moment: Moment) -> None:
    """Silence counts only once the time to answer is over (art. 32, 34)."""
    if moment.event.data.get("answer") != "silence":
        return
    deadline = moment.deadline("consultation_reply", moment.event.data["consultation"])
    if deadline and deadline.due and moment.event.day <= deadline.due:
        raise StepRefused(
            text("They have until %(due)s to answer.", due=deadline.due), "day", "32、34"
        )


def extension_days(moment: Moment) -> None:
    """No more than the law gives, with a reason and the head's approval."""
    limit = moment.pack.limit("reply", moment.state.received_on)
    most = limit.extension if limit else None
    if most is None:
        raise StepRefused(text("This law knows no extension."))
    days = moment.event.data.get("days")
    if days is not None and days > most.number:
        raise StepRefused(
            text("At most %(number)s working days.", number=most.number), "days", most.article
        )
    for field in ("reason", "approver"):
        if not moment.event.data.get(field):
            raise StepRefused(
                text("An extension needs a reason and the approval of the head."),
                field,
                most.article,
            )


def fee_in_force(moment: Moment) -> None:
    """The processing fee exists since 2021."""
    if moment.event.day < FEE_IN_FORCE_FROM:
        raise StepRefused(
            text("There is a processing fee only from %(day)s on.", day=FEE_IN_FORCE_FROM),
            "day",
            "国办函〔2020〕109号",
        )


def notice_receipt_unknown(history: Sequence[Event]) -> bool:
    """Whether nothing says yet when the applicant received the fee notice."""
    last = next((e for e in reversed(history) if e.kind == "fee_notified"), None)
    return last is not None and not last.data.get("notice_received_on")


def notice_not_received(moment: Moment) -> None:
    """The day of receipt of a fee notice is recorded one time."""
    if not notice_receipt_unknown(moment.history):
        raise StepRefused(text("The receipt of the fee notice is recorded already."))


def receipt_unknown(history: Sequence[Event]) -> bool:
    """Whether nothing says yet when the applicant received the last answer."""
    for event in reversed(history):
        if event.kind in {"delivery_confirmed", "decision_recorded"}:
            return False
        if event.kind == "delivered":
            return not event.data.get("received_on")
    return False


def answer_not_received(moment: Moment) -> None:
    """The day of receipt of an answer is recorded one time."""
    if not receipt_unknown(moment.history):
        raise StepRefused(text("The receipt of the answer is recorded already."))


def paid_by_now(moment: Moment) -> None:
    """A payment is reported once it is made."""
    _by_now(moment, "paid_on")


def filed_by_now(moment: Moment) -> None:
    """A remedy is reported once it is filed."""
    _by_now(moment, "filed_on")


def _by_now(moment: Moment, field: str) -> None:
    day = date.fromisoformat(moment.event.data[field])
    if day > moment.event.day:
        raise StepRefused(text("The day %(day)s has not come.", day=day), field)
    if day < moment.state.received_on:
        raise StepRefused(text("That is before the application came in."), field)


def payment_over(moment: Moment) -> None:
    """Taken as given up only after the time to pay has passed."""
    deadline = moment.deadline("payment")
    if deadline and deadline.due and moment.event.day <= deadline.due:
        raise StepRefused(
            text("The applicant has until %(due)s to pay.", due=deadline.due), "day", "42"
        )


def another_unit(moment: Moment) -> None:
    """A transfer goes somewhere else."""
    if moment.event.data["unit"] == moment.state.unit:
        raise StepRefused(text("The case is with that unit already."), "unit")


def four_eyes(moment: Moment) -> None:
    """Who drafted does not sign, unless the unit lets simple cases be decided on the spot."""
    on_the_spot = moment.event.data.get("on_the_spot", False)
    if on_the_spot and moment.unit_on_the_spot:
        return
    if on_the_spot:
        raise StepRefused(text("This unit does not decide on the spot."), None, "36")
    if moment.event.actor == moment.state.drafted_by:
        raise StepRefused(
            text("Who drafted the answer may not sign it."),
            None,
            "36",
            text("Ask another approver of the unit."),
        )


def delivery_day(moment: Moment) -> None:
    """A letter is not received before it is sent."""
    received_on = moment.event.data.get("received_on")
    if received_on and date.fromisoformat(received_on) < moment.event.day:
        raise StepRefused(text("Received before it was sent."), "received_on")


def not_decided(moment: Moment) -> None:
    """An application can be withdrawn until it is decided."""
    if moment.state.concluded_on:
        raise StepRefused(text("The application has been decided."))


def something_to_attack(moment: Moment) -> None:
    """A remedy is against a decision, or against silence after the due day."""
    if moment.state.concluded_on:
        return
    deadline = moment.deadline("reply")
    if deadline is None or not deadline.late_on(moment.event.day):
        raise StepRefused(
            text("There is no decision yet, and the time to answer has not passed."), "day"
        )


def new_remedy(moment: Moment) -> None:
    """Each remedy has a number of its own."""
    if moment.state.remedy(moment.event.data["remedy"]):
        raise StepRefused(text("That remedy is in the case already."), "remedy")


def _remedy(moment: Moment) -> RemedyState:
    remedy = moment.state.remedy(moment.event.data["remedy"])
    if remedy is None:
        raise StepRefused(text("The case has no such remedy."), "remedy")
    kind = moment.event.data.get("kind")
    if kind and kind != remedy.kind:
        raise StepRefused(text("That remedy is of the other kind."), "kind")
    return remedy


def pending_remedy(moment: Moment) -> None:
    """What is concluded stays so, and nothing is accepted or answered twice."""
    remedy, kind = _remedy(moment), moment.event.kind
    done = {"remedy_accepted": remedy.accepted_on, "remedy_answered": remedy.answered_on}
    if remedy.concluded_on or done.get(kind):
        raise StepRefused(text("This has been recorded for that remedy already."), "remedy")
    if moment.event.day < remedy.filed_on:
        raise StepRefused(text("Before the remedy was filed."), "day")


def accepted_reconsideration(moment: Moment) -> None:
    """Only an accepted reconsideration can be extended."""
    remedy = _remedy(moment)
    if remedy.kind != "reconsideration" or not remedy.accepted_on or remedy.concluded_on:
        raise StepRefused(text("Only an accepted reconsideration can be extended."), "remedy")


def remedy_result(moment: Moment) -> None:
    """The result is one of the law's, and only a corrected decision is made again."""
    data = moment.event.data
    known = {item.code for item in moment.pack.remedy(data["kind"]).results}
    if data["result"] not in known:
        raise StepRefused(text("There is no result '%(code)s'.", code=data["result"]), "result")
    if data.get("redecision") and (data["result"] != "corrected" or moment.state.open):
        raise StepRefused(text("Only a decision that was corrected is made again."), "redecision")


NEED_NO_PARTICULARS = frozenset(
    {
        clarification_over,
        reasons_were_given,
        notice_not_received,
        answer_not_received,
        payment_over,
        four_eyes,
        not_decided,
        something_to_attack,
    }
)
"""What can be said of a step before anything of it was typed."""

ABOUT_LIMITS = frozenset(
    {
        clarification_day,
        clarification_over,
        reasons_were_given,
        silence_waited_for,
        extension_days,
        payment_over,
        four_eyes,
        something_to_attack,
    }
)
"""What a register of old cases cannot know or may have broken; recorded there as it was."""
