"""Two at once: who comes second is counted anew, and no number of a letter is given twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import IO

import pytest

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import CaseChanged, Opening, Step, view_case
from requestflow.casework import Casework
from requestflow.casework.service import ATTEMPTS
from requestflow.documents import Documents, Incoming
from requestflow.foundation import db
from requestflow.letters import NumberTaken
from tests.conftest import NOW

DAY = date(2026, 11, 24)
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
OPERATOR = Actor.operator()
ASK = Step("clarification_requested", DAY, {"items": "请写明年份", "answer_by": "2026-12-10"})


@dataclass(frozen=True)
class Slow(Documents):
    """Files that are long in the making: meanwhile somebody else does something."""

    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def receive(self, stream: IO[bytes], name: str) -> Incoming:
        """Takes a file in, after what somebody else does."""
        if self.meanwhile:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(self.meanwhile.pop()).result()
        return super().receive(stream, name)


def slow(app: Application, *meanwhile: Callable[[], object]) -> Casework:
    files = app.casework.documents
    known = {name: getattr(files, name) for name in Documents.__dataclass_fields__}
    return replace(app.casework, documents=Slow(**known, meanwhile=list(meanwhile)))


def opened(app: Application) -> str:
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", DAY, "person", "post", "某项目批复", {"name": "张三"})
        return app.cases.open(session, CLERK, opening, NOW)


def act(app: Application, number: str, step: Step) -> None:
    with app.context():
        app.casework.take_step(CLERK, number, step, NOW)


def letter(app: Application, number: str) -> str:
    with app.context() as session:
        last = view_case(session, OPERATOR, number).events[-1]
        assert last.kind == "clarification_requested"
        return str(last.data["letter"])


def test_whose_number_was_taken_gets_the_next(demo: Application) -> None:
    first, second = opened(demo), opened(demo)
    with demo.context():
        work = slow(demo, lambda: act(demo, second, ASK))
        work.take_step(CLERK, first, ASK, NOW)
    numbers = [int(letter(demo, number).split("〕")[1][:-1]) for number in (second, first)]
    assert numbers[1] == numbers[0] + 1


def test_who_is_always_second_is_told_and_nothing_is_stored(demo: Application) -> None:
    # A letter is two files, and a step is tried four times.
    first, *others = (opened(demo) for _ in range(1 + 2 * ATTEMPTS))
    work = slow(demo, *(partial(act, demo, number, ASK) for number in others))
    with demo.context(), pytest.raises(NumberTaken):
        work.take_step(CLERK, first, ASK, NOW)
    with demo.context() as session:
        assert view_case(session, OPERATOR, first).version == 1


def test_a_step_that_saw_no_version_is_taken_on_the_case_as_it_is_by_then(
    demo: Application,
) -> None:
    number = opened(demo)
    with demo.context() as session:
        seen = view_case(session, CLERK, number)
    act(demo, number, Step("noted", DAY, {"note": "甲"}))
    with demo.context():
        demo.casework.take_step(CLERK, seen, Step("noted", DAY, {"note": "乙"}), NOW)
    with demo.context() as session:
        notes = [event.data.get("note") for event in view_case(session, OPERATOR, number).events]
    assert notes == [None, "甲", "乙"]


def test_a_step_that_saw_an_earlier_version_is_not_taken(demo: Application) -> None:
    number = opened(demo)
    act(demo, number, Step("noted", DAY, {"note": "甲"}))
    step = Step("noted", DAY, {"note": "乙"})
    with demo.context(), pytest.raises(CaseChanged):
        demo.casework.take_step(CLERK, number, step, NOW, version=1)


def test_no_letter_is_shown_for_a_step_that_has_none(demo: Application) -> None:
    number = opened(demo)
    with demo.context():
        step = Step("noted", DAY, {"note": "x"})
        assert demo.casework.preview_letter(CLERK, number, step, NOW) is None
