"""Random lawful and unlawful steps: whatever is tried, a case is never in an impossible state, what
is stored follows from its events, its clock is that of a count day by day, and the tables balance.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from requestflow.accounts import Actor, load_units
from requestflow.application import Application
from requestflow.calendars import calendar_for
from requestflow.cases import (
    DEFINITIONS,
    OPEN_STAGES,
    STAGES,
    VOID,
    Case,
    Difference,
    Event,
    Opening,
    Step,
    StepRefused,
    effective,
    load_events,
    project,
    steps_from_stage,
    verify,
    view_case,
)
from requestflow.cases.projection import case_row, deadlines_of, stored_deadlines
from requestflow.demo.loading import DATA
from requestflow.foundation import NotFound, Refused, db
from requestflow.law import law_pack
from requestflow.statistics import build_report
from requestflow.statistics.checks import MISSING
from tests.cases.tried import AFTER, USUAL, WAITED, lawful, particulars

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
RECEIPTS = (date(2018, 9, 21), date(2021, 9, 24), date(2023, 12, 20))
FIRST_YEAR, LAST_YEAR = 2018, 2026
UNIT = "LZ/LZ-S01/"
ACTORS = (
    Actor.operator(),
    Actor("clerk", "clerk", UNIT),
    Actor("reviewer", "reviewer", UNIT),
    Actor("approver", "approver", UNIT),
    Actor("stranger", "clerk", "LZ/LZ-S02/"),
    Actor("auditor", "auditor", "LZ/"),
)


class Desk(RuleBasedStateMachine):
    """One case, and people who try all kinds of things with it."""

    app: Application
    visited: set[str]

    @initialize(received=st.sampled_from(RECEIPTS), kind=st.sampled_from(("person", "legal")))
    def comes_in(self, received: date, kind: str) -> None:
        self.day = received
        with self.app.context(), db.transaction() as session:
            opening = Opening("LZ-S01", received, kind, "post", "停车收费标准", {"name": "张三"})
            self.number = self.app.cases.open(session, Actor.operator(), opening, NOW)
        self.look()

    @rule(data=st.data(), actor=st.sampled_from(ACTORS), later=st.integers(0, 9))
    def tries_something_possible(self, data: st.DataObject, actor: Actor, later: int) -> None:
        """A step that the table allows from here, with particulars that mostly fit."""
        with self.app.context() as session:
            state = view_case(session, Actor.operator(), self.number).state
        kinds = [
            kind for kind in steps_from_stage(state) if kind not in {"corrected", "due_days_moved"}
        ]
        self.attempt(data, data.draw(st.sampled_from(kinds)), actor, self.day + timedelta(later))

    @rule(
        data=st.data(),
        kind=st.sampled_from(sorted(DEFINITIONS)),
        actor=st.sampled_from(ACTORS),
        later=st.integers(-20, 400),
    )
    def tries_anything(self, data: st.DataObject, kind: str, actor: Actor, later: int) -> None:
        self.attempt(data, kind, actor, self.day + timedelta(later))

    @rule(data=st.data(), later=st.integers(0, 6))
    def goes_on(self, data: st.DataObject, later: int) -> None:
        """A step of the usual course, by whom it falls to, with what the law asks for."""
        with self.app.context() as session:
            state = view_case(session, Actor.operator(), self.number).state
        kind = data.draw(st.sampled_from(USUAL.get(state.stage, AFTER)))
        actor = ACTORS[1] if kind == "drafted" else ACTORS[0]
        day = self.day + timedelta(later + 45 if kind in WAITED else later)
        self.attempt(data, kind, actor, day, lawful(kind, state, day))

    @rule(later=st.integers(1, 40))
    def time_passes(self, later: int) -> None:
        self.day = min(self.day + timedelta(later), date(2026, 11, 20))

    def attempt(
        self,
        data: st.DataObject,
        kind: str,
        actor: Actor,
        day: date,
        text_value: dict[str, Any] | None = None,
    ) -> None:
        with self.app.context() as session:
            view = view_case(session, Actor.operator(), self.number)
        if text_value is None:
            text_value = data.draw(particulars(kind, view.state, day))
        step = Step(kind, day, text_value)
        try:
            with self.app.context(), db.transaction() as session:
                self.app.cases.take_step(session, actor, self.number, [step], NOW)
        except (StepRefused, Refused, NotFound):
            with self.app.context() as session:
                after = view_case(session, Actor.operator(), self.number)
            assert (after.version, after.state) == (view.version, view.state)
            return
        assert actor.role == "operator" or actor.unit_path == view.unit.path
        self.day = max(self.day, day)
        self.look()

    def look(self) -> None:
        with self.app.context() as session:
            view = view_case(session, Actor.operator(), self.number)
            row = session.scalars(select(Case).where(Case.number == self.number)).one()
            events = load_events(session, row.id)
            calendar = calendar_for(session, view.unit.path)
            state = project(self.number, events)
            history = effective(events)
            running = stored_deadlines(state, deadlines_of(state, history, calendar))
            wanted = case_row(
                state, history, calendar, row.unit_id, running, len(events), row.head_hash
            )
        assert {name: getattr(row, name) for name in wanted} == wanted
        possible(state)
        self.visited.add(state.stage)
        reply = next((d for d in view.deadlines if d.kind == "reply" and d.running), None)
        if reply and not state.concluded_on:
            counted = day_by_day(effective(events), state.law, calendar.is_working)
            assert reply.due == counted, (reply, events)


def possible(state: Any) -> None:
    """Raises where no case can be so."""
    pack = law_pack(state.law)
    assert state.stage in STAGES
    if state.stage in OPEN_STAGES and not state.redeciding:
        assert state.concluded_on is None
    if state.stage not in OPEN_STAGES:
        outcome = pack.outcome(state.outcome)
        assert state.concluded_on
        assert state.concluded_on >= state.received_on
        assert outcome is not None
        assert state.ground is None or pack.ground_for(outcome.code, state.ground)
        assert outcome.ground != "required" or state.ground
        assert not state.open_consultations
    if state.stage == "consulting":
        assert state.open_consultations
    if state.stage in {"drafted", "legality_reviewed", "secrecy_reviewed", "signed"}:
        assert pack.outcome(state.draft_outcome)
    if state.redeciding:
        assert any(item.result == "corrected" and item.redecision for item in state.remedies)
    for remedy in state.remedies:
        assert remedy.filed_on >= state.received_on
        assert bool(remedy.concluded_on) == bool(remedy.result)
    assert state.fee_charged >= 0
    assert state.law == "cn-2019" or not state.fee_notified


def day_by_day(history: list[Event], law: str, working: Callable[[date], bool]) -> date | None:
    """The day to answer by, counted by going through the calendar one day at a time; None while
    the count stands still without an end. Articles 24 (Order 492), 30, 33, 35 (Order 711)."""
    new = law == "cn-2019"
    counted = counted_through(history, new, working)
    stated = [e for e in history if e.kind == "delay_set"]
    if stated:
        day = date.fromisoformat(stated[-1].data["until"])
        while not working(day):
            day += timedelta(1)
        return max(day, counted) if counted else day
    return counted


def counted_through(
    history: list[Event], new: bool, working: Callable[[date], bool]
) -> date | None:
    """The end of the law's own period."""
    number = 20 if new else 15
    number += sum(int(e.data["days"]) for e in history if e.kind == "extended")
    restarts = {"clarified", "fee_paid"} if new else {"clarified"}
    begin = max(place for place, e in enumerate(history) if place == 0 or e.kind in restarts)
    spans = not_counted(history[begin + 1 :], new, working)
    day = date.fromisoformat(history[begin].data.get("paid_on", history[begin].day.isoformat()))
    while number:
        day += timedelta(1)
        if any(start < day and end is None for start, end in spans):
            return None
        if working(day) and not any(start < day <= (end or day) for start, end in spans):
            number -= 1
    return day


def not_counted(
    events: list[Event], new: bool, working: Callable[[date], bool]
) -> list[tuple[date, date | None]]:
    """The spans that do not count: from the day of a step to the day that ended it, both known."""
    spans = []
    for place, event in enumerate(events):
        ends = [e.day for e in events[place + 1 :] if e.kind in ENDS.get(event.kind, ())]
        if event.kind == "consultation_started":
            key = event.data["consultation"]
            answers = [e for e in events[place + 1 :] if e.data.get("consultation") == key]
            ends = [e.day for e in answers]
            if new:
                day, left = date.fromisoformat(event.data["letter_received_on"]), 15
                while left:
                    day += timedelta(1)
                    left -= working(day)
                ends.append(day)
        elif event.kind not in ENDS:
            continue
        spans.append((event.day, min(ends, default=None)))
    return spans


ENDS = {
    "clarification_requested": {"clarified"},
    "fee_notified": {"fee_paid", "fee_waived"},
}


def test_random_steps(empty: Application) -> None:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
    Desk.app, Desk.visited = empty, set()
    # Whatever the walks happen to be, they go on until they have led everywhere.
    for number in range(8):
        run_state_machine_as_test(
            seed(number)(Desk),
            settings=settings(
                max_examples=30,
                stateful_step_count=30,
                deadline=None,
                database=None,
                # Without shrinking: the steps that led to a failure are few, and it stays short.
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        if number and Desk.visited == set(STAGES) - {VOID, "redirected"}:
            break
    with empty.context() as session:
        assert not [result for result in verify(session) if isinstance(result, Difference)]
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            report = build_report(session, year)
            known = [c for c in report.checks if c.left is not None and c.id != MISSING]
            assert all(check.holds for check in known), (year, known)
    # The steps must have led everywhere, or the checks above say little.
    assert Desk.visited == set(STAGES) - {VOID, "redirected"}
