"""Absences (外出委托): who takes somebody's place in which days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, and_, bindparam, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, joinedload, mapped_column, relationship

from requestflow.accounts.models import Person, Post, Unit
from requestflow.accounts.policy import Actor, Deputised, require
from requestflow.accounts.sessions import StaffSession
from requestflow.foundation import Model, NotFound, RequestflowError, UtcDateTime, text

STAND_IN = ("clerk", "reviewer", "approver", "supervisor")
"""The roles that somebody else can take; who reads all or runs the system is not replaced."""


WIDER = "supervisor"
"""Who sees more than one unit: nobody gives themselves that by entering a colleague's absence."""


class AbsenceRefused(RequestflowError):
    """An absence that cannot be entered; `field` is the one at fault."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]
        self.field = field


class Absence(Model):
    """Somebody is away from `first_day` to `last_day`, both included; `deputy` stands in."""

    __tablename__ = "absences"
    __table_args__ = (
        Index("ix_absences_deputy", "deputy_id", "last_day"),
        Index("ix_absences_person", "person_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id])


_AWAY = aliased(Person)
_ANY = aliased(Post)
POST_UNIT = aliased(Unit)
"""The unit at which somebody acts in a further post, in `SIGNED_IN`."""
SIGNED_IN = (
    select(
        Person,
        _AWAY.username,
        _AWAY.role,
        StaffSession.id,
        StaffSession.used_at,
        StaffSession.proven_at,
        StaffSession.second_factor,
        Post.role,
        POST_UNIT,
        exists().where(_ANY.person_id == Person.id).correlate(Person),
    )
    .join(StaffSession, StaffSession.person_id == Person.id)
    .outerjoin(
        Post,
        and_(
            Post.id == StaffSession.post_id,
            Post.person_id == Person.id,
            Post.first_day <= bindparam("today"),
            Post.instead.is_(False),
        ),
    )
    .outerjoin(POST_UNIT, POST_UNIT.id == Post.unit_id)
    .outerjoin(
        Absence,
        and_(
            Absence.deputy_id == Person.id,
            Absence.last_day >= bindparam("today"),
            Absence.first_day <= bindparam("today"),
            Person.role.in_(STAND_IN),
            # Whose place they take is of their own unit.
            Post.id.is_(None),
        ),
    )
    .outerjoin(
        _AWAY,
        and_(
            _AWAY.id == Absence.person_id,
            _AWAY.active,
            _AWAY.unit_id == Person.unit_id,
            _AWAY.role.in_(STAND_IN),
        ),
    )
    .where(
        StaffSession.key_digest == bindparam("key_digest"),
        StaffSession.started_at > bindparam("begun_after"),
        Person.active,
    )
    .order_by(_AWAY.id)
)
"""The active person of a session that began after a moment, once for each colleague whose place
they take today. Every page asks this, with columns of its own (see `casework.signed_in`)."""


def deputised_in(rows: Sequence[Any]) -> tuple[Deputised, ...]:
    """Whose place somebody takes, from the rows of `SIGNED_IN`."""
    return tuple(Deputised(row[1], row[2]) for row in rows if row[1])


def enter_absence(
    session: Session,
    actor: Actor,
    username: str,
    deputy: str,
    first_day: date,
    last_day: date,
    now: datetime,
    today: date,
) -> Absence:
    """Enters that somebody is away; AbsenceRefused, Refused."""
    person, stand_in = _colleague(session, username), _colleague(session, deputy)
    if person is None:
        raise AbsenceRefused("person", text("Select an option."))
    _may_enter(actor, username, person.unit.path)
    if person.role == WIDER and stand_in and stand_in.username == actor.name:
        raise AbsenceRefused(
            "deputy",
            text("You cannot make yourself the deputy of a supervisor. Select another colleague."),
        )
    if stand_in is None or not _fits(stand_in, person):
        raise AbsenceRefused("deputy", text("Select another colleague from the same unit."))
    if person.role not in STAND_IN:
        raise AbsenceRefused("person", text("This role cannot be delegated."))
    if last_day < first_day:
        raise AbsenceRefused(
            "last_day", text("The end date must be the same as or after the start date.")
        )
    if last_day < today:
        raise AbsenceRefused("last_day", text("These dates are in the past."))
    absence = Absence(
        person_id=person.id,
        deputy_id=stand_in.id,
        first_day=first_day,
        last_day=last_day,
        entered_by=actor.name,
        entered_at=now,
    )
    session.add(absence)
    session.flush()
    return absence


def end_absence(session: Session, actor: Actor, absence_id: int) -> None:
    """Takes an absence back; NotFound, Refused."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.person.unit.path != actor.unit_path:
        raise NotFound(text("This absence does not exist."))
    _may_enter(actor, absence.person.username, absence.person.unit.path)
    session.delete(absence)


def absences_of(session: Session, unit_id: int, today: date) -> Sequence[Absence]:
    """The absences of a unit's people that are not over."""
    query = (
        select(Absence)
        .join(Person, Person.id == Absence.person_id)
        .options(joinedload(Absence.person), joinedload(Absence.deputy))
        .where(Person.unit_id == unit_id, Absence.last_day >= today)
        .order_by(Absence.first_day, Absence.id)
    )
    return list(session.scalars(query))


def _fits(stand_in: Person, person: Person) -> bool:
    same_unit = stand_in.unit_id == person.unit_id
    return same_unit and stand_in.id != person.id and stand_in.role in STAND_IN


def _may_enter(actor: Actor, username: str, unit_path: str) -> None:
    """Who stands in for somebody does not decide how long."""
    action = "absence.own" if username == actor.name else "absence.unit"
    require(replace(actor, deputises=()), action, unit_path)


def _colleague(session: Session, username: str) -> Person | None:
    return session.scalar(select(Person).where(Person.username == username, Person.active))
