"""What a case gives to be reminded of, as it stands after its steps."""

from dataclasses import replace
from datetime import date

from requestflow.accounts import Unit
from requestflow.cases import CaseChange
from requestflow.law import clock, law_pack
from requestflow.notices.triggers import Trigger, triggers_of
from tests.citizens.events import event, history, state
from tests.law.test_clock import CALENDAR

SIGNED = (
    event("drafted", outcome="refused", ground="state_secret"),
    "legality_reviewed",
    "secrecy_reviewed",
    "signed",
)
DELIVERED = (*SIGNED, event("delivered", received_on="2026-11-02", outcome="refused"))


def change(*steps, quiet: bool = False) -> CaseChange:
    events = history(*steps)
    deadlines = clock(events, law_pack("cn-2019"), CALENDAR, running_only=True)
    running = [item for item in deadlines if item.nature != "window"]
    added = () if quiet else events[-1:]
    unit = Unit(id=1, code="LZ-S01", path="LZ/LZ-S01/")
    return CaseChange(1, unit, state(*steps), running, CALENDAR, added, events)


def triggers(*steps, quiet: bool = False) -> dict[str, Trigger]:
    return {item.occasion: item for item in triggers_of(change(*steps, quiet=quiet))}


def test_an_answer_that_is_due_is_a_duty_with_its_day() -> None:
    duty = triggers("assigned")["duty"]
    assert (duty.kind, duty.due) == ("reply", CALENDAR.after(date(2026, 11, 2), 20))


def test_what_the_applicant_must_do_is_not_the_offices_duty() -> None:
    items = triggers("clarification_requested")
    assert items["other_party"].kind == "clarification_reply"
    assert items["other_party"].due == date(2026, 11, 20)


def test_a_signed_letter_is_to_be_sent_by_the_next_working_day() -> None:
    assert triggers(*SIGNED)["dispatch"].due == date(2026, 11, 3)
    assert "dispatch" not in triggers(*DELIVERED)
    assert "dispatch" not in triggers(*SIGNED[:3])


def test_a_question_is_with_the_unit_that_was_asked_by_the_sooner_day() -> None:
    asked = event("consultation_started", unit="LZ-S02", consulted="other_body", name=None)
    sooner = replace(asked, data={**asked.data, "answer_by": "2026-11-05"})
    item = triggers(sooner)["question"]
    assert (item.unit, item.key, item.due) == ("LZ-S02", "1", date(2026, 11, 5))
    later = replace(asked, data={**asked.data, "answer_by": "2027-11-05"})
    by_law = triggers(later).get("question")
    assert by_law is not None
    assert by_law.due <= date(2027, 11, 5)
    assert "question" not in triggers(sooner, "consultation_ended")


def test_whom_a_third_party_is_asked_of_is_no_unit_to_remind() -> None:
    assert "question" not in triggers("consultation_started")


def test_an_answer_stands_the_day_after_the_last_day_to_object() -> None:
    window = triggers(*DELIVERED)["remedy_window"]
    assert window.due > date(2026, 12, 31)
    assert window.quiet_until is not None
    assert (window.due - window.quiet_until).days == 1


def test_of_what_a_register_brought_in_nobody_watches_the_days_to_object() -> None:
    assert "remedy_window" not in triggers(*DELIVERED, quiet=True)


def test_a_hearing_is_its_own_occasion() -> None:
    held = event("hearing_scheduled", held_on="2026-12-14")
    item = triggers(*DELIVERED, "remedy_filed", "remedy_accepted", held)["hearing"]
    assert item.due == date(2026, 12, 14)


def test_what_has_no_day_reminds_nobody() -> None:
    for steps in ((), ("assigned",), DELIVERED, ("withdrawn",)):
        assert all(item.due for item in triggers_of(change(*steps)))


def test_of_what_is_over_nothing_is_left() -> None:
    assert set(triggers("withdrawn")) <= {"remedy_window"}
