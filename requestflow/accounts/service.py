"""Loading units, adding people, signing in."""

import csv
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from requestflow.accounts.absences import STAND_IN
from requestflow.accounts.models import Person, Unit
from requestflow.accounts.people import check_password
from requestflow.accounts.policy import ROLES, Actor, Deputised
from requestflow.foundation import NotFound, RequestflowError, hash_password, text, verify_password

NOT_PEOPLE = frozenset({"applicant", "operator", "system"})
"""Under what name those act who are not staff: nobody may be taken for them."""
UNIT_COLUMNS = ("code", "name", "parent", "kind")
UNIT_DETAILS = (
    "responsibilities",
    "address",
    "opening_hours",
    "phone",
    "reconsideration_authority",
    "court",
)
"""What a unit's file may say besides; a column that is not there changes nothing."""


def load_units(session: Session, path: Path) -> int:
    """Adds or renames the units of a CSV (code, name, parent, kind, and what citizens need to
    know of each); how many are new.

    Raises RequestflowError naming the line that is wrong; then nothing is stored.
    """
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    added = 0
    for line, row in enumerate(_rows(path), 2):
        code, name = row["code"].strip(), row["name"].strip()
        parent_code = row["parent"].strip()
        if not code or not name or "/" in code:
            raise _unit_fault(path, line, text("a unit must have a name and a code without '/'"))
        parent = known.get(parent_code) if parent_code else None
        if parent_code and parent is None:
            raise _unit_fault(
                path, line, text("its parent '%(code)s' must be listed before it", code=parent_code)
            )
        unit = known.get(code)
        root = next((item for item in known.values() if item.parent_id is None), None)
        if parent is None and root is not None and root.code != code:
            raise _unit_fault(
                path, line, text("'%(code)s' is already the top-level unit", code=root.code)
            )
        unit_path = f"{parent.path if parent else ''}{code}/"
        if unit is None:
            unit = Unit(code=code, name=name, kind=row["kind"].strip(), path=unit_path)
            unit.parent_id = parent.id if parent else None
            session.add(unit)
            session.flush()
            known[code] = unit
            added += 1
        elif unit.path != unit_path:
            raise _unit_fault(path, line, text("the unit is already elsewhere in the hierarchy"))
        else:
            unit.name, unit.kind = name, row["kind"].strip()
        for detail in UNIT_DETAILS:
            if detail in row:
                setattr(unit, detail, row[detail].strip() or None)
    return added


def _rows(path: Path) -> Iterable[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in UNIT_COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise RequestflowError(
                    text(
                        "%(file)s: column '%(column)s' is missing; a units file must have the "
                        "columns code, name, parent, kind.",
                        file=path.name,
                        column=missing[0],
                    )
                )
            return [{key: value or "" for key, value in row.items() if key} for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise RequestflowError(text("Cannot read %(file)s.", file=str(path))) from error


def _unit_fault(path: Path, line: int, problem: object) -> RequestflowError:
    return RequestflowError(
        text("%(file)s, line %(line)s: %(problem)s.", file=path.name, line=line, problem=problem)
    )


# Built once: nearly every page asks for these.
_UNIT_BY_CODE = select(Unit).where(Unit.code == bindparam("code"))
_UNITS = select(Unit).order_by(Unit.path)
_UNITS_WITHIN = _UNITS.where(func.substr(Unit.path, 1, bindparam("length")) == bindparam("path"))
_NAMES = select(Person.username, Person.name).where(
    Person.username.in_(bindparam("usernames", expanding=True))
)
_PEOPLE = (
    select(Person)
    .where(Person.unit_id == bindparam("unit_id"), Person.active, Person.role.in_(STAND_IN))
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
    """Adds somebody who may sign in; RequestflowError for an unknown role, a name in use, or a
    password that is too short or too long."""
    if role not in ROLES:
        raise RequestflowError(
            text(
                "Role '%(role)s' does not exist. Available roles: %(roles)s.",
                role=role,
                roles=", ".join(ROLES),
            )
        )
    check_password(password)
    if username in NOT_PEOPLE:
        raise RequestflowError(
            text("The username '%(name)s' cannot be used.", name=username),
            text("Choose a different username."),
        )
    if session.scalar(select(Person.id).where(Person.username == username)):
        raise RequestflowError(text("The username '%(name)s' is already taken.", name=username))
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


def authenticate(session: Session, username: str, password: str) -> Person | None:
    """The person of that name and password (argon2id), or None; both take as long."""
    person = session.scalar(select(Person).where(Person.username == username))
    known = verify_password(person.password_hash if person else None, password)
    return person if known and person and person.active else None


def set_locale(session: Session, person_id: int, locale: str) -> None:
    """Remembers the language a person reads."""
    person = session.get(Person, person_id)
    if person:
        person.locale = locale


def names_of(session: Session, usernames: Iterable[str]) -> dict[str, str]:
    """What people are called, by user name; those who are not staff are left out."""
    wanted = list(set(usernames))
    if not wanted:
        return {}
    return dict(session.execute(_NAMES, {"usernames": wanted}).all())


def people_of(session: Session, unit_id: int) -> list[Person]:
    """The people of a unit who work on cases, in the order in which they were added."""
    return list(session.scalars(_PEOPLE, {"unit_id": unit_id}))


def actor_of(person: Person, deputises: tuple[Deputised, ...] = ()) -> Actor:
    """The person as one who acts, also in the places of the absent."""
    return Actor(
        person.username,
        person.role,  # type: ignore[arg-type]
        person.unit.path,
        person.id,
        deputises=deputises,
    )
