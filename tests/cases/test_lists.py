"""Lists go on where a page ends, and find what is typed."""

from datetime import date

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import (
    CaseFilter,
    Opening,
    RemedyFilter,
    Step,
    list_cases,
    questions_for,
    register_of_remedies,
)
from requestflow.foundation import db
from tests.conftest import NOW

DAY = date(2026, 11, 24)
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
OTHER = Actor("other", "clerk", "LZ/LZ-S02/")
OPERATOR = Actor.operator()
PAGE = 50


def opened(app: Application, times: int, *steps: Step) -> list[str]:
    numbers = []
    with app.context(), db.transaction() as session:
        for place in range(times):
            opening = Opening("LZ-S01", DAY, "person", "post", f"停车收费标准 {place}")
            number = app.cases.open(session, CLERK, opening, NOW)
            app.cases.take_step(session, CLERK, number, steps, NOW)
            numbers.append(number)
    return numbers


def test_questions_of_other_units_go_on_where_a_page_ends(demo: Application) -> None:
    asked = Step("consultation_started", DAY, {"unit": "LZ-S02", "question": "是否同意？"})
    opened(demo, PAGE + 1, Step("assigned", DAY, {"handler": "clerk"}), asked)
    seen: list[tuple[str, str]] = []
    after: str | None = None
    with demo.context() as session:
        while True:
            rows, after = questions_for(session, OTHER, open_only=True, after=after)
            seen += [(row.number, row.key) for row in rows]
            if after is None:
                break
    assert len(seen) == len(set(seen)) >= PAGE + 1


def test_the_register_of_challenges_goes_on_where_a_page_ends(demo: Application) -> None:
    with demo.context() as session:
        seen: list[int] = []
        after: str | None = None
        while True:
            rows, after = register_of_remedies(session, OPERATOR, RemedyFilter(), after)
            seen += [row.id for row in rows]
            if after is None:
                break
    assert len(seen) == len(set(seen)) > PAGE


def test_a_list_is_narrowed_by_number_or_word(demo: Application) -> None:
    number = opened(demo, 1, Step("noted", DAY, {"note": "x"}))[0]
    with demo.context() as session:
        by_number = list_cases(session, CLERK, CaseFilter(text=number.lower()), DAY, DAY)
        by_word = list_cases(session, CLERK, CaseFilter(text="停车收费标准 0"), DAY, DAY)
        by_sign = list_cases(session, CLERK, CaseFilter(text="%"), DAY, DAY)
    assert [row.number for row in by_number.rows] == [number]
    assert number in [row.number for row in by_word.rows]
    assert not [row for row in by_sign.rows if "%" not in row.subject]
