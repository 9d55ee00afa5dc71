"""From a case's state and clock to the rows that are stored: the same for one case and for many."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases.events import Event
from requestflow.cases.models import CaseEvent
from requestflow.cases.state import VOID, CaseState
from requestflow.cases.written import CaseCipher
from requestflow.law import (
    DaysTaken,
    Deadline,
    Nature,
    WorkingCalendar,
    clock,
    count_days_taken,
    law_pack,
)


def deadlines_of(
    state: CaseState, history: Sequence[Event], calendar: WorkingCalendar
) -> tuple[Deadline, ...]:
    """Every deadline of the case, past and running; none of one that is void."""
    if state.stage == VOID:
        return ()
    return clock(history, law_pack(state.law), calendar)


def deadlines_to_store(
    state: CaseState, history: Sequence[Event], calendar: WorkingCalendar
) -> tuple[Deadline, ...]:
    """The deadlines of the case that are stored, where the others are not asked for: they are not
    counted then."""
    if state.stage == VOID:
        return ()
    pack, natures = law_pack(state.law), _natures(state)
    return clock(history, pack, calendar, running_only=True, natures=natures)


def stored_deadlines(state: CaseState, deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """The deadlines that are stored: those still running on which somebody must act.

    What is merely open to somebody after the decision follows from the events at any time and
    needs no row.
    """
    natures = _natures(state)
    return tuple(item for item in deadlines if item.running and item.nature in natures)


def _natures(state: CaseState) -> tuple[Nature, ...]:
    return ("duty", "other_party", "window") if state.open else ("duty", "other_party")


def days_taken_of(
    state: CaseState, history: Sequence[Event], calendar: WorkingCalendar
) -> DaysTaken | None:
    """How long the answer took; None while there is none."""
    if state.concluded_on is None:
        return None
    return count_days_taken(history, law_pack(state.law), calendar, state.concluded_on)


def case_row(
    state: CaseState,
    history: Sequence[Event],
    calendar: WorkingCalendar,
    unit_id: int,
    running: Sequence[Deadline],
    version: int,
    head_hash: str,
) -> dict[str, Any]:
    """The row of `cases`, its subject aside, which is encrypted (see `store`); `history` is that
    after all corrections."""
    taken = days_taken_of(state, history, calendar)
    duties = [item for item in running if item.nature == "duty"]
    due = min((item for item in duties if item.due), key=lambda item: str(item.due), default=None)
    stopped = any(item.due is None or item.stopped_until for item in duties)
    return {
        "number": state.number,
        "unit_id": unit_id,
        "law": state.law,
        "stage": state.stage,
        "received_on": state.received_on,
        "concluded_on": state.concluded_on,
        "crosses_year": crosses_year(state.received_on, state.concluded_on),
        "outcome": state.outcome,
        "ground": state.ground,
        "grounds": "|".join(sorted(state.grounds)),
        "applicant_kind": state.applicant_kind,
        "channel": state.channel,
        "delivery_form": state.delivery_form,
        "handler": state.handler,
        "redecided_on": state.redecided_on,
        "fee_charged": state.fee_charged,
        "fee_waived": state.fee_waived,
        "fee_notices": state.fee_notices,
        "days_taken": taken.days if taken else None,
        "late": bool(taken and taken.late),
        "extended": _extended(state, history),
        "due_on": due.due if due else None,
        "due_provisional": bool(due and due.provisional),
        "stopped": stopped,
        "forgotten_on": state.forgotten_on,
        "version": version,
        "head_hash": head_hash,
    }


def _extended(state: CaseState, history: Sequence[Event]) -> bool:
    """Whether the time for the first answer was extended; that to decide again does not count."""
    until = state.concluded_on or date.max
    return any(event.kind == "extended" and event.day <= until for event in history)


def crosses_year(started_on: date, concluded_on: date | None) -> bool:
    """Whether more than one year's figures speak of what began and ended on these days."""
    return concluded_on is None or concluded_on.year != started_on.year


def deadline_rows(case_id: int, running: Iterable[Deadline]) -> list[dict[str, Any]]:
    """The rows of `case_deadlines`."""
    return [
        {
            "case_id": case_id,
            "kind": item.kind,
            "key": item.key,
            "nature": item.nature,
            "started_on": item.started_on,
            "due": item.due,
            "provisional": item.provisional,
            "stopped_until": item.stopped_until,
        }
        for item in running
    ]


def remedy_rows(case_id: int, unit_id: int, state: CaseState) -> list[dict[str, Any]]:
    """The rows of `remedies`."""
    return [
        {
            "case_id": case_id,
            "unit_id": unit_id,
            "key": item.key,
            "kind": item.kind,
            "route": "after" if item.after_reconsideration else "direct",
            "authority": item.authority,
            "filed_on": item.filed_on,
            "accepted_on": item.accepted_on,
            "answered_on": item.answered_on,
            "concluded_on": item.concluded_on,
            "crosses_year": crosses_year(item.filed_on, item.concluded_on),
            "result": item.result,
        }
        for item in state.remedies
    ]


def consultation_rows(
    case_id: int, state: CaseState, running: Iterable[Deadline], ids: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The rows of `consultations`: those of units of the system, whose ids by code are given."""
    by_law = {item.key: item.due for item in running if item.kind == "consultation_reply"}
    return [
        {
            "case_id": case_id,
            "unit_id": ids[item.unit],
            "key": item.key,
            "asked_on": item.asked_on,
            "due": None
            if item.ended_on
            else min((day for day in (item.answer_by, by_law.get(item.key)) if day), default=None),
            "ended_on": item.ended_on,
        }
        for item in state.consultations
        if item.unit
    ]


def unit_ids_by_code(session: Session, states: Iterable[CaseState]) -> dict[str, int]:
    """The ids of the units that were asked about these cases, by code."""
    codes = {item.unit for state in states for item in state.consultations if item.unit}
    if not codes:
        return {}
    query = select(Unit.code, Unit.id).where(Unit.code.in_(codes))
    return dict(session.execute(query).all())


def insert_rows(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, where there are any."""
    if rows:
        session.execute(insert(table.__table__), rows)


def event_of(row: CaseEvent, cipher: CaseCipher | None = None) -> Event:
    """A stored event as the pure functions know it; ValueError where it is not valid JSON. Without
    the case's cipher what was written is left encrypted: nothing is counted of it."""
    data = json.loads(row.data)
    if not isinstance(data, dict):
        raise ValueError("the particulars of an event are not an object")
    if cipher:
        data = cipher.decrypted(row.kind, data)
    return Event(str(row.sequence), row.kind, row.day, data, row.actor, row.recorded_at)
