"""The blueprint of oversight, and which unit a page is about."""

from collections.abc import Sequence

from flask import Blueprint, request
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, sees_subtree, units_below
from requestflow.foundation import NotFound, text

blueprint = Blueprint("oversight", __name__)


def units_seen(session: Session, who: Actor) -> list[Unit]:
    """The units whose figures somebody sees, their own first."""
    path, below = sees_subtree(who)
    return [unit for unit in units_below(session, path) if below or unit.path == path]


def unit_asked(units: Sequence[Unit], who: Actor, code: str | None = None) -> Unit:
    """The unit that the address names, or one's own, among those that somebody sees; NotFound for
    one that is not theirs to see."""
    args = code or request.args.get("unit") or who.unit_code
    for unit in units:
        if unit.code == args:
            return unit
    raise NotFound(
        text("Unit '%(code)s' is not available to you.", code=args),
        text("The unit does not exist, or you do not have permission to view its figures."),
    )
