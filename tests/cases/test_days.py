"""Days of steps: none before the request was received, none of the year 26, in any step."""

from datetime import date

import pytest

from requestflow.cases import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.steps import DEFINITIONS
from requestflow.cases.steps.days import AWAITED, HAS_HAPPENED, require_possible_days

TODAY = date(2026, 11, 24)
RECEIVED = date(2026, 11, 2)
STEPS = sorted(DEFINITIONS.keys() - {"received", "corrected"})


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("day", [date(26, 11, 10), date(2026, 11, 1), date(2026, 11, 25)])
def test_no_step_is_taken_before_the_case_or_tomorrow(kind: str, day: date) -> None:
    with pytest.raises(StepRefused) as refused:
        require_possible_days(Event("2", kind, day, {}), TODAY, RECEIVED)
    assert refused.value.field == "day"


@pytest.mark.parametrize("name", [*HAS_HAPPENED, *AWAITED])
@pytest.mark.parametrize("day", ["0026-11-10", "2026-11-01"])
def test_no_day_of_which_a_step_tells_lies_before_the_case(name: str, day: str) -> None:
    with pytest.raises(StepRefused) as refused:
        require_possible_days(Event("2", "noted", TODAY, {name: day}), TODAY, RECEIVED)
    assert refused.value.field == name


@pytest.mark.parametrize("day", [RECEIVED, TODAY])
def test_days_of_the_case_are_taken(day: date) -> None:
    require_possible_days(Event("2", "noted", day, {}), TODAY, RECEIVED)


def test_nothing_is_received_in_the_year_26() -> None:
    with pytest.raises(StepRefused):
        require_possible_days(Event("1", "received", date(26, 11, 2), {}), TODAY)
