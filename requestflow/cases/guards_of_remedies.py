"""What must hold before a step of a reconsideration or suit."""

from datetime import date

from requestflow.cases.errors import StepRefused
from requestflow.cases.guards import by_now
from requestflow.cases.state import RemedyState
from requestflow.cases.step_context import StepContext
from requestflow.foundation import text


def something_to_attack(moment: StepContext) -> None:
    """A remedy is against a decision, or against silence after the due day."""
    if moment.state.concluded_on:
        return
    deadline = moment.deadline("reply")
    if deadline is None or not deadline.late_on(moment.event.day):
        raise StepRefused(
            text("There is no decision yet, and the time to answer has not passed."), "day"
        )


def new_remedy(moment: StepContext) -> None:
    """Each remedy has a number of its own."""
    if moment.state.remedy(moment.event.data["remedy"]):
        raise StepRefused(text("That remedy is in the case already."), "remedy")


def _remedy(moment: StepContext) -> RemedyState:
    remedy = moment.state.remedy(moment.event.data["remedy"])
    if remedy is None:
        raise StepRefused(text("The case has no such remedy."), "remedy")
    kind = moment.event.data.get("kind")
    if kind and kind != remedy.kind:
        raise StepRefused(text("That remedy is of the other kind."), "kind")
    return remedy


def pending_remedy(moment: StepContext) -> None:
    """What is concluded stays so, and nothing is accepted or answered twice."""
    remedy, kind = _remedy(moment), moment.event.kind
    done = {"remedy_accepted": remedy.accepted_on, "remedy_answered": remedy.answered_on}
    if remedy.concluded_on or done.get(kind):
        raise StepRefused(text("This has been recorded for that remedy already."), "remedy")
    if moment.event.day < remedy.filed_on:
        raise StepRefused(text("Before the remedy was filed."), "day")


def accepted_reconsideration(moment: StepContext) -> None:
    """Only an accepted reconsideration can be extended."""
    remedy = _remedy(moment)
    if remedy.kind != "reconsideration" or not remedy.accepted_on or remedy.concluded_on:
        raise StepRefused(text("Only an accepted reconsideration can be extended."), "remedy")


def hearing_ahead(moment: StepContext) -> None:
    """A hearing is told of before it is held."""
    if date.fromisoformat(moment.event.data["held_on"]) < moment.event.day:
        raise StepRefused(text("The hearing is before the day of this step."), "held_on")


def hearing_was_set(moment: StepContext) -> None:
    """Only a hearing that was set can have been held, and not before its day."""
    hearing_on = _remedy(moment).hearing_on
    if hearing_on is None:
        raise StepRefused(text("No hearing was set for that remedy."), "remedy")
    if moment.event.day < hearing_on:
        raise StepRefused(text("The hearing is on %(day)s.", day=hearing_on), "day")


def remedy_result(moment: StepContext) -> None:
    """The result is one of the law's, and only a corrected decision is made again."""
    data = moment.event.data
    known = {item.code for item in moment.pack.remedy(data["kind"]).results}
    if data["result"] not in known:
        raise StepRefused(text("There is no result '%(code)s'.", code=data["result"]), "result")
    if data.get("redecision") and (data["result"] != "corrected" or moment.state.open):
        raise StepRefused(text("Only a decision that was corrected is made again."), "redecision")


def filed_by_now(moment: StepContext) -> None:
    """A remedy is reported once it is filed."""
    by_now(moment, "filed_on")
