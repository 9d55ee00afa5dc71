"""Which remedies are open until when, and against what."""

from datetime import date, timedelta

import pytest

from requestflow.accounts import Unit
from requestflow.cases import CaseView, project
from requestflow.citizens import open_remedies
from requestflow.law import clock, law_pack
from tests.citizens.events import event, history
from tests.law.test_clock import CALENDAR

UNIT = Unit(code="LZ-S01", reconsideration_authority="泸州市人民政府", court="示例人民法院")


def answered(outcome: str, ground: str | None = None):
    return (
        event("drafted", outcome=outcome, ground=ground),
        "legality_reviewed",
        "secrecy_reviewed",
        "signed",
        event("delivered", received_on="2026-11-02", outcome=outcome),
    )


GRANTED, REFUSED = answered("granted"), answered("refused", "state_secret")
# Sixty days and six months after the day of receipt, 2026-11-02.
LAST_OF_RECONSIDERATION, LAST_OF_SUIT = date(2027, 1, 1), date(2027, 5, 4)


def opened(*steps, today: date, law: str = "cn-2019"):
    events = history(*steps)
    if law != "cn-2019":
        events[0] = event("received", "1", law=law)
    deadlines = clock(events, law_pack(law), CALENDAR)
    state = project("A", events)
    view = CaseView(1, len(events), "", UNIT, state, events, events, deadlines, CALENDAR)
    return open_remedies(view, CALENDAR, today)


def kinds(*steps, today: date) -> list[tuple[str, bool]]:
    return [(item.kind, item.silence) for item in opened(*steps, today=today)]


def last_days() -> dict[str, date]:
    return {item.kind: item.window.due for item in opened(*GRANTED, today=date(2026, 11, 3))}


def test_while_there_is_time_to_answer_nothing_is_open() -> None:
    assert kinds("assigned", today=date(2026, 11, 30)) == []


def test_against_an_answer_both_are_open_and_each_names_where() -> None:
    first, second = opened(*GRANTED, today=date(2026, 11, 3))
    assert (first.kind, first.authority) == ("reconsideration", "泸州市人民政府")
    assert (second.kind, second.authority) == ("suit", "示例人民法院")
    assert not first.silence
    assert not first.first, "either may be sought first"


def test_against_a_refusal_reconsideration_comes_before_a_suit() -> None:
    (only,) = opened(*REFUSED, today=date(2026, 11, 3))
    assert (only.kind, only.first) == ("reconsideration", True)


@pytest.mark.parametrize("kind", ["reconsideration", "suit"])
def test_a_remedy_is_open_on_its_last_day_and_not_after(kind: str) -> None:
    last = last_days()[kind]
    assert kind in dict(kinds(*GRANTED, today=last))
    assert kind not in dict(kinds(*GRANTED, today=last + timedelta(days=1)))


def test_reconsideration_may_be_sought_for_sixty_days_and_suit_for_six_months() -> None:
    days = last_days()
    assert days["reconsideration"] >= LAST_OF_RECONSIDERATION
    assert days["reconsideration"] <= LAST_OF_RECONSIDERATION + timedelta(days=10)
    assert date(2027, 5, 1) <= days["suit"] <= LAST_OF_SUIT


def test_silence_opens_remedies_from_the_day_after_the_answer_was_due() -> None:
    due = CALENDAR.after(date(2026, 11, 2), 20)
    assert kinds("assigned", today=due) == []
    late = kinds("assigned", today=due + timedelta(days=1))
    assert late
    assert all(silence for _, silence in late)


def test_an_answer_that_comes_late_is_no_silence_any_more() -> None:
    assert all(not silence for _, silence in kinds(*REFUSED, today=date(2026, 12, 31)))


def test_what_was_sought_is_not_open_again() -> None:
    filed = (*REFUSED, event("remedy_filed"))
    assert "reconsideration" not in dict(kinds(*filed, today=date(2026, 11, 3)))


def test_against_the_decision_of_a_reconsideration_a_suit_is_open() -> None:
    concluded = event("remedy_concluded", received_on="2026-11-02", within=15)
    result = opened(*REFUSED, event("remedy_filed"), concluded, today=date(2026, 11, 3))
    assert {item.kind for item in result} == {"suit"}
