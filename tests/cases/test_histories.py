"""Histories that once came out wrong, each with what the law makes of it."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import select

from requestflow.application import Application
from requestflow.cases import (
    Difference,
    Opening,
    Step,
    StepRefused,
    verify,
)
from requestflow.citizens import open_remedies
from requestflow.foundation import db
from requestflow.law import explain
from requestflow.notices.models import ReminderSchedule
from tests.cases.worked import (
    OCTOBER,
    OPERATOR,
    PERMITTED,
    REFUSAL,
    REFUSED,
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
from tests.conftest import NOW


def test_the_simple_procedure_decides_in_thirty_days_and_is_not_extended(demo: Application) -> None:
    simple = accepted(date(2026, 10, 21), simple_procedure=True)
    number = opened(demo, OCTOBER, *REFUSAL, filed(date(2026, 10, 19)), simple)
    assert due(demo, number, "reconsideration.decide", "R1") == date(2026, 11, 20)
    with pytest.raises(StepRefused, match="cannot be extended"):
        take(demo, number, Step("remedy_extended", date(2026, 11, 2), {"remedy": "R1", "days": 30}))
    take(demo, number, Step("remedy_converted", date(2026, 11, 3), {"remedy": "R1"}))
    assert due(demo, number, "reconsideration.decide", "R1") == date(2026, 12, 21)
    take(demo, number, Step("remedy_extended", date(2026, 11, 4), {"remedy": "R1", "days": 30}))
    assert due(demo, number, "reconsideration.decide", "R1") == date(2027, 1, 19)


def test_a_suspended_reconsideration_waits(demo: Application) -> None:
    number = opened(
        demo,
        OCTOBER,
        *REFUSAL,
        filed(date(2026, 10, 19)),
        accepted(date(2026, 10, 21)),
        Step("remedy_suspended", date(2026, 11, 2), {"remedy": "R1", "reason": "等待鉴定"}),
    )
    assert due(demo, number, "reconsideration.decide", "R1") is None
    take(demo, number, Step("remedy_resumed", date(2026, 11, 12), {"remedy": "R1"}))
    # Sixty days from 10-21 end on 12-20; ten more are 12-30.
    assert due(demo, number, "reconsideration.decide", "R1") == date(2026, 12, 30)


def test_the_period_after_a_fee_counts_from_the_day_of_payment(demo: Application) -> None:
    number = opened(
        demo,
        date(2026, 11, 2),
        Step(
            "fee_notified", date(2026, 11, 4), {"rule": "by_page", "number": 80, "how_to_pay": "x"}
        ),
        Step("payment_reported", date(2026, 11, 16), {"paid_on": "2026-11-10"}),
        Step("fee_paid", date(2026, 11, 17)),
    )
    assert due(demo, number, "reply") == date(2026, 12, 8)
    assert seen(demo, number).history[-1].data["paid_on"] == "2026-11-10"


@pytest.mark.parametrize(
    "end",
    [
        [Step("withdrawn", date(2026, 11, 11))],
        answered(date(2026, 11, 11), outcome="granted"),
    ],
)
def test_what_runs_in_a_case_ends_with_it(demo: Application, end: Sequence[Step]) -> None:
    asked = {"name": "某公司", "letter_received_on": "2026-11-04"}
    number = opened(demo, date(2026, 11, 2), Step("consultation_started", date(2026, 11, 4), asked))
    if len(end) > 1:
        ended = {"consultation": "1", "answer": "objects"}
        take(demo, number, Step("consultation_ended", date(2026, 11, 10), ended))
    for step in end:
        take(demo, number, step)
    assert running(demo, number) <= {"reconsideration.apply", "suit.direct"}
    case = seen(demo, number).id
    with demo.context() as session:
        assert not [item for item in verify(session) if isinstance(item, Difference)]
        planned = select(ReminderSchedule.kind).where(ReminderSchedule.case_id == case)
        assert "consultation_reply" not in session.scalars(planned).all()


def test_an_extension_is_that_of_one_reconsideration(demo: Application) -> None:
    number = opened(
        demo,
        OCTOBER,
        *REFUSAL,
        filed(date(2026, 10, 19)),
        accepted(date(2026, 10, 21)),
        filed(date(2026, 10, 26), "R2"),
        accepted(date(2026, 10, 28), "R2"),
        Step("remedy_extended", date(2026, 11, 4), {"remedy": "R1", "days": 30}),
    )
    assert due(demo, number, "reconsideration.decide", "R1") == date(2027, 1, 19)
    assert due(demo, number, "reconsideration.decide", "R2") == date(2026, 12, 28)


def test_an_applicant_who_gives_no_reasons_holds_up_nothing(demo: Application) -> None:
    asked = Step("reasons_requested", date(2026, 11, 3), {"answer_by": "2026-11-10"})
    number = opened(demo, date(2026, 11, 2), asked)
    draft = {"outcome": "not_processed", "ground": "unreasonable_volume", "facts": "x"}
    with pytest.raises(StepRefused, match="has until 2026-11-10"):
        take(demo, number, Step("drafted", date(2026, 11, 10), draft))
    take(demo, number, Step("drafted", date(2026, 11, 11), draft))
    assert seen(demo, number).state.stage == "drafted"


@pytest.mark.parametrize(
    "ground", ["not_held", "needs_making", "public_print", "already_public", "repeated"]
)
def test_a_part_is_not_given_for_any_ground_there_is(demo: Application, ground: str) -> None:
    parts = [{"part": "附件一", "ground": ground}, {"part": "附件二", "ground": "state_secret"}]
    draft = {"outcome": "partial", "granted": "正文", "withheld": parts}
    number = opened(demo, date(2026, 11, 2), *answered(date(2026, 11, 10), **draft))
    delivered = seen(demo, number).history[-1]
    assert delivered.data["grounds"] == [ground, "state_secret"]


def test_against_silence_an_answer_is_ordered_within_days(demo: Application) -> None:
    number = opened(
        demo,
        date(2026, 9, 1),
        filed(date(2026, 10, 12)),
        accepted(date(2026, 10, 14)),
        concluded(
            date(2026, 11, 16),
            result="corrected",
            redecision=True,
            within=10,
            within_unit="calendar_days",
        ),
    )
    assert "reply" not in running(demo, number)
    assert due(demo, number, "redecision") == date(2026, 11, 26)
    for step in answered(date(2026, 11, 20), date(2026, 11, 23), outcome="granted"):
        take(demo, number, step)
    state = seen(demo, number).state
    assert (state.outcome, state.concluded_on) == ("granted", date(2026, 11, 20))
    assert state.redecided_on is None, "it is the first answer"


def test_a_remedy_is_recorded_on_its_day_after_the_case_is_closed(demo: Application) -> None:
    number = opened(demo, date(2025, 12, 1), *answered(date(2025, 12, 8), **REFUSED))
    take(demo, number, Step("closed", date(2026, 1, 12)))
    take(demo, number, filed(date(2025, 12, 29)))
    take(demo, number, accepted(date(2026, 1, 4)))
    (remedy,) = seen(demo, number).state.remedies
    assert (remedy.filed_on, remedy.accepted_on) == (date(2025, 12, 29), date(2026, 1, 4))
    with pytest.raises(StepRefused, match="before the"):
        take(demo, number, concluded(date(2026, 1, 3), result="upheld"))


@pytest.mark.parametrize(
    ("day", "last", "defence"),
    [
        (date(2013, 5, 6), date(2013, 8, 6), date(2013, 7, 11)),
        (date(2016, 5, 5), date(2016, 11, 7), date(2016, 7, 18)),
    ],
)
def test_suits_before_may_2015_follow_the_law_of_1989(
    demo: Application, day: date, last: date, defence: date
) -> None:
    decided = [Step("decision_recorded", day, {"outcome": "granted"})]
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", day.replace(month=4), "person", "post", "x", {"name": "张三"})
        number = demo.cases.open(session, OPERATOR, opening, NOW)
        demo.cases.take_step(session, OPERATOR, number, decided, NOW, imported=True)
    assert due(demo, number, "suit.direct") == last
    take(demo, number, filed(day.replace(month=6), "S1", "suit"))
    copy = day.replace(month=7, day=1)
    take(demo, number, accepted(copy, "S1"))
    assert due(demo, number, "suit.answer", "S1") == defence


@pytest.mark.parametrize(
    ("ground", "outcome", "direct"),
    [
        ("administrative_inquiry", "refused", True),
        ("process_information", "refused", False),
        ("not_held", "unable", True),
        ("repeated", "not_processed", True),
    ],
)
def test_what_goes_to_reconsideration_first_is_told_by_the_ground(
    demo: Application, ground: str, outcome: str, direct: bool
) -> None:
    answer = answered(date(2026, 11, 10), outcome=outcome, ground=ground)
    number = opened(demo, date(2026, 11, 2), *answer)
    assert ("suit.direct" in running(demo, number)) == direct


def test_a_part_that_is_not_held_bars_no_suit_and_a_secret_one_does(demo: Application) -> None:
    for ground, direct in (("not_held", True), ("state_secret", False)):
        parts = [{"part": "附件", "ground": ground}]
        draft = {"outcome": "partial", "granted": "正文", "withheld": parts}
        number = opened(demo, date(2026, 11, 2), *answered(date(2026, 11, 10), **draft))
        assert ("suit.direct" in running(demo, number)) == direct


def test_a_later_day_is_later_than_the_laws(demo: Application) -> None:
    asked = Step("reasons_requested", date(2026, 11, 3), {"answer_by": "2026-11-10"})
    given = Step("reasons_given", date(2026, 11, 5), {"reason": "研究"})
    number = opened(demo, date(2026, 11, 2), asked, given)
    early = {"until": "2026-11-27", "reason": "卷宗多"}
    with pytest.raises(StepRefused, match="due on 2026-11-30 already"):
        take(demo, number, Step("delay_set", date(2026, 11, 6), early))
    take(demo, number, Step("delay_set", date(2026, 11, 6), {**early, "until": "2026-12-15"}))
    assert due(demo, number, "reply") == date(2026, 12, 15)
    with pytest.raises(StepRefused, match="an extension would change nothing"):
        take(demo, number, Step("extended", date(2026, 11, 9), {"days": 20, **PERMITTED}))


def test_an_answer_of_one_year_received_in_the_next_has_one_window(demo: Application) -> None:
    number = opened(
        demo,
        date(2023, 12, 7),
        *answered(date(2023, 12, 29), **REFUSED),
        Step("delivery_confirmed", date(2024, 1, 3)),
    )
    windows = [d for d in seen(demo, number).deadlines if d.nature == "window"]
    assert [(d.kind, d.due) for d in windows if d.running] == [
        ("reconsideration.apply", date(2024, 3, 4))
    ]


def test_the_authoritys_silence_opens_the_court(demo: Application) -> None:
    number = opened(
        demo,
        date(2026, 6, 1),
        *answered(date(2026, 6, 8), date(2026, 6, 9), **REFUSED),
        filed(date(2026, 8, 3)),
        accepted(date(2026, 8, 5)),
    )
    view = seen(demo, number)
    until = due(demo, number, "reconsideration.decide", "R1")
    assert until == date(2026, 10, 8), "60 days end on 10-04, in the holidays"
    found = open_remedies(view, view.calendar, date(2026, 10, 12))
    assert [(item.window.kind, item.window.due) for item in found] == [
        ("suit.after_silent_authority", date(2026, 10, 23))
    ]
    take(demo, number, filed(date(2026, 10, 12), "S1", "suit"))
    view = seen(demo, number)
    assert not open_remedies(view, view.calendar, date(2026, 10, 13))


def test_what_the_authority_neither_accepts_nor_refuses_is_deemed_accepted(
    demo: Application,
) -> None:
    number = opened(
        demo,
        date(2026, 6, 1),
        *answered(date(2026, 6, 8), date(2026, 6, 9), **REFUSED),
        filed(date(2026, 8, 3)),
    )
    # Five working days to examine it end on 08-10; sixty days more on 10-09.
    assert due(demo, number, "reconsideration.examine", "R1") == date(2026, 8, 10)
    assert due(demo, number, "reconsideration.decide", "R1") == date(2026, 10, 9)
    decide = next(d for d in seen(demo, number).deadlines if d.kind == "reconsideration.decide")
    assert "视为受理" in explain(decide.steps[0], "zh_CN")
    view = seen(demo, number)
    found = open_remedies(view, view.calendar, date(2026, 10, 12))
    assert [item.window.kind for item in found] == ["suit.after_silent_authority"]
    take(demo, number, accepted(date(2026, 8, 5), simple_procedure=False))
    assert due(demo, number, "reconsideration.decide", "R1") == date(2026, 10, 8)


def test_a_missed_redecision_opens_what_silence_opens(demo: Application) -> None:
    number = opened(
        demo,
        date(2026, 6, 1),
        *answered(date(2026, 6, 8), date(2026, 6, 9), **REFUSED),
        filed(date(2026, 7, 1)),
        accepted(date(2026, 7, 3)),
        concluded(date(2026, 8, 3), result="corrected", redecision=True, within=15),
    )
    assert due(demo, number, "redecision") == date(2026, 8, 24)
    view = seen(demo, number)
    found = open_remedies(view, view.calendar, date(2026, 9, 1))
    assert "reconsideration.silence" in {item.window.kind for item in found}


def test_who_was_not_told_of_the_remedy_has_a_year(demo: Application) -> None:
    steps = answered(date(2026, 11, 3), outcome="granted")
    told = {**steps[-1].data, "remedy_not_told": True}
    number = opened(demo, date(2026, 11, 2), *steps[:-1], Step("delivered", steps[-1].day, told))
    assert due(demo, number, "reconsideration.apply") == date(2027, 11, 3)
    assert due(demo, number, "suit.direct") == date(2027, 11, 3)
    take(demo, number, Step("delivery_confirmed", date(2026, 11, 5)))
    assert due(demo, number, "reconsideration.apply") == date(2027, 11, 5)


def test_a_redecision_stands_still_and_is_extended_like_an_answer(demo: Application) -> None:
    number = opened(
        demo,
        date(2026, 9, 1),
        *answered(date(2026, 9, 8), date(2026, 9, 9), **REFUSED),
        filed(date(2026, 9, 14)),
        accepted(date(2026, 9, 16)),
        concluded(date(2026, 10, 12), result="corrected", redecision=True),
    )
    assert due(demo, number, "redecision") == date(2026, 11, 9)
    asked = {"name": "某公司", "letter_received_on": "2026-10-14"}
    take(demo, number, Step("consultation_started", date(2026, 10, 14), asked))
    ended = {"consultation": "1", "answer": "objects"}
    take(demo, number, Step("consultation_ended", date(2026, 10, 21), ended))
    assert due(demo, number, "redecision") == date(2026, 11, 16)
    take(demo, number, Step("extended", date(2026, 11, 2), {"days": 5, **PERMITTED}))
    assert due(demo, number, "redecision") == date(2026, 11, 23)
    with pytest.raises(StepRefused, match="once"):
        take(demo, number, Step("extended", date(2026, 11, 3), {"days": 5, **PERMITTED}))


def test_that_another_body_is_responsible_is_signed_like_any_answer(demo: Application) -> None:
    number = opened(demo, date(2026, 11, 2))
    with pytest.raises(StepRefused, match="reviewed and signed"):
        take(demo, number, Step("redirected", date(2026, 11, 4), {"body": "市公安局"}))
    draft = {"outcome": "unable", "ground": "not_this_body", "responsible_body": "市公安局"}
    for step in answered(date(2026, 11, 10), **draft):
        take(demo, number, step)
    state = seen(demo, number).state
    assert (state.outcome, state.ground) == ("unable", "not_this_body")
    assert {"reconsideration.apply", "suit.direct"} <= running(demo, number)


def test_what_is_handed_over_is_received_when_it_is_given(demo: Application) -> None:
    steps = answered(date(2026, 11, 10), outcome="granted")[:-1]
    number = opened(demo, date(2026, 11, 2), *steps)
    way = {"way": "collected", "collected_by": "张三", "received_on": "2026-11-12"}
    with pytest.raises(StepRefused, match="on the day it is received"):
        take(demo, number, Step("delivered", date(2026, 11, 10), way))
    take(demo, number, Step("delivered", date(2026, 11, 12), way))
    assert due(demo, number, "reconsideration.apply") == date(2027, 1, 11)


def test_a_mended_step_of_the_same_day_keeps_its_place(demo: Application) -> None:
    day = date(2026, 11, 10)
    number = opened(demo, date(2026, 11, 2), *answered(day, outcome="granted")[:2])
    drafted = next(e for e in seen(demo, number).history if e.kind == "drafted")
    change = {
        "action": "replace",
        "key": drafted.key,
        "kind": "drafted",
        "day": day.isoformat(),
        "data": {**drafted.data, "facts": "重新查明。"},
    }
    mended = {"changes": [change], "reason": "登记有误"}
    take(demo, number, Step("corrected", date(2026, 11, 12), mended))
    kinds = [event.kind for event in seen(demo, number).history]
    assert kinds == ["received", "drafted", "legality_reviewed"]
