"""What a court does with an answer: taken up, decided, appealed against."""

from datetime import date

import pytest
from sqlalchemy import select

from requestflow.application import Application
from requestflow.cases import (
    Step,
    StepRefused,
)
from requestflow.notices.models import ReminderSchedule
from tests.cases.worked import (
    OCTOBER,
    accepted,
    answered,
    concluded,
    due,
    filed,
    opened,
    running,
    seen,
    take,
)


def test_the_body_is_reminded_of_its_own_appeal(demo: Application) -> None:
    def decided(result: str) -> str:
        number = opened(demo, OCTOBER, *answered(date(2026, 10, 14), outcome="granted"))
        take(demo, number, filed(date(2026, 10, 19), "S1", "suit"))
        take(demo, number, concluded(date(2026, 11, 18), "S1", result=result))
        return number

    won, lost = decided("upheld"), decided("corrected")
    assert "suit.own_appeal" not in running(demo, won)
    assert due(demo, lost, "suit.own_appeal", "S1") == date(2026, 12, 3)
    assert scheduled(demo, lost) >= {"suit.own_appeal"}, "though the case is answered"
    with pytest.raises(StepRefused, match="no pending appeal"):
        take(demo, lost, Step("appeal_concluded", date(2026, 11, 20), decision("S1")))
    take(demo, lost, Step("appeal_filed", date(2026, 11, 20), {"remedy": "S1", "by": "body"}))
    assert "suit.own_appeal" not in scheduled(demo, lost)
    assert due(demo, lost, "suit.appeal_decide", "S1") == date(2027, 2, 22)
    with pytest.raises(StepRefused, match="already been recorded"):
        take(demo, lost, Step("appeal_filed", date(2026, 11, 20), {"remedy": "S1", "by": "body"}))
    take(demo, lost, Step("appeal_concluded", date(2026, 11, 20), decision("S1")))
    assert "suit.appeal_decide" not in running(demo, lost)
    remedy = seen(demo, lost).state.remedy("S1")
    assert remedy is not None
    assert remedy.result == "corrected", "figures count the first instance"


def decision(key: str) -> dict[str, str]:
    return {"remedy": key, "result": "upheld"}


def scheduled(app: Application, number: str) -> set[str]:
    """What somebody is still to be reminded of."""
    with app.context() as session:
        subject = f"case:{seen(app, number).id}"
        query = select(ReminderSchedule.kind).where(ReminderSchedule.subject == subject)
        return set(session.scalars(query))


def test_an_appeal_against_a_ruling_has_ten_days(demo: Application) -> None:
    for ruling, last in ((True, date(2026, 11, 12)), (False, date(2026, 11, 17))):
        number = opened(demo, OCTOBER, *answered(date(2026, 10, 14), outcome="granted"))
        take(demo, number, filed(date(2026, 10, 19), "S1", "suit"))
        take(demo, number, concluded(date(2026, 11, 2), "S1", result="other", ruling=ruling))
        assert due(demo, number, "suit.appeal", "S1") == last


def test_what_a_court_has_taken_up_cannot_go_to_reconsideration(demo: Application) -> None:
    number = opened(demo, OCTOBER, *answered(date(2026, 10, 14), outcome="granted"))
    take(demo, number, Step("delivery_confirmed", date(2026, 10, 16)))
    take(demo, number, filed(date(2026, 10, 19), "S1", "suit"))
    assert "reconsideration.apply" in running(demo, number), "the court may still refuse it"
    take(demo, number, accepted(date(2026, 10, 26), "S1"))
    assert "reconsideration.apply" not in running(demo, number)
