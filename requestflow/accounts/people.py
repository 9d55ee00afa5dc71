"""Letting people go and in again, new passwords, and the list of who may sign in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager

from requestflow.accounts.audit import record_access
from requestflow.accounts.models import AuditEntry, Person, Post, Unit
from requestflow.accounts.policy import ROLES, Actor, can, require
from requestflow.accounts.sessions import end_sessions_of
from requestflow.accounts.tree import within
from requestflow.foundation import (
    NotFound,
    Refused,
    RequestflowError,
    hash_password,
    one_time_password,
    password_problem,
    text,
    verify_password,
)

PRESENT, NEW = "present_password", "new_password"
PAGE = 50
ONE_TIME_LIVES = timedelta(days=7)
"""How long a password that somebody was given is good, until they choose one of their own."""


class PasswordRefused(RequestflowError):
    """A password that is not taken; `field` is the one at fault, PRESENT or NEW."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]
        self.field = field


class PersonRefused(RequestflowError):
    """What was said of a person cannot be taken; `field` is the one at fault."""

    def __init__(self, field: str, message: object, hint: object = None) -> None:
        super().__init__(message, hint)  # type: ignore[arg-type]
        self.field = field


class LastAdministrator(RequestflowError):
    """Without this person nobody could let anybody in."""


@dataclass(frozen=True)
class ListedPerson:
    """Somebody who may sign in, and when they did last, where that was recorded."""

    person: Person
    last_sign_in: datetime | None


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list; `next_key` leads to the one after."""

    rows: Sequence[ListedPerson]
    next_key: str | None


def check_password(password: str, words: Iterable[str] = ()) -> None:
    """PasswordRefused where a new password is not taken, also because of `words` such as its
    owner's names (see `password_problem`)."""
    problem = password_problem(password, words)
    if problem is not None:
        raise PasswordRefused(NEW, problem)


def person_to_change(
    session: Session, actor: Actor, *, username: str | None = None, person_id: int | None = None
) -> Person:
    """Somebody of the actor's units, by user name or by key; Refused, NotFound."""
    require(actor, "people.change")
    named = Person.id == person_id if username is None else Person.username == username
    person = session.scalar(select(Person).where(named))
    # Nobody learns from the answer who there is in other units.
    if person is None or not can(actor, "people.change", person.unit.path):
        raise NotFound(
            text("This person is not in your units."), text("Search the list of people.")
        )
    return person


def list_people(
    session: Session,
    actor: Actor,
    unit_path: str,
    wanted: str = "",
    after: str = "",
    size: int = PAGE,
) -> PeoplePage:
    """The people of a unit and of all below it by user name, with their last sign-in, in one
    statement; `wanted` is a part of a name or user name, `after` a page's `next_key`."""
    require(actor, "people.change", unit_path)
    last = (
        select(func.max(AuditEntry.at))
        .where(AuditEntry.action == "sign-in", AuditEntry.actor == Person.username)
        .scalar_subquery()
    )
    query = (
        select(Person, last)
        .join(Person.unit)
        .options(contains_eager(Person.unit))
        .where(within(unit_path), Person.username > after)
        .order_by(Person.username)
        .limit(size + 1)
    )
    if wanted:
        query = query.where(
            or_(
                Person.username.contains(wanted, autoescape=True),
                Person.name.contains(wanted, autoescape=True),
            )
        )
    rows = [ListedPerson(person, at) for person, at in session.execute(query)]
    more = len(rows) > size
    return PeoplePage(rows[:size], rows[size - 1].person.username if more else None)


def disable_person(session: Session, actor: Actor, person: Person, now: datetime) -> None:
    """Lets somebody in no longer, and ends their sessions; Refused, LastAdministrator. Their
    cases stay in their name until somebody gives them to another."""
    require_change(actor, person)
    if not person.active:
        return
    if person.role == "administrator":
        _keep_one_administrator(session, person)
    person.active = False
    end_sessions_of(session, person)
    record_access(session, actor, "person disabled", person.username, now)


def enable_person(session: Session, actor: Actor, person: Person, now: datetime) -> None:
    """Lets somebody in again, with the password they had; Refused."""
    require_change(actor, person)
    if person.active:
        return
    person.active = True
    record_access(session, actor, "person enabled", person.username, now)


def move_person(
    session: Session, actor: Actor, person: Person, role: str, unit: Unit, now: datetime
) -> None:
    """Gives somebody another role or unit, from the next page on that they open; whoever does it
    may do so for both units. Refused, PersonRefused, LastAdministrator. Cases stay in their name
    until somebody gives them to another."""
    require_change(actor, person)
    require(actor, "people.change", unit.path)
    place_person(session, actor, person, role, unit, now)


def place_person(
    session: Session, by: Actor, person: Person, role: str, unit: Unit, now: datetime
) -> None:
    """Gives somebody a role and unit that were decided elsewhere, and records by whom.
    PersonRefused, LastAdministrator."""
    require_role(role)
    if (person.role, person.unit_id) == (role, unit.id):
        return
    if person.role == "administrator" and person.active and role != "administrator":
        _keep_one_administrator(session, person)
    before = f"{person.role} {person.unit.code}"
    person.role, person.unit = role, unit
    detail = f"{before} → {role} {unit.code}"
    record_access(session, by, "person moved", person.username, now, detail)


def require_role(role: str) -> None:
    """PersonRefused where there is no such role of staff."""
    if role not in ROLES:
        raise PersonRefused(
            "role",
            text(
                "Role '%(role)s' does not exist. Available roles: %(roles)s.",
                role=role,
                roles=", ".join(ROLES),
            ),
        )


def reset_password(session: Session, actor: Actor, person: Person, now: datetime) -> str:
    """Gives somebody a new password, told this once, which they must replace by one of their own
    when they sign in; ends their sessions. Refused."""
    require_letting_in(session, actor, person)
    password = one_time_password()
    choose_password(session, person, password, own=False)
    person.password_expires_at = now + ONE_TIME_LIVES
    record_access(session, actor, "password reset", person.username, now)
    return password


def change_own_password(
    session: Session, actor: Actor, present: str, new: str, now: datetime
) -> Person:
    """Takes the password that the actor chose, and ends all their sessions; the person as they
    are now. PasswordRefused, Refused."""
    require(actor, "account.own")
    # Locked before the present password is looked at: a reset that comes meanwhile must hold.
    person = session.get(Person, actor.person_id, with_for_update={"of": Person})
    if person is None or not verify_password(person.password_hash, present):
        raise PasswordRefused(PRESENT, text("Your current password is incorrect. Try again."))
    check_password(new, (person.username, person.name))
    if new == present:
        raise PasswordRefused(
            NEW, text("Choose a password that is different from your current one.")
        )
    choose_password(session, person, new)
    record_access(session, actor, "password changed", person.username, now)
    return person


def choose_password(session: Session, person: Person, password: str, own: bool = True) -> None:
    """Sets a password that was looked at, and ends every session; one that is not their `own` must
    be replaced when they sign in."""
    person.password_hash = hash_password(password)
    person.must_change_password, person.password_expires_at = not own, None
    end_sessions_of(session, person)


def require_change(actor: Actor, person: Person) -> None:
    """Refused where the actor may not change this person. Nobody changes themselves: an unattended
    screen would be enough to take an account, and a slip to be shut out."""
    require(actor, "people.change", person.unit.path)
    if person.id == actor.person_id:
        raise Refused(
            text("You cannot do this to your own account."),
            text("Change your own password under 'My account'."),
        )


def require_letting_in(session: Session, actor: Actor, person: Person) -> None:
    """Refused where the actor may not give this person another way in: whoever does that could come
    in as them, and so needs the right for each unit at which they have a post."""
    require_change(actor, person)
    query = select(Unit.path).join(Post, Post.unit_id == Unit.id).where(Post.person_id == person.id)
    for path in session.scalars(query):
        if not can(actor, "people.change", path):
            raise Refused(
                text("%(name)s also has a post in a unit that is not yours.", name=person.name),
                text("Ask an administrator of both units."),
            )


def _keep_one_administrator(session: Session, person: Person) -> None:
    """LastAdministrator where nobody but this one is left. All are locked in one order, so that
    two who let each other go at the same moment are not both gone."""
    query = (
        select(Person.id)
        .where(Person.role == "administrator", Person.active)
        .order_by(Person.id)
        .with_for_update()
    )
    if set(session.scalars(query)) <= {person.id}:
        raise LastAdministrator(
            text("%(name)s is the last active administrator.", name=person.name),
            text("Add or enable another administrator first."),
        )
