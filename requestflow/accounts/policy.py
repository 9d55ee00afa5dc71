"""Who may do what: the only place that knows roles. What is not allowed here is refused."""

from dataclasses import dataclass, field, replace
from typing import Literal

from requestflow.foundation import Refused, text

Role = Literal[
    "clerk",
    "reviewer",
    "approver",
    "supervisor",
    "auditor",
    "administrator",
    "applicant",
    "operator",
    "system",
]
ROLES: tuple[str, ...] = (
    "clerk",
    "reviewer",
    "approver",
    "supervisor",
    "auditor",
    "administrator",
)
"""The roles that staff may have; applicants prove themselves case by case, and operator (the
machine's terminal) and system are not people."""


@dataclass(frozen=True)
class Deputised:
    """An absent colleague of the same unit whose place somebody takes: user name and role."""

    name: str
    role: Role


@dataclass(frozen=True)
class Origin:
    """From where somebody acts: the network address, and of staff the number of the session."""

    address: str | None = None
    session_id: int | None = None


NOWHERE = Origin()


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person in a role at a unit, the applicant of one case, the operator at the
    terminal, the system."""

    name: str
    role: Role
    unit_path: str = ""
    person_id: int | None = None
    case_number: str | None = None
    deputises: tuple["Deputised", ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)

    @property
    def unit_code(self) -> str:
        """The code of the actor's unit; empty for those who have none."""
        return self.unit_path.rstrip("/").rpartition("/")[2]

    @classmethod
    def applicant(cls, case_number: str | None = None) -> "Actor":
        """A citizen: who applies, or who showed that the case of that number is theirs."""
        return cls("applicant", "applicant", case_number=case_number)

    @classmethod
    def operator(cls) -> "Actor":
        """Whoever has the machine and its database."""
        return cls("operator", "operator")

    @classmethod
    def system(cls) -> "Actor":
        """The worker, acting on what the law makes happen by itself."""
        return cls("system", "system")


_CASEWORK = frozenset({"clerk", "approver", "operator"})
_READERS = frozenset(
    {"clerk", "reviewer", "approver", "supervisor", "auditor", "operator", "system"}
)

_ALLOWED: dict[str, frozenset[str]] = {
    "case.apply": frozenset({"applicant"}),
    "case.follow": frozenset({"applicant"}),
    "case.read": _READERS,
    "case.reveal": frozenset({"clerk", "approver", "operator"}),
    "case.register": _CASEWORK,
    "case.assign": frozenset({"clerk", "approver", "supervisor", "administrator", "operator"}),
    "case.work": _CASEWORK,
    "case.extend": frozenset({"approver", "operator"}),
    "case.review": frozenset({"reviewer", "approver", "operator"}),
    "case.sign": frozenset({"approver", "operator"}),
    "case.deliver": _CASEWORK,
    "case.receipt": _CASEWORK,
    "case.contact": _CASEWORK,
    "case.on_the_spot": _CASEWORK,
    "consultation.answer": frozenset({"clerk", "approver"}),
    "case.files": frozenset({"clerk", "reviewer", "approver", "operator"}),
    "case.letter": frozenset({"clerk", "reviewer", "approver", "operator"}),
    "case.remedy": frozenset({"clerk", "reviewer", "approver", "operator"}),
    "case.correct": frozenset({"approver", "operator"}),
    "case.forget": frozenset({"approver", "operator"}),
    "case.release": frozenset({"approver", "operator"}),
    "case.recompute": frozenset({"operator", "system"}),
    "case.import": frozenset({"approver", "administrator", "operator"}),
    "report.read": _READERS,
    "report.prepare": frozenset({"clerk", "approver", "supervisor", "operator"}),
    "report.sign": frozenset({"approver", "supervisor", "operator"}),
    "report.check": frozenset({"supervisor", "operator"}),
    "notices.read": frozenset(ROLES),
    "views.save": frozenset({"clerk", "reviewer", "approver", "supervisor", "auditor"}),
    "absence.own": frozenset({"clerk", "reviewer", "approver", "supervisor"}),
    "absence.unit": frozenset({"approver"}),
    "unit.change": frozenset({"approver", "administrator", "operator"}),
    "unit.import": frozenset({"administrator", "operator"}),
    "calendar.change": frozenset({"administrator", "operator"}),
    "calendar.close": frozenset({"approver", "administrator", "operator"}),
    "people.change": frozenset({"administrator", "operator"}),
    "account.own": frozenset(ROLES),
    "audit.read": frozenset({"auditor", "administrator", "operator"}),
    "health.read": frozenset({"administrator", "operator"}),
}
_OWN_REPORT = frozenset({"report.prepare", "report.sign"})
"""What is done for one's own unit only, also by those who see the units below it."""
_OF_OTHERS = frozenset({"report.check"})
"""What is never done for one's own unit."""
_IN_CHARGE = frozenset({"case.reveal", "case.receipt", "case.contact"})
"""What only the clerk in charge does, where there is one: it opens personal data."""
_NOT_DELEGATED = frozenset({"absence.own", "absence.unit", "unit.change", "account.own"})
"""What nobody does in the place of another: it would outlast the absence."""
_ABOVE_SUBTREE = frozenset({"operator", "system"})
_OWN_UNIT_ONLY = frozenset({"clerk", "reviewer", "approver"})


def can(
    actor: Actor | None,
    action: str,
    unit_path: str | None = None,
    *,
    case_number: str | None = None,
    handler: str | None = None,
) -> bool:
    """Whether the actor may do this, to what belongs to the unit of that path.

    Whoever takes the place of an absent colleague may do what that one may. Clerks, reviewers
    and approvers act on their own unit; supervisors, auditors and administrators on their unit
    and all below it; an applicant on the one case that is theirs. Personal data is whole only
    for the clerk in charge (`handler`), or where nobody is, for the unit. An unknown action is
    refused.
    """
    if actor is None:
        return False
    places = [(actor.name, actor.role)]
    if action not in _NOT_DELEGATED:
        places += [(item.name, item.role) for item in actor.deputises]
    return any(
        _can_as(actor, name, role, action, unit_path, case_number, handler) for name, role in places
    )


def _can_as(
    actor: Actor,
    name: str,
    role: Role,
    action: str,
    unit_path: str | None,
    case_number: str | None,
    handler: str | None,
) -> bool:
    """The same for one place: the actor's own, or that of an absent colleague."""
    if role not in _ALLOWED.get(action, frozenset()):
        return False
    if role == "applicant":
        own = actor.case_number is not None and actor.case_number == case_number
        return action == "case.apply" or own
    if action in _IN_CHARGE and handler and role == "clerk" and name != handler:
        return False
    if unit_path is None or role in _ABOVE_SUBTREE:
        return True
    if role in _OWN_UNIT_ONLY or action in _OWN_REPORT:
        return unit_path == actor.unit_path
    if action in _OF_OTHERS and unit_path == actor.unit_path:
        return False
    return bool(actor.unit_path) and unit_path.startswith(actor.unit_path)


def require(
    actor: Actor | None,
    action: str,
    unit_path: str | None = None,
    *,
    case_number: str | None = None,
    handler: str | None = None,
) -> None:
    """Raises Refused where `can` says no."""
    if not can(actor, action, unit_path, case_number=case_number, handler=handler):
        raise Refused(
            text("You do not have permission to %(action)s.", action=text(f"may.{action}")),
            text("Contact a colleague in the responsible unit, or its head."),
        )


def deputising_for(actor: Actor, action: str, unit_path: str) -> str | None:
    """The absent colleague by whose place alone the actor may do this; None where by their own."""
    if can(replace(actor, deputises=()), action, unit_path):
        return None
    for item in actor.deputises:
        if can(replace(actor, role=item.role, deputises=()), action, unit_path):
            return item.name
    return None


def sees_subtree(actor: Actor) -> tuple[str, bool]:
    """The path whose cases the actor may list, and whether units below it belong to them."""
    if actor.role in _ABOVE_SUBTREE:
        return "", True
    roles = (actor.role, *(item.role for item in actor.deputises))
    return actor.unit_path, any(role not in _OWN_UNIT_ONLY for role in roles)
