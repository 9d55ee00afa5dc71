"""Who of the staff is told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Person, Unit


def people_told(session: Session) -> list[Person]:
    """The active people who can be told anything, in order."""
    roles = ("clerk", "approver", "supervisor", "administrator")
    query = select(Person).where(Person.active, Person.role.in_(roles))
    return list(session.scalars(query.order_by(Person.id)))


def recipients(
    unit: Unit, handler: str | None, people: Sequence[Person], threshold: int
) -> list[Person]:
    """Who is reminded: the handler, else the unit's clerks, else its approvers; after the due
    day also those who supervise the unit. Where there is nobody, the administrators."""
    own = [person for person in people if person.unit_id == unit.id]
    found = (
        [p for p in own if p.username == handler]
        or [p for p in own if p.role == "clerk"]
        or [p for p in own if p.role == "approver"]
    )
    if threshold < 0:
        found += [
            p
            for p in people
            if p.role == "supervisor" and unit.path.startswith(p.unit.path) and p not in found
        ]
    return found or [p for p in people if p.role == "administrator"]
