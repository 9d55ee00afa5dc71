"""Who of the staff is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Absence, Person, Post, Unit
from requestflow.notices.groups import ChatGroup
from requestflow.notices.outbox import Recipient
from requestflow.notices.rules import Audience


@dataclass(frozen=True)
class Place:
    """A role at a unit that somebody has by themselves or by a further post."""

    person: Person
    role: str
    unit_id: int
    unit_path: str


@dataclass(frozen=True)
class Staff:
    """The active people and chat groups in order, who is away from which day to which, with who
    stands in, and the further posts that people have."""

    people: Sequence[Person]
    today: date
    absences: Sequence[tuple[int, date, date, Person]] = ()
    groups: Sequence[ChatGroup] | None = None
    session: Session | None = None
    posts: Sequence[Post] = ()

    @cached_property
    def chat_groups(self) -> Sequence[ChatGroup]:
        """The active chat groups; read where one is asked for, unless they were given."""
        if self.groups is not None or self.session is None:
            return self.groups or ()
        query = select(ChatGroup).where(ChatGroup.active).order_by(ChatGroup.id)
        return list(self.session.scalars(query))

    def on(self, day: date) -> "Staff":
        """The same on another day of those that were asked for."""
        return replace(self, today=day)

    def recipients(self, unit: Unit, handler: str | None, audience: Audience) -> list[Recipient]:
        """Who hears what an audience hears: the unit's chat groups, or people."""
        if audience == "group":
            return [group for group in self.chat_groups if group.unit_id == unit.id]
        return list(self.told(unit, handler, audience))

    def told(self, unit: Unit, handler: str | None, audience: Audience) -> list[Person]:
        """Who hears what an audience hears of a unit's case: the clerk in charge, else the unit's
        clerks, else its approvers; its approvers as heads; whoever supervises it. Instead of the
        absent, those who stand in; where there is nobody, the administrators."""
        own = self._by_unit.get(unit.id, [])
        heads = [p.person for p in own if p.role == "approver"]
        if audience == "head":
            result = heads
        elif audience == "supervisor":
            result = self._over(unit, "supervisor")
        elif audience == "clerk":
            charged = [p.person for p in own if p.person.username == handler]
            result = charged or [p.person for p in own if p.role == "clerk"] or heads
        else:
            result = []
        if not result and audience in {"clerk", "administrator"}:
            result = self._over(unit, "administrator") or self._over(None, "administrator")
        return list({p.id: p for p in (self._here(p) for p in result)}.values())

    @cached_property
    def _by_unit(self) -> dict[int, list[Place]]:
        results: dict[int, list[Place]] = {}
        for place in self._places:
            results.setdefault(place.unit_id, []).append(place)
        return results

    @cached_property
    def _places(self) -> list[Place]:
        own = [Place(p, p.role, p.unit_id, p.unit.path) for p in self.people]
        here = {person.id for person in self.people}
        return own + [
            Place(post.person, post.role, post.unit_id, post.unit.path)
            for post in self.posts
            if post.person_id in here and post.first_day <= self.today
        ]

    @cached_property
    def _above(self) -> list[Place]:
        return [p for p in self._places if p.role in {"supervisor", "administrator"}]

    def _over(self, unit: Unit | None, role: str) -> list[Person]:
        """Those of a role at a unit or above it; anywhere where none is named."""
        return [
            p.person
            for p in self._above
            if p.role == role and (unit is None or unit.path.startswith(p.unit_path))
        ]

    def _here(self, person: Person) -> Person:
        """The person, or who stands in; where that one is away as well, who stands in for them."""
        deputies = {
            away: deputy
            for away, first, last, deputy in self.absences
            if first <= self.today <= last
        }
        seen = {person.id}
        while person.id in deputies and deputies[person.id].id not in seen:
            person = deputies[person.id]
            seen.add(person.id)
        return person


def staff(session: Session, today: date, until: date | None = None) -> Staff:
    """The staff as of a day; with the absences up to `until`, where later days are asked for."""
    people = list(session.scalars(select(Person).where(Person.active).order_by(Person.id)))
    by_id = {person.id: person for person in people}
    away = select(Absence.person_id, Absence.first_day, Absence.last_day, Absence.deputy_id).where(
        Absence.first_day <= (until or today), Absence.last_day >= today
    )
    absences = [
        (person, first, last, by_id[deputy])
        for person, first, last, deputy in session.execute(away)
        if deputy in by_id
    ]
    posts = list(session.scalars(select(Post).where(Post.instead.is_(False)).order_by(Post.id)))
    return Staff(people, today, absences, session=session, posts=posts)
