"""What must hold before a step: each guard says in one sentence why not, with the article."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.step_context import StepContext
from requestflow.foundation import text
from requestflow.law.model import StepRule

FEE_IN_FORCE_FROM = date(2021, 1, 1)  # 国办函〔2020〕109号
BESIDE_THE_ORDER = frozenset(
    {"noted", "due_days_moved", "corrected", "message_sent", "remedy_reported"}
)
"""Steps beside the course of a case: their day neither has to wait for it nor holds it up."""


HAS_HAPPENED = ("letter_received_on", "received_on", "notice_received_on", "copy_received_on")
"""Days of which a step tells that something happened on them."""


AWAITED = ("answer_by", "until", "held_on")
"""Days of which a step tells that something is to happen by them."""
MOST_YEARS = 3
"""How far ahead such a day may lie; what is further is mistyped."""
EARLIEST = date(2008, 5, 1)  # Order 492 art. 38: there is no application before it


def not_in_the_future(event: Event, today: date) -> None:
    """Neither the step's own day nor one of which it tells has still to come; what is awaited
    lies within some years."""
    for name in (*HAS_HAPPENED, *AWAITED):
        data = event.data.get(name)
        day = date.fromisoformat(data) if data else None
        if day and (day < EARLIEST or day.year > max(today.year, event.day.year) + MOST_YEARS):
            raise StepRefused(text("That day cannot be right: %(day)s.", day=day), name)
    if event.day > today:
        raise StepRefused(text("The day %(day)s has not come.", day=event.day), "day")
    for name in HAS_HAPPENED:
        data = event.data.get(name)
        if data and date.fromisoformat(data) > today:
            raise StepRefused(text("The day %(day)s has not come.", day=data), name)


def day_in_order(moment: StepContext, article: str | None) -> None:
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


def within_limit(moment: StepContext, rule: StepRule) -> None:
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


def only_once(moment: StepContext, rule: StepRule) -> None:
    """A step that the law allows one time."""
    if rule.once and any(event.kind == moment.event.kind for event in moment.history):
        raise StepRefused(
            text("This step may be taken once only, and has been taken."), None, rule.article
        )


def somebody_asked(moment: StepContext) -> None:
    """A consultation asks a unit of the system, or somebody by name."""
    if not moment.event.data.get("unit") and not moment.event.data.get("name"):
        raise StepRefused(text("Say who is asked."), "name")
    if moment.event.data.get("unit") == moment.state.unit:
        raise StepRefused(text("The case is with that unit already."), "unit")


def consultation_day(moment: StepContext) -> None:
    """The day by which an answer is asked for lies ahead."""
    answer_by = moment.event.data.get("answer_by")
    if answer_by and date.fromisoformat(answer_by) <= moment.event.day:
        raise StepRefused(text("The day to answer by must lie ahead."), "answer_by")


def clarification_day(moment: StepContext) -> None:
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


def clarification_over(moment: StepContext) -> None:
    """Taken as given up only after the stated day has passed (art. 30)."""
    deadline = moment.deadline("clarification_reply")
    if deadline and deadline.due and moment.event.day <= deadline.due:
        raise StepRefused(
            text("The applicant has until %(due)s to answer.", due=deadline.due), "day", "30"
        )


def reasons_were_given(moment: StepContext) -> None:
    """A later day is for many requests with good reasons (art. 35)."""
    if not any(event.kind == "reasons_given" for event in moment.history):
        raise StepRefused(
            text("A later day may be set only after the applicant gave reasons."), None, "35"
        )


def later_day(moment: StepContext) -> None:
    """The later day is later."""
    if date.fromisoformat(moment.event.data["until"]) <= moment.event.day:
        raise StepRefused(text("The new day must lie ahead."), "until", "35")


def new_consultation(moment: StepContext) -> None:
    """Each consultation has a number of its own."""
    key = moment.event.data["consultation"]
    used = (e.data.get("consultation") for e in moment.history if e.kind == "consultation_started")
    if key in used:
        raise StepRefused(text("Consultation %(key)s exists already.", key=key), "consultation")


def open_consultation(moment: StepContext) -> None:
    """Only what was asked can be answered."""
    key = moment.event.data["consultation"]
    if key not in {item.key for item in moment.state.open_consultations}:
        raise StepRefused(text("There is no open consultation %(key)s.", key=key), "consultation")


def silence_waited_for(moment: StepContext) -> None:
    """Silence counts only once the time to answer is over (art. 32, 34)."""
    if moment.event.data.get("answer") != "silence":
        return
    deadline = moment.deadline("consultation_reply", moment.event.data["consultation"])
    if deadline and deadline.due and moment.event.day <= deadline.due:
        raise StepRefused(
            text("They have until %(due)s to answer.", due=deadline.due), "day", "32、34"
        )


def extension_days(moment: StepContext) -> None:
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


def fee_in_force(moment: StepContext) -> None:
    """The processing fee exists since 2021."""
    if moment.event.day < FEE_IN_FORCE_FROM:
        raise StepRefused(
            text("There is a processing fee only from %(day)s on.", day=FEE_IN_FORCE_FROM),
            "day",
            "国办函〔2020〕109号",
        )


def not_just_done(moment: StepContext) -> None:
    """What somebody sends a second time, by Back or from another window, is not meant twice."""
    last, event = moment.history[-1], moment.event
    if (last.kind, last.day, last.actor) != (event.kind, event.day, event.actor):
        return
    if _said(last) == _said(event):
        raise StepRefused(
            text("You have just recorded exactly this."),
            None,
            None,
            text("If it is meant a second time, say what is different."),
        )


def _said(event: Event) -> dict[str, Any]:
    """What was typed into a step: without what the system added to it."""
    return {k: v for k, v in event.data.items() if k not in {"letter", "documents"}}


def notice_receipt_unknown(history: Sequence[Event]) -> bool:
    """Whether nothing says yet when the applicant received the fee notice."""
    last = next((e for e in reversed(history) if e.kind == "fee_notified"), None)
    return last is not None and not last.data.get("notice_received_on")


def notice_not_received(moment: StepContext) -> None:
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


def answer_not_received(moment: StepContext) -> None:
    """The day of receipt of an answer is recorded one time."""
    if not receipt_unknown(moment.history):
        raise StepRefused(text("The receipt of the answer is recorded already."))


def paid_by_now(moment: StepContext) -> None:
    """A payment is reported once it is made."""
    by_now(moment, "paid_on")


def by_now(moment: StepContext, field: str) -> None:
    """A day that is told of lies between the receipt and the day of the step."""
    day = date.fromisoformat(moment.event.data[field])
    if day > moment.event.day:
        raise StepRefused(text("The day %(day)s has not come.", day=day), field)
    if day < moment.state.received_on:
        raise StepRefused(text("That is before the application came in."), field)


def payment_over(moment: StepContext) -> None:
    """Taken as given up only after the time to pay has passed."""
    deadline = moment.deadline("payment")
    if deadline and deadline.due and moment.event.day <= deadline.due:
        raise StepRefused(
            text("The applicant has until %(due)s to pay.", due=deadline.due), "day", "42"
        )


def another_unit(moment: StepContext) -> None:
    """A transfer goes somewhere else."""
    if moment.event.data["unit"] == moment.state.unit:
        raise StepRefused(text("The case is with that unit already."), "unit")
