"""Who of the staff is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Absence, Person, Unit
from requestflow.notices.groups import ChatGroup
from requestflow.notices.outbox import Recipient
from requestflow.notices.rules import Audience


@dataclass(frozen=True)
class Staff:
    """The active people and chat groups in order, and who is away from which day to which, with
    who stands in."""

    people: Sequence[Person]
    today: date
    absences: Sequence[tuple[int, date, date, Person]] = ()
    groups: Sequence[ChatGroup] | None = None
    session: Session | None = None

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
        heads = [p for p in own if p.role == "approver"]
        if audience == "head":
            result = heads
        elif audience == "supervisor":
            result = [
                p
                for p in self._above
                if p.role == "supervisor" and unit.path.startswith(p.unit.path)
            ]
        elif audience == "clerk":
            charged = [p for p in own if p.username == handler]
            result = charged or [p for p in own if p.role == "clerk"] or heads
        else:
            result = []
        if not result and audience in {"clerk", "administrator"}:
            result = [
                p
                for p in self._above
                if p.role == "administrator" and unit.path.startswith(p.unit.path)
            ] or [p for p in self._above if p.role == "administrator"]
        return list({p.id: p for p in (self._here(p) for p in result)}.values())

    @cached_property
    def _by_unit(self) -> dict[int, list[Person]]:
        results: dict[int, list[Person]] = {}
        for person in self.people:
            results.setdefault(person.unit_id, []).append(person)
        return results

    @cached_property
    def _above(self) -> list[Person]:
        return [p for p in self.people if p.role in {"supervisor", "administrator"}]

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
    return Staff(people, today, absences, session=session)
