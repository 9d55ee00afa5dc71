"""What stands against a step: the guards, each with its field and its words."""

from datetime import date, timedelta
from typing import Any

import pytest

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import CaseState, Opening, Step, StepRefused, project, view_case
from requestflow.cases.events import Event
from requestflow.foundation import db
from tests.conftest import NOW

OPERATOR = Actor.operator()
RECEIVED = date(2026, 10, 9)
LATER = date(2026, 11, 20)
"""After the due day of what came in on 2026-10-09 (Order 711 art. 33: 20 working days)."""
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
REVIEWER = Actor("reviewer", "reviewer", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")


def opened(app: Application, *steps: Step) -> str:
    """A case to which these steps happened."""
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", RECEIVED, "person", "internet", "某项目批复", {"name": "张三"})
        number = app.cases.open(session, CLERK, opening, NOW)
        for step in steps:
            app.cases.take_step(session, CLERK, number, [step], NOW)
    return number


def take(app: Application, number: str, who: Actor, kind: str, day: date, /, **data: Any) -> None:
    with app.context(), db.transaction() as session:
        app.cases.take_step(session, who, number, [Step(kind, day, data)], NOW)


def refused(
    app: Application, steps: list[Step], who: Actor, step: str, /, **data: Any
) -> StepRefused:
    """What stands against a step of a new case to which the others happened."""
    number = opened(app, *steps)
    with pytest.raises(StepRefused) as caught:
        take(app, number, who, step, LATER, **data)
    with app.context() as session:
        assert view_case(session, OPERATOR, number).version == 1 + len(steps)
    return caught.value


ASSIGNED = Step("assigned", RECEIVED, {"handler": "clerk"})
CONSULTED = Step("consultation_started", RECEIVED, {"name": "某公司", "question": "是否同意？"})
FILED = Step("remedy_filed", LATER, {"kind": "reconsideration", "authority": "省政府"})
UNFIT = {"part": "附件", "ground": "unreasonable_volume"}
PARTS = {"granted": "预算表", "facts": "x"}


@pytest.mark.parametrize(
    ("steps", "kind", "data", "field", "words"),
    [
        ([], "no_such_step", {}, None, "Step 'no_such_step' does not exist"),
        (
            [ASSIGNED],
            "consultation_started",
            {"unit": "LZ-S01", "question": "x"},
            "unit",
            "already has the case",
        ),
        ([ASSIGNED], "consultation_started", {"question": "x"}, "name", "who is being consulted"),
        (
            [ASSIGNED, CONSULTED],
            "consultation_ended",
            {"consultation": "9", "answer": "agrees"},
            "consultation",
            "Consultation 9 is not open",
        ),
        (
            [],
            "drafted",
            {"outcome": "granted", "further_grounds": ["not_held"]},
            "further_grounds",
            "Additional grounds",
        ),
        (
            [],
            "drafted",
            {
                "outcome": "partial",
                **PARTS,
                "withheld": [UNFIT],
            },
            "withheld",
            "cannot be used for '附件'",
        ),
        (
            [],
            "drafted",
            {"outcome": "partial", "facts": "x", "withheld": []},
            "granted",
            "parts to be disclosed",
        ),
        (
            [FILED],
            "remedy_accepted",
            {"remedy": "R1", "kind": "suit", "copy_received_on": LATER.isoformat()},
            "kind",
            "different type",
        ),
        ([FILED], "remedy_concluded", {"remedy": "R9", "result": "upheld"}, None, ""),
        ([FILED], "remedy_concluded", {"remedy": "R1", "result": "lost"}, "result", "'lost'"),
        (
            [FILED],
            "remedy_filed",
            {"remedy": "R1", "kind": "reconsideration"},
            "remedy",
            "already has that challenge",
        ),
        (
            [],
            "remedy_reported",
            {"kind": "suit", "filed_on": "2026-10-08"},
            "filed_on",
            "before the request was received",
        ),
    ],
)
def test_a_step_is_refused_at_its_field(
    demo: Application,
    steps: list[Step],
    kind: str,
    data: dict[str, Any],
    field: str | None,
    words: str,
) -> None:
    error = refused(demo, steps, CLERK, kind, **data)
    assert words in str(error.text)
    if field:
        assert error.field == field


def test_who_is_asked_to_clarify_gets_a_day_to_answer_by(demo: Application) -> None:
    number = opened(demo)
    with pytest.raises(StepRefused) as caught:
        take(demo, number, CLERK, "clarification_requested", RECEIVED, items="x")
    assert (caught.value.field, caught.value.article) == ("answer_by", "30")


def test_nothing_of_a_challenge_happens_before_it_is_filed(demo: Application) -> None:
    number = opened(demo, FILED)
    day = LATER - timedelta(1)
    with pytest.raises(StepRefused, match="before"):
        take(
            demo,
            number,
            CLERK,
            "remedy_accepted",
            day,
            remedy="R1",
            copy_received_on=day.isoformat(),
        )


def test_one_ground_beside_needs_the_one_that_counts(demo: Application) -> None:
    more = {"further_grounds": ["state_secret"], "withheld": [], "granted": None}
    error = refused(demo, [], CLERK, "drafted", outcome="refused", **more)
    assert error.field in {"ground", "further_grounds"}


def test_every_point_of_the_secrecy_review_is_answered(demo: Application) -> None:
    number = opened(
        demo,
        ASSIGNED,
        Step("drafted", LATER, {"outcome": "granted", "facts": "x"}),
    )
    take(demo, number, REVIEWER, "legality_reviewed", LATER)
    with pytest.raises(StepRefused) as caught:
        take(demo, number, REVIEWER, "secrecy_reviewed", LATER, checks=["no_secret"])
    assert caught.value.field == "no_private"


def test_an_extension_needs_its_reason_and_the_heads_approval(demo: Application) -> None:
    number = opened(demo, ASSIGNED)
    with pytest.raises(StepRefused) as caught:
        take(demo, number, APPROVER, "extended", RECEIVED, days=5, approver="李主任")
    assert (caught.value.field, caught.value.article) == ("reason", "33")


def test_silence_of_who_was_asked_counts_only_once_their_time_is_over(demo: Application) -> None:
    number = opened(demo, ASSIGNED, CONSULTED)
    silence = {"consultation": "1", "answer": "silence"}
    with pytest.raises(StepRefused) as caught:
        take(demo, number, CLERK, "consultation_ended", date(2026, 10, 12), **silence)
    assert (caught.value.field, caught.value.article) == ("day", "32、34")
    take(demo, number, CLERK, "consultation_ended", LATER, **silence)


def test_a_history_begins_with_its_receipt() -> None:
    with pytest.raises(ValueError, match="begins with its receipt"):
        project("X-1", [Event("1", "noted", RECEIVED, {"note": "x"})])


def test_a_correction_only_replaces_voids_or_adds(demo: Application) -> None:
    change = {"action": "forget", "key": "1"}
    error = refused(demo, [], APPROVER, "corrected", changes=[change], reason="x")
    assert (error.field, "only replace, void or add" in str(error.text)) == ("changes", True)


def test_a_correction_gives_a_day_of_the_calendar(demo: Application) -> None:
    change = {"action": "insert", "kind": "noted", "day": "2026-02-31", "data": {"note": "x"}}
    error = refused(demo, [], APPROVER, "corrected", changes=[change], reason="x")
    assert error.field == "day"


def state_of(app: Application, number: str) -> CaseState:
    with app.context() as session:
        return view_case(session, OPERATOR, number).state


def test_a_decision_that_is_told_twice_stays_the_first(demo: Application) -> None:
    number = opened(demo, ASSIGNED)
    take(demo, number, OPERATOR, "decision_recorded", LATER, outcome="granted")
    before = state_of(demo, number)
    with pytest.raises(StepRefused):
        take(demo, number, OPERATOR, "decision_recorded", LATER, outcome="other")
    assert state_of(demo, number) == before
