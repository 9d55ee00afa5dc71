"""Who may know of a case, and who may take a step in it: what the door asks the policy."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, can, require
from requestflow.cases.models import Consultation
from requestflow.cases.state import CaseState
from requestflow.cases.steps import DEFINITIONS


def may_know(session: Session, actor: Actor, number: str, case_id: int, unit: Unit) -> bool:
    """Whether the actor may know that there is this case: their unit's, their own, or one about
    which their unit was asked."""
    if can(actor, "case.read", unit.path) or can(
        actor, "case.follow", unit.path, case_number=number
    ):
        return True
    if not can(actor, "consultation.answer", actor.unit_path):
        return False
    requested = select(Consultation.id).where(
        Consultation.case_id == case_id,
        Consultation.unit_id.in_(select(Unit.id).where(Unit.path == actor.unit_path)),
    )
    return session.scalar(requested.limit(1)) is not None


def require_step(
    actor: Actor, unit: Unit, state: CaseState, kind: str, data: Mapping[str, Any]
) -> None:
    """Raises Refused where the actor may not take that step of the case."""
    rule = DEFINITIONS.get(kind)
    if rule and actor.role == "applicant" and rule.by_applicant:
        return require(actor, "case.follow", unit.path, case_number=state.number)
    if kind == "consultation_ended" and _asked(actor, state, data):
        return require(actor, "consultation.answer", actor.unit_path)
    action = rule.action if rule else ""
    if data.get("on_the_spot"):
        action = "case.on_the_spot"
    return require(actor, action, unit.path, case_number=state.number)


def _asked(actor: Actor, state: CaseState, data: Mapping[str, Any]) -> bool:
    """Whether it is the actor's unit that this consultation asks. What others say, or that they
    said nothing, is recorded by the unit in charge."""
    return data.get("answer") != "silence" and any(
        item.key == data.get("consultation") and item.unit == actor.unit_code
        for item in state.open_consultations
        if item.unit
    )
