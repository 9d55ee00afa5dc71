"""Deciding (办理答复): extension, draft, legality and secrecy reviews, signature; art. 33, 36."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, conclude
from requestflow.cases.steps.base import (
    ALL_OPEN,
    WORK_STAGES,
    Code,
    Documents,
    Input,
    LongText,
    Particulars,
    ShortText,
    StepByLetter,
    StepContext,
    StepDefinition,
    back_to_work,
    guard,
    particulars_of,
    to_stage,
)
from requestflow.cases.steps.clarification import reasons_waited_for
from requestflow.foundation import text
from requestflow.law import Deadline, Extension, Pack

IN_REVIEW = frozenset({"drafted", "legality_reviewed", "secrecy_reviewed"})
ANSWERING = ("redecision", "reply")
"""The kinds of the limits within which the body decides again, or first."""
ELSEWHERE = text("Only if another body holds the information.")
ONLY_IN_PART = text("Only if granted in part.")


class Extended(StepByLetter):
    """By how many working days the time to answer is extended, why, and who approved it."""

    days: Annotated[
        int | None,
        Field(gt=0, le=1000),
        Input(text("Additional working days"), "number", needed=True, first="extension"),
    ] = None
    reason: Annotated[LongText | None, Input(text("Reason"), "lines", needed=True)] = None
    approver: Annotated[
        ShortText | None,
        Input(
            text("Approved by (head of the information disclosure office)"),
            needed=True,
            first="signed_in",
        ),
    ] = None


class WithheldPart(BaseModel):
    """A part that is not given, and its ground."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    part: ShortText
    ground: Code


class Decision(Particulars):
    """An outcome (办理结果) with the ground (理由) that counts."""

    outcome: Annotated[Code, Input(text("Outcome"), "choice", needed=True, options="outcomes")]
    ground: Annotated[
        Code | None,
        Input(text("Main ground (used in statistics)"), "choice", options="grounds"),
    ] = None


class Drafted(Decision):
    """`ground` is the one that counts, `further_grounds` those beside it; `granted` are the parts
    that are given, one a line; `responsible_body` is another that holds what was asked for;
    `documents` what is handed out with the answer."""

    further_grounds: Annotated[
        list[Code] | None,
        Field(max_length=20),
        Input(text("Additional grounds"), "choices", options="grounds"),
    ] = None
    granted: Annotated[
        LongText | None,
        Input(text("Parts to be disclosed, one per line"), "lines", hint=ONLY_IN_PART),
    ] = None
    withheld: Annotated[
        list[WithheldPart] | None,
        Field(max_length=100),
        Input(
            text("Withheld parts, each with its ground"),
            "parts",
            hint=ONLY_IN_PART,
            options="grounds_of_parts",
        ),
    ] = None
    responsible_body: Annotated[
        ShortText | None, Input(text("Body that holds the information"), hint=ELSEWHERE)
    ] = None
    body_contact: Annotated[
        ShortText | None, Input(text("Address and phone number of that body"), hint=ELSEWHERE)
    ] = None
    facts: Annotated[LongText | None, Input(text("Findings and reply"), "lines", needed=True)] = (
        None
    )
    documents: Annotated[
        Documents | None, Input(text("Files to be disclosed to the applicant"), "files")
    ] = None


class LegalityReviewed(Particulars):
    """What the reviewer remarked; `on_the_spot`: one person decided alone."""

    remarks: Annotated[LongText | None, Input(text("Remarks"), "lines")] = None
    on_the_spot: bool | None = None


class SecrecyReviewed(LegalityReviewed):
    """With the points of the law's check list (保密审查) that were answered, kept with the case."""

    checks: Annotated[list[Code], Field(max_length=20)] | None = None


class Returned(Particulars):
    """What must be changed in the draft."""

    remarks: Annotated[LongText, Input(text("Changes required"), "lines", needed=True)]


class Signed(StepByLetter):
    """`deputising_for` is the absent person whose place the signer took."""

    on_the_spot: bool = False
    deputising_for: Code | None = None


def grounds_named(draft: Drafted) -> list[str]:
    """Every ground that a draft names: the one that counts, those beside it, those of its parts."""
    of_parts = [item.ground for item in draft.withheld or ()]
    named = (draft.ground, *(draft.further_grounds or ()), *of_parts)
    return list(dict.fromkeys(code for code in named if code))


@guard(before_form=True, imported=False)
def no_later_day(context: StepContext) -> None:
    """Where a reasonable later day was set, an extension would change nothing."""
    if not context.state.redeciding and any(e.kind == "delay_set" for e in context.history):
        raise StepRefused(
            text("A later reply date has already been set, so an extension would change nothing."),
            None,
            "35",
            text("Set another later date instead."),
        )


@guard(imported=False)
def extension_days(context: StepContext) -> None:
    """No more than the law gives, with a reason and the head's approval."""
    running = [item for kind in ANSWERING if (item := context.deadline(kind))]
    most = extension_of(context.pack, running)
    if most is None:
        raise StepRefused(text("This law does not allow extensions."))
    given = context.particulars(Extended)
    if given.days is not None and given.days > most.number:
        raise StepRefused(
            text("Enter no more than %(number)s working days.", number=most.number),
            "days",
            most.article,
        )
    for field in ("reason", "approver"):
        if not getattr(given, field):
            raise StepRefused(
                text("An extension requires a reason and the head's approval."),
                field,
                most.article,
            )


def extension_of(pack: Pack, running: Sequence[Deadline]) -> Extension | None:
    """What the law gives beyond the period that is running: that to decide again, or to answer."""
    for kind in ANSWERING:
        for deadline in running:
            if deadline.kind == kind and deadline.running:
                limit = pack.limit(kind, deadline.started_on)
                return limit.extension if limit else None
    return None


@guard()
def decision(context: StepContext) -> None:
    """Outcome and ground belong to the law in force for the case, and to each other."""
    data, pack = context.event.data, context.pack
    outcome = pack.outcome(data["outcome"])
    if outcome is None or (not outcome.answer and context.event.kind == "drafted"):
        raise StepRefused(
            text(
                "%(law)s does not allow the outcome '%(code)s'.",
                law=pack.title,
                code=data["outcome"],
            ),
            "outcome",
        )
    ground = data.get("ground")
    if ground is None:
        if outcome.ground == "required":
            raise StepRefused(
                text("'%(outcome)s' requires a ground.", outcome=outcome.label),
                "ground",
                outcome.article,
            )
        return
    if pack.ground(ground) is None:
        raise StepRefused(
            text("%(law)s does not contain the ground '%(code)s'.", law=pack.title, code=ground),
            "ground",
        )
    if outcome.ground == "none" or not pack.ground_for(outcome.code, ground):
        raise StepRefused(
            text("This ground cannot be used with '%(outcome)s'.", outcome=outcome.label),
            "ground",
            outcome.article,
        )


@guard()
def grounds_beside(context: StepContext) -> None:
    """Further grounds stand with the outcome as the first does, and are others."""
    draft = context.particulars(Drafted)
    seen = {draft.ground}
    for code in draft.further_grounds or ():
        if not context.pack.ground_for(draft.outcome, code) or code in seen:
            raise StepRefused(
                text(
                    "Additional grounds must be different from the main ground and valid for "
                    "this outcome."
                ),
                "further_grounds",
            )
        seen.add(code)
    if draft.further_grounds and not draft.ground:
        raise StepRefused(
            text("Select the main ground. It is the one counted in the statistics."), "ground"
        )


@guard(imported=False)
def parts_told(context: StepContext) -> None:
    """What is granted in part says which parts are given, and which are not for which ground."""
    draft, pack = context.particulars(Drafted), context.pack
    outcome = pack.outcome(draft.outcome)
    if outcome is None or not outcome.separable:
        if draft.withheld or draft.granted:
            raise StepRefused(
                text("List separate parts only if the request is granted in part."), "outcome"
            )
        return
    if not draft.granted:
        raise StepRefused(
            text("List the parts to be disclosed, one per line."), "granted", outcome.article
        )
    if not draft.withheld:
        raise StepRefused(
            text("List each withheld part with its ground."), "withheld", outcome.article
        )
    for item in draft.withheld:
        if not pack.ground_for(outcome.code, item.ground):
            raise StepRefused(
                text("This ground cannot be used for '%(part)s'.", part=item.part),
                "withheld",
                outcome.article,
            )


@guard(imported=False)
def points_answered(context: StepContext) -> None:
    """Every point of the secrecy review is answered before anything is released."""
    checks: Sequence[str] = context.particulars(SecrecyReviewed).checks or ()
    for point in context.pack.review_points:
        if point.code not in checks:
            raise StepRefused(
                text("Required field: %(field)s.", field=point.label), point.code, point.article
            )


@guard(imported=False)
def simple_if_on_the_spot(context: StepContext) -> None:
    """One person alone decides only what is simple, where the unit's rules allow it."""
    if not context.event.data.get("on_the_spot"):
        return
    if not context.on_the_spot:
        raise StepRefused(text("This unit does not make on-the-spot decisions."))
    outcome = context.pack.outcome(context.state.draft_outcome)
    if outcome is None or not outcome.simple:
        raise StepRefused(
            text("Only requests granted in full can be decided on the spot."), "outcome"
        )


@guard(before_form=True, imported=False)
def four_eyes(context: StepContext) -> None:
    """Who drafted does not sign, unless the unit lets simple cases be decided on the spot."""
    signed = context.particulars(Signed)
    if signed.on_the_spot:
        return
    signers = {context.event.actor, signed.deputising_for}
    if context.state.drafted_by in signers:
        raise StepRefused(
            text("The person who drafted the reply cannot sign it."),
            None,
            None,
            text("Ask another approver in your unit."),
        )


def _draft(state: CaseState, event: Event) -> CaseState:
    draft = particulars_of(event, Drafted)
    return state._replace(
        stage="drafted",
        draft_outcome=draft.outcome,
        draft_ground=draft.ground,
        draft_grounds=tuple(grounds_named(draft)),
        drafted_by=event.actor,
    )


def _record_decision(state: CaseState, event: Event) -> CaseState:
    decision = particulars_of(event, Decision)
    return conclude(state, "delivered", event.day, decision.outcome, decision.ground)


STEPS = (
    StepDefinition(
        "extended",
        Extended,
        ALL_OPEN - {"signed"},
        "case.extend",
        guards=(no_later_day, extension_days),
        order=120,
    ),
    StepDefinition(
        "drafted",
        Drafted,
        WORK_STAGES | {"awaiting_reasons"},
        "case.work",
        guards=(reasons_waited_for, decision, grounds_beside, parts_told),
        effect=_draft,
        order=200,
    ),
    StepDefinition(
        "legality_reviewed",
        LegalityReviewed,
        frozenset({"drafted"}),
        "case.review",
        guards=(simple_if_on_the_spot,),
        effect=to_stage("legality_reviewed"),
        order=210,
    ),
    StepDefinition(
        "secrecy_reviewed",
        SecrecyReviewed,
        frozenset({"legality_reviewed"}),
        "case.review",
        guards=(simple_if_on_the_spot, points_answered),
        effect=to_stage("secrecy_reviewed"),
        order=220,
    ),
    StepDefinition("returned", Returned, IN_REVIEW, "case.review", effect=back_to_work),
    StepDefinition(
        "signed",
        Signed,
        frozenset({"secrecy_reviewed"}),
        "case.sign",
        guards=(simple_if_on_the_spot, four_eyes),
        effect=to_stage("signed"),
        order=230,
    ),
    StepDefinition(
        "decision_recorded",
        Decision,
        ALL_OPEN,
        "case.import",
        guards=(decision,),
        effect=_record_decision,
        order=245,
        at_desk=False,
    ),
)
