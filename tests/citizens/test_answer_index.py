"""What is public of an answer is what an official decided, and nothing else."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Opening, Step, StepRefused
from requestflow.citizens import personal_parts
from requestflow.foundation import db
from requestflow.publications import Findable, ReleasedAnswer, find, public_answer
from tests.conftest import NOW

OPERATOR = Actor.operator()
DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("words", "own", "parts"),
    [
        ("张三的房屋登记", "张三", ["张三"]),
        ("张 三的房屋登记", "张三", ["张三"]),
        ("ＷＡＮＧ的许可", "wang", ["wang"]),
        ("Annual alcohol licences", "Al", []),
        ("What Al asked", "Al", ["Al"]),
        ("请寄 a.b@example.org", "", ["a.b@example.org"]),
        ("电话0830-1234567", "", ["0830-1234567"]),
        ("身份证11010119900307012X", "", ["11010119900307012X"]),
        ("账号１２３４５６７８９", "", ["123456789"]),
        ("(a.b) 的材料", "(a.b)", ["(a.b)"]),
        ("停车收费标准", "张三", []),
        ("2014年至2016年预算", "", []),
        ("2014-2016年预算", "", []),
        ("泸市府发〔2025〕12号", "", []),
    ],
)
def test_what_tells_of_a_person_is_named(words: str, own: str, parts: list[str]) -> None:
    assert personal_parts(words, {"name": own, "identity_kind": "resident"}) == parts


@given(st.text(max_size=60), st.text("甲乙丙丁", min_size=2, max_size=6), st.text(max_size=60))
def test_a_name_is_seen_wherever_it_stands(before: str, name: str, after: str) -> None:
    assert name in personal_parts(f"{before}{name}{after}", {"name": name})


@pytest.mark.parametrize("blank", ["  ", "\u3000\u3000"])
def test_a_detail_that_is_blank_stands_nowhere(blank: str) -> None:
    assert personal_parts("停车收费标准", {"address": blank}) == []


def public(app: Application) -> list[str]:
    with app.context() as session:
        query = select(Findable.title).where(Findable.kind == "answered")
        rows = session.scalar(select(func.count()).select_from(ReleasedAnswer))
        titles = list(session.scalars(query))
    assert rows == len(titles)
    return titles


def take(app: Application, number: str, *steps: Step) -> None:
    with app.context(), db.transaction() as session:
        app.cases.take_step(session, OPERATOR, number, steps, NOW, imported=True)


def opened(app: Application, **particulars: Any) -> str:
    party = {"name": "赵六", "phone": "13800000000"}
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", DAY, "person", "post", "赵六邻居的低保审批材料", party)
        return app.cases.open(session, OPERATOR, opening, NOW)


def decided(outcome: str, ground: str | None = None) -> Step:
    return Step(
        "decision_recorded", DAY, {"outcome": outcome, **({"ground": ground} if ground else {})}
    )


RELEASED = Step(
    "answer_released", DAY, {"title": "停车收费标准", "summary": "2025年起", "reference": "abc"}
)


def closed(app: Application, outcome: str = "granted", ground: str | None = None) -> str:
    number = opened(app)
    take(app, number, decided(outcome, ground), Step("closed", DAY, {}))
    return number


def test_nothing_is_public_because_it_was_answered(demo: Application) -> None:
    before = public(demo)
    closed(demo)
    assert public(demo) == before
    with demo.context() as session:
        assert not any("低保" in item.title for item in find(session, "赵六邻居的低保"))


def test_what_was_released_is_found_in_the_words_of_the_office_alone(demo: Application) -> None:
    before, number = public(demo), closed(demo)
    take(demo, number, RELEASED)
    assert sorted(public(demo)) == sorted([*before, "停车收费标准"])
    with demo.context() as session:
        answer = public_answer(session, "abc")
        assert answer is not None
        assert (answer.title, answer.summary, answer.files) == ("停车收费标准", "2025年起", [])
        found = find(session, "停车收费标准")[0]
    assert found.link == "/answers/abc"
    told = " ".join(map(str, (*vars(answer).values(), *vars(found).values())))
    assert number not in told
    assert "赵六" not in told


def test_a_release_takes_the_place_of_the_one_before(demo: Application) -> None:
    before, number = public(demo), closed(demo)
    take(demo, number, RELEASED)
    take(demo, number, Step("answer_released", DAY, {"title": "停车场价目", "reference": "def"}))
    assert sorted(public(demo)) == sorted([*before, "停车场价目"])
    with demo.context() as session:
        assert public_answer(session, "abc") is None


def test_what_was_withdrawn_is_public_no_longer(demo: Application) -> None:
    before, number = public(demo), closed(demo)
    take(demo, number, RELEASED)
    take(demo, number, Step("release_withdrawn", DAY, {"reason": "误公开"}))
    assert public(demo) == before
    with pytest.raises(StepRefused):
        take(demo, number, Step("release_withdrawn", DAY, {"reason": "再次"}))


def test_an_answer_that_gave_nothing_is_never_public(demo: Application) -> None:
    before, number = public(demo), closed(demo, "refused", "state_secret")
    take(demo, number, RELEASED)
    assert public(demo) == before


@pytest.mark.parametrize("kind", ["corrected", "voided"])
def test_an_answer_that_stands_no_longer_is_public_no_longer(demo: Application, kind: str) -> None:
    before, number = public(demo), closed(demo)
    take(demo, number, RELEASED)
    change = {
        "action": "replace",
        "key": "2",
        "kind": "decision_recorded",
        "day": DAY.isoformat(),
        "data": {"outcome": "refused", "ground": "state_secret"},
    }
    changes = {"changes": [change]} if kind == "corrected" else {}
    take(demo, number, Step(kind, DAY, {"reason": "登记有误", **changes}))
    assert public(demo) == before
