"""What must hold before an answer is drafted, reviewed, signed and sent; with the article."""

from datetime import date

from requestflow.cases.errors import StepRefused
from requestflow.cases.step_context import StepContext
from requestflow.foundation import text


def decision(moment: StepContext) -> None:
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


def grounds_beside(moment: StepContext) -> None:
    """Further grounds stand with the outcome as the first does, and are others."""
    data, pack = moment.event.data, moment.pack
    seen = {data.get("ground")}
    for code in data.get("further_grounds") or ():
        if not pack.ground_for(data["outcome"], code) or code in seen:
            raise StepRefused(
                text("The further grounds must be others that may stand with this answer."),
                "further_grounds",
            )
        seen.add(code)
    if data.get("further_grounds") and not data.get("ground"):
        raise StepRefused(text("Say which ground counts."), "ground")


def parts_told(moment: StepContext) -> None:
    """What is granted in part says which parts are given, and which are not for which ground."""
    data, pack = moment.event.data, moment.pack
    outcome = pack.outcome(data["outcome"])
    withheld = data.get("withheld") or ()
    if outcome is None or not outcome.separable:
        if withheld or data.get("granted"):
            raise StepRefused(
                text("Parts are listed only where the answer is granted in part."), "outcome"
            )
        return
    if not data.get("granted"):
        raise StepRefused(
            text("List the parts that are given, one a line."), "granted", outcome.article
        )
    if not withheld:
        raise StepRefused(
            text("List each part that is withheld, with its ground."), "withheld", outcome.article
        )
    for item in withheld:
        if not pack.ground_for(outcome.code, item["ground"]):
            raise StepRefused(
                text("That ground may not stand with '%(part)s'.", part=item["part"]),
                "withheld",
                outcome.article,
            )


def points_answered(moment: StepContext) -> None:
    """Every point of the secrecy review is answered before anything is released."""
    checks = moment.event.data.get("checks") or ()
    for point in moment.pack.review_points:
        if point.code not in checks:
            raise StepRefused(
                text("This is needed: %(field)s.", field=point.label), point.code, point.article
            )


def on_the_spot(moment: StepContext) -> None:
    """One person alone decides only what is simple, where the unit's rules allow it."""
    if not moment.event.data.get("on_the_spot"):
        return
    if not moment.unit_on_the_spot:
        raise StepRefused(text("This unit does not decide on the spot."))
    outcome = moment.pack.outcome(moment.state.draft_outcome)
    if outcome is None or not outcome.simple:
        raise StepRefused(
            text("Only what takes nothing from the applicant is decided on the spot."), "outcome"
        )


def four_eyes(moment: StepContext) -> None:
    """Who drafted does not sign, unless the unit lets simple cases be decided on the spot."""
    if moment.event.data.get("on_the_spot"):
        return
    signers = {moment.event.actor, moment.event.data.get("deputising_for")}
    if moment.state.drafted_by in signers:
        raise StepRefused(
            text("Who drafted the answer may not sign it."),
            None,
            None,
            text("Ask another approver of the unit."),
        )


def not_decided(moment: StepContext) -> None:
    """An application can be withdrawn until it is decided."""
    if moment.state.concluded_on:
        raise StepRefused(text("The application has been decided."))


def delivery_day(moment: StepContext) -> None:
    """A letter is not received before it is sent."""
    received_on = moment.event.data.get("received_on")
    if received_on and date.fromisoformat(received_on) < moment.event.day:
        raise StepRefused(text("Received before it was sent."), "received_on")
