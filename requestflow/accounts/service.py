"""Finding units, adding people, signing in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from requestflow.accounts.absences import STAND_IN
from requestflow.accounts.models import Person, Post, Unit
from requestflow.accounts.people import PersonRefused, check_password, require_role
from requestflow.accounts.policy import NOWHERE, Actor, Deputised, Origin
from requestflow.foundation import (
    NotFound,
    hash_password,
    is_mail_address,
    text,
    verify_password,
)

NOT_PEOPLE = frozenset({"applicant", "operator", "system"})
"""Under what name those act who are not staff: nobody may be taken for them."""
USERNAME = re.compile(r"[\w.@-]{2,80}")
LONGEST_NAME = 120
# Built once: nearly every page asks for these.
_UNIT_BY_CODE = select(Unit).where(Unit.code == bindparam("code"))
_UNITS = select(Unit).order_by(Unit.path)
_UNITS_WITHIN = _UNITS.where(func.substr(Unit.path, 1, bindparam("length")) == bindparam("path"))
_NAMES = select(Person.username, Person.name).where(
    Person.username.in_(bindparam("usernames", expanding=True))
)
_BY_POST = select(Post.person_id).where(
    Post.unit_id == bindparam("unit_id"),
    Post.role.in_(STAND_IN),
    Post.first_day <= bindparam("today"),
    Post.instead.is_(False),
)
_PEOPLE = (
    select(Person)
    .where(
        or_(
            and_(Person.unit_id == bindparam("unit_id"), Person.role.in_(STAND_IN)),
            Person.id.in_(_BY_POST),
        ),
        Person.active,
    )
    .order_by(Person.id)
)


def unit_by_code(session: Session, code: str) -> Unit:
    """The unit of that code; NotFound otherwise."""
    unit = session.scalar(_UNIT_BY_CODE, {"code": code})
    if unit is None:
        raise NotFound(text("Unit '%(code)s' does not exist.", code=code))
    return unit


def units_below(session: Session, path: str) -> list[Unit]:
    """A unit and all below it, the tree in order."""
    if not path:
        return list(session.scalars(_UNITS))
    return list(session.scalars(_UNITS_WITHIN, {"path": path, "length": len(path)}))


def add_person(
    session: Session,
    username: str,
    name: str,
    password: str,
    role: str,
    unit: Unit,
    email: str | None = None,
) -> Person:
    """Adds somebody who may sign in; PersonRefused for what is not taken of them, such as a
    user name in use, PasswordRefused."""
    require_role(role)
    check_password(password, (username, name))
    if not name or len(name) > LONGEST_NAME:
        raise PersonRefused("name", text("Enter the full name, in no more than 120 characters."))
    if not USERNAME.fullmatch(username):
        raise PersonRefused(
            "username",
            text("The username must have 2 to 80 letters and digits, without spaces."),
        )
    if username.lower() in NOT_PEOPLE:
        raise PersonRefused(
            "username",
            text("The username '%(name)s' cannot be used.", name=username),
            text("Choose a different username."),
        )
    if session.scalar(select(Person.id).where(func.lower(Person.username) == username.lower())):
        raise PersonRefused(
            "username", text("The username '%(name)s' is already taken.", name=username)
        )
    if email and not is_mail_address(email):
        raise PersonRefused(
            "email",
            text("Enter an email address in the correct format, like name@example.org"),
        )
    person = Person(
        username=username,
        name=name,
        password_hash=hash_password(password),
        role=role,
        unit_id=unit.id,
        email=email,
    )
    session.add(person)
    session.flush()
    return person


def authenticate(session: Session, username: str, password: str, now: datetime) -> Person | None:
    """The person of that name and password (argon2id), or None; both take as long. One that they
    were given is good until it expires."""
    person = session.scalar(select(Person).where(Person.username == username))
    known = verify_password(person.password_hash if person else None, password)
    if not known or person is None or not person.active:
        return None
    expires = person.password_expires_at
    return None if expires is not None and expires < now else person


def hash_anew(session: Session, person_id: int, password: str) -> None:
    """Keeps a password that was just shown as it would be kept now."""
    person = session.get_one(Person, person_id, with_for_update={"of": Person})
    if verify_password(person.password_hash, password):
        person.password_hash = hash_password(password)


def set_locale(session: Session, person_id: int, locale: str) -> None:
    """Remembers the language a person reads."""
    person = session.get(Person, person_id)
    if person:
        person.locale = locale


def set_notices_by_mail(session: Session, person_id: int, wanted: bool) -> None:
    """Remembers whether a person wants their notices by mail as well."""
    person = session.get(Person, person_id)
    if person:
        person.notices_by_mail = wanted


def names_of(session: Session, usernames: Iterable[str]) -> dict[str, str]:
    """What people are called, by user name; those who are not staff are left out."""
    wanted = list(set(usernames))
    if not wanted:
        return {}
    return dict(session.execute(_NAMES, {"usernames": wanted}).all())


def people_of(session: Session, unit_id: int, today: date) -> list[Person]:
    """The people who work on the cases of a unit, by their own role or by a further post, in the
    order in which they were added."""
    return list(session.scalars(_PEOPLE, {"unit_id": unit_id, "today": today}))


def people_by_unit(
    session: Session, unit_ids: Sequence[int], today: date
) -> Mapping[int, Sequence[Person]]:
    """The same of several units, by their keys."""
    own = select(Person.unit_id, Person).where(
        Person.unit_id.in_(unit_ids), Person.active, Person.role.in_(STAND_IN)
    )
    by_post = (
        select(Post.unit_id, Person)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.unit_id.in_(unit_ids),
            Post.role.in_(STAND_IN),
            Post.first_day <= today,
            Post.instead.is_(False),
            Person.active,
        )
    )
    people: dict[int, dict[int, Person]] = {}
    for query in (own, by_post):
        for unit_id, person in session.execute(query.order_by(Person.id)):
            people.setdefault(unit_id, {})[person.id] = person
    return {unit_id: list(found.values()) for unit_id, found in people.items()}


def actor_of(
    person: Person,
    deputises: tuple[Deputised, ...] = (),
    origin: Origin = NOWHERE,
    role: str | None = None,
    unit: Unit | None = None,
) -> Actor:
    """The person as one who acts, also in the places of the absent; in another `role` at another
    `unit` where they act in a further post."""
    return Actor(
        person.username,
        role or person.role,  # type: ignore[arg-type]
        (unit or person.unit).path,
        person.id,
        deputises=deputises,
        origin=origin,
    )
