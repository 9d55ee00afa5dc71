"""What applicants read of their case: every step in both languages, what comes next, by when."""

import re
from datetime import date, timedelta

import pytest

from requestflow.cases import STAGES
from requestflow.citizens import (
    SHOWN,
    amount_of,
    delivered_documents,
    describe_event,
    next_step,
    shared_text,
)
from requestflow.law import Deadline
from tests.citizens.events import DAY, INTERNAL, PARTICULARS, event, history, state

CHINESE = re.compile(r"[\u3400-\u9fff]")
DUE = date(2026, 11, 30)
ANSWER = ("drafted", "legality_reviewed", "secrecy_reviewed", "signed", "delivered")
WAYS = {
    "received": (),
    "in_progress": ("assigned",),
    "clarifying": ("clarification_requested",),
    "awaiting_reasons": ("reasons_requested",),
    "consulting": ("consultation_started",),
    "awaiting_payment": ("fee_notified",),
    "drafted": ANSWER[:1],
    "legality_reviewed": ANSWER[:2],
    "secrecy_reviewed": ANSWER[:3],
    "signed": ANSWER[:4],
    "redecision": (
        *ANSWER,
        "remedy_filed",
        event("remedy_concluded", result="corrected", redecision=True),
    ),
    "delivered": ANSWER,
    "closed": (*ANSWER, "closed"),
    "lapsed": ("clarification_requested", "clarification_lapsed"),
    "withdrawn": ("withdrawn",),
    "defaulted": ("fee_notified", "fee_defaulted"),
    "redirected": ("redirected",),
    "void": ("voided",),
}
"""By which steps a case comes to each stage."""


def deadline(kind: str, due: date = DUE) -> Deadline:
    return Deadline(kind, "", "duty", "33", DAY, due, False, ())


def running(*kinds: str) -> list[Deadline]:
    return [deadline(kind) for kind in kinds]


def after(*steps, today: date = DAY, deadlines=()):
    return next_step(state(*steps), history(*steps), deadlines, today)


def test_there_is_an_example_of_every_step_that_is_shown() -> None:
    assert set(PARTICULARS) == SHOWN


@pytest.mark.parametrize("kind", sorted(PARTICULARS))
def test_every_step_that_is_shown_reads_in_both_languages(kind: str) -> None:
    words = describe_event(event(kind), state())
    assert words is not None
    chinese, english = words.in_locale("zh_CN"), words.in_locale("en")
    assert CHINESE.search(chinese)
    assert re.search(r"[A-Za-z]{3}", english)
    for shown in (chinese, english):
        assert "%(" not in shown
        assert not re.search(r"[a-z]+[._][a-z]+", shown), "a code instead of its word"


@pytest.mark.parametrize("kind", sorted(INTERNAL))
def test_what_happens_inside_the_office_is_not_told(kind: str) -> None:
    assert describe_event(event(kind), state()) is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("payment_reported", "2026-11-12"),
        ("delay_set", "2026-12-30"),
        ("extended", "15"),
        ("fee_notified", "1,234.50"),
        ("redirected", "示例省自然资源厅"),
        ("delivered", "EMS 7"),
        ("remedy_reported", "2026-11-13"),
        ("hearing_scheduled", "2026-11-14"),
    ],
)
def test_days_amounts_and_names_stand_in_the_words(kind: str, said: str) -> None:
    words = describe_event(event(kind), state())
    assert said in words.in_locale("zh_CN")
    assert said in words.in_locale("en")


def test_an_answer_that_does_not_say_its_outcome_is_told_all_the_same() -> None:
    words = describe_event(event("delivered", outcome=None), state())
    assert str(words) == "The public body has replied to your request."
    known = describe_event(event("decision_recorded"), state())
    assert str(known) != str(words)


def test_an_extension_without_a_number_of_days_names_none() -> None:
    words = describe_event(event("extended", days=None), state())
    assert not re.search(r"\d", str(words))


def test_who_wrote_a_message_is_told_from_the_readers_side() -> None:
    assert str(describe_event(event("message_sent", actor="applicant"), state())).startswith("You")
    assert str(describe_event(event("message_sent"), state())).startswith("The public body")


@pytest.mark.parametrize(
    ("fen", "shown"), [(0, "0.00"), (5, "0.05"), (123_450, "1,234.50"), (10**9, "10,000,000.00")]
)
def test_money_is_shown_in_yuan(fen: int, shown: str) -> None:
    assert amount_of(fen) == shown


def test_what_was_written_between_office_and_others_is_not_shared() -> None:
    for kind in ("consultation_started", "consultation_ended", "remedy_filed", "hearing_held"):
        assert shared_text(event(kind, text="某公司的意见", reason="内部")) is None
        assert delivered_documents(event(kind, documents=[{"key": "1"}])) == ()
    assert shared_text(event("received", text="x")) is None
    assert shared_text(event("voided", reason="导入撤回")) is None
    assert delivered_documents(event("drafted", documents=[{"key": "1"}])) == ()


def test_what_one_side_wrote_to_the_other_is_read_by_both() -> None:
    assert shared_text(event("clarification_requested")) == "哪一年？"
    assert shared_text(event("clarified")) == "二〇二五年"
    assert shared_text(event("reasons_given")) == "研究"
    assert shared_text(event("assigned")) is None
    assert delivered_documents(event("delivered", documents=[{"key": "1"}])) == [{"key": "1"}]
    assert delivered_documents(event("delivered")) == ()


def test_every_stage_is_reached_by_the_steps_that_are_tried_here() -> None:
    assert {stage: state(*steps).stage for stage, steps in WAYS.items()} == {
        stage: stage for stage in STAGES
    }


@pytest.mark.parametrize("stage", STAGES)
def test_what_comes_next_is_told_at_every_stage_in_both_languages(stage: str) -> None:
    step = after(*WAYS[stage])
    assert CHINESE.search(step.text.in_locale("zh_CN"))
    assert re.search(r"[A-Za-z]{3}", step.text.in_locale("en"))
    assert "%(" not in str(step.text)
    assert step.yours == (stage in {"clarifying", "awaiting_payment", "awaiting_reasons"})
    assert (step.due, step.late) == (None, False), "no day where none runs"


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        ("received", "reply"),
        ("in_progress", "reply"),
        ("signed", "reply"),
        ("redecision", "redecision"),
        ("clarifying", "clarification_reply"),
        ("awaiting_payment", "payment"),
    ],
)
def test_the_day_that_counts_is_told_and_is_late_from_the_day_after(stage: str, kind: str) -> None:
    deadlines = [*running("extension", "suit.direct"), deadline(kind)]
    on_time = after(*WAYS[stage], deadlines=deadlines, today=DUE)
    assert (on_time.due, on_time.late) == (DUE, False)
    late = after(*WAYS[stage], deadlines=deadlines, today=DUE + timedelta(days=1))
    assert (late.due, late.late) == (DUE, True)


@pytest.mark.parametrize(
    "stage", ["delivered", "closed", "lapsed", "withdrawn", "redirected", "void"]
)
def test_where_it_is_over_no_day_is_told(stage: str) -> None:
    assert after(*WAYS[stage], deadlines=running("reply", "suit.direct")).due is None


def test_who_must_pay_reads_how_much() -> None:
    assert "1,234.50" in str(after("fee_notified").text)


def test_who_said_that_they_paid_is_not_asked_again() -> None:
    step = after("fee_notified", "payment_reported", deadlines=running("payment"))
    assert (step.yours, step.due) == (False, None)


def test_who_asked_not_to_pay_still_has_a_day_to_keep() -> None:
    step = after("fee_notified", "fee_waiver_requested", deadlines=running("payment"), today=DUE)
    assert (step.yours, step.due, step.late) == (False, DUE, False)


def test_a_new_fee_is_to_be_paid_whatever_was_said_of_the_one_before() -> None:
    steps = ("fee_notified", "payment_reported", "fee_paid", "fee_notified")
    assert after(*steps, deadlines=running("payment")).yours


def test_whoever_told_of_an_objection_reads_who_hears_it() -> None:
    assert "challenge" in str(after(*ANSWER, "remedy_reported").text)
    assert "challenge" not in str(after(*ANSWER).text)
