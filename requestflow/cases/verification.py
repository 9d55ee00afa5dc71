"""Verifying: rebuild every case from its events and compare with what is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import calendar_for
from requestflow.cases.events import GENESIS, event_hash
from requestflow.cases.history import effective, project
from requestflow.cases.loading import cipher_of
from requestflow.cases.models import Case, CaseDeadline, CaseEvent, Consultation, Party, Remedy
from requestflow.cases.parties import parse_party, serialize_party
from requestflow.cases.projection import (
    case_row,
    consultation_rows,
    deadline_rows,
    deadlines_of,
    event_of,
    remedy_rows,
    stored_deadlines,
)
from requestflow.foundation import OtherKey, data_key, encryption

CHUNK = 500


@dataclass(frozen=True)
class Difference:
    """Something that is stored and does not follow from the events."""

    number: str
    what: str


@dataclass(frozen=True)
class WasForgotten:
    """A case in which what was written was erased, and when; the rest of it is verified."""

    number: str
    on: date


@dataclass(frozen=True)
class _StoredParty:
    """The applicant's data as they lie in the table: not yet decrypted, so that one that cannot be
    does not keep the others from being looked at."""

    sealed: str
    salt: str

    @property
    def details(self) -> str:
        """Decrypted; OtherKey."""
        return encryption.cipher.decrypt(self.sealed.encode()).decode()


@dataclass
class _Stored:
    case: Case
    events: list[CaseEvent]
    deadlines: list[CaseDeadline]
    remedies: list[Remedy]
    consultations: list[Consultation]
    party: _StoredParty | None


def verify(session: Session) -> Iterator[int | Difference | WasForgotten]:
    """Goes through all cases; yields each difference, each case that was forgotten, and after each
    chunk how many were seen."""
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    by_code = {unit.code: unit for unit in units.values()}
    after, seen = 0, 0
    while True:
        cases = list(
            session.scalars(select(Case).where(Case.id > after).order_by(Case.id).limit(CHUNK))
        )
        if not cases:
            return
        for stored in _loaded(session, cases):
            yield from _differences(session, stored, units, by_code)
            if stored.case.forgotten_on:
                yield WasForgotten(stored.case.number, stored.case.forgotten_on)
        seen += len(cases)
        after = cases[-1].id
        session.expunge_all()
        for unit in units.values():
            session.add(unit)
        yield seen


def _loaded(session: Session, cases: Sequence[Case]) -> Iterator[_Stored]:
    first, last = cases[0].id, cases[-1].id

    def grouped(table: Any, order: Any) -> dict[int, list[Any]]:
        rows: dict[int, list[Any]] = {}
        query = select(table).where(table.case_id.between(first, last)).order_by(order)
        for row in session.scalars(query):
            rows.setdefault(row.case_id, []).append(row)
        return rows

    events = grouped(CaseEvent, CaseEvent.sequence)
    deadlines = grouped(CaseDeadline, CaseDeadline.id)
    remedies = grouped(Remedy, Remedy.id)
    consultations = grouped(Consultation, Consultation.id)
    parties = {
        row.case_id: _StoredParty(row.sealed, row.salt)
        for row in session.execute(
            select(
                Party.case_id, Party.salt, type_coerce(Party.details, Text).label("sealed")
            ).where(Party.case_id.between(first, last))
        )
    }
    for case in cases:
        yield _Stored(
            case,
            events.get(case.id, []),
            deadlines.get(case.id, []),
            remedies.get(case.id, []),
            consultations.get(case.id, []),
            parties.get(case.id),
        )


def _differences(
    session: Session, stored: _Stored, units: dict[int, Unit], by_code: dict[str, Unit]
) -> Iterator[Difference]:
    number = stored.case.number
    broken = _chain_break(stored)
    if broken:
        yield Difference(number, broken)
    try:
        cipher = cipher_of(stored.case)
        events = [event_of(row, cipher) for row in stored.events]
        state, subject = project(number, events), cipher.decrypt(stored.case.subject)
    except OtherKey:
        yield Difference(number, "what was written in it cannot be decrypted")
        return
    except (ValueError, KeyError, TypeError) as error:
        yield Difference(number, f"the events cannot be read as a history: {error}")
        return
    unit = by_code.get(state.unit)
    if unit is None:
        yield Difference(number, f"its events name a unit that does not exist: {state.unit}")
        return
    calendar = calendar_for(session, unit.path)
    history = effective(events)
    running = stored_deadlines(state, deadlines_of(state, history, calendar))
    head = stored.events[-1].hash if stored.events else GENESIS
    wanted = case_row(state, history, calendar, unit.id, running, len(events), head)
    yield from _compare(number, "case", [wanted], [stored.case])
    if subject != state.subject:
        yield Difference(number, "case.subject is not what the events make it")
    key = ("kind", "key")
    yield from _compare(
        number, "deadline", deadline_rows(stored.case.id, running), stored.deadlines, key
    )
    yield from _compare(
        number, "remedy", remedy_rows(stored.case.id, unit.id, state), stored.remedies, ("key",)
    )
    ids = {code: known.id for code, known in by_code.items()}
    requested = consultation_rows(stored.case.id, state, running, ids)
    yield from _compare(number, "consultation", requested, stored.consultations, ("key",))
    if stored.party is None:
        if state.party and not state.forgotten_on:
            yield Difference(number, "the applicant's details are missing")
        return
    try:
        _, digest, _ = serialize_party(parse_party(stored.party.details), stored.party.salt)
    except (OtherKey, ValueError):
        yield Difference(number, "the applicant's details cannot be decrypted")
        return
    if digest != state.party:
        yield Difference(number, "the applicant's details are not those of the receipt")


def _chain_break(stored: _Stored) -> str | None:
    head, key = GENESIS, data_key("chain")
    if not stored.case.chain_keyed:
        return "its events were not chained under the key: they were not whole before"
    for place, row in enumerate(stored.events, 1):
        if row.sequence != place:
            return f"event {place} is missing"
        wanted = event_hash(
            head,
            stored.case.number,
            row.sequence,
            row.kind,
            row.day,
            row.recorded_at,
            row.actor,
            row.data,
            key,
        )
        if row.previous_hash != head or row.hash != wanted:
            return f"event {row.sequence} ({row.kind}) is not as it was recorded"
        head = row.hash
    if head != stored.case.head_hash:
        return "the last event is not the one the case ended with"
    return None


def _compare(
    number: str,
    what: str,
    wanted: Sequence[dict[str, Any]],
    stored: Sequence[Any],
    key: tuple[str, ...] = (),
) -> Iterator[Difference]:
    left = {tuple(row[name] for name in key): row for row in wanted}
    right = {tuple(getattr(row, name) for name in key): row for row in stored}
    for place in sorted(left.keys() | right.keys()):
        label = " ".join((what, *map(str, place)))
        if place not in right:
            yield Difference(number, f"{label} is not stored")
        elif place not in left:
            yield Difference(number, f"{label} is stored but does not follow from the events")
        else:
            for name, value in left[place].items():
                result = getattr(right[place], name)
                if result != value:
                    yield Difference(
                        number, f"{label}.{name} is {result}, the events make it {value}"
                    )
