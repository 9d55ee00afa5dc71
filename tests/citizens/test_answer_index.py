"""What was answered is found by its subject; nobody is found by it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Opening, Step
from requestflow.citizens.answer_index import without_persons
from requestflow.foundation import db
from requestflow.publications import Findable
from tests.conftest import NOW

OPERATOR = Actor.operator()
DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("subject", "own", "shown"),
    [
        ("张三的房屋登记", ["张三"], "某的房屋登记"),
        ("张 三的房屋登记", ["张三"], "某的房屋登记"),
        ("WANG Wu 的许可", ["wang wu"], "某 的许可"),
        ("ＷＡＮＧ的许可", ["wang"], "某的许可"),
        ("张三丰和张三", ["张三", "张三丰"], "某和某"),
        ("请寄 a.b@example.org", [], "请寄 ******"),
        ("电话0830-1234567", [], "电话******"),
        ("电话 138 0000 0000", [], "电话 ******"),
        ("身份证11010119900307012X", [], "身份证******"),
        ("账号１２３４５６７８９", [], "账号******"),
        ("(a.b) 的材料", ["(a.b)"], "某 的材料"),
    ],
)
def test_persons_are_left_out_of_a_subject(subject: str, own: list[str], shown: str) -> None:
    assert without_persons(subject, own) == shown


@pytest.mark.parametrize(
    "subject",
    ["2014年至2016年预算", "2014-2016年预算", "2014—2016", "泸市府发〔2025〕12号", "共123456件"],
)
def test_years_and_numbers_of_documents_stay(subject: str) -> None:
    assert without_persons(subject, []) == subject


def test_a_subject_that_goes_on_for_long_is_cut() -> None:
    assert len(without_persons("长" * 500, [])) == 200


@given(st.text(max_size=60), st.text("甲乙丙丁abc", min_size=2, max_size=6), st.text(max_size=60))
def test_no_name_is_left_wherever_it_stands(before: str, name: str, after: str) -> None:
    assert name not in without_persons(f"{before}{name}{after}", [name])


@pytest.mark.parametrize("blank", ["  ", "\u3000\u3000", "\\\\"])
def test_a_detail_that_is_blank_leaves_nothing_out(blank: str) -> None:
    assert without_persons("停车收费标准", [blank]) == "停车收费标准"


def subjects(app: Application, number: str) -> list[str]:
    with app.context() as session:
        query = select(Findable.title).where(Findable.reference == number)
        return list(session.scalars(query))


def take(app: Application, number: str, *steps: Step) -> None:
    with app.context(), db.transaction() as session:
        app.cases.take_step(session, OPERATOR, number, steps, NOW, imported=True)


def opened(app: Application, **particulars: Any) -> str:
    party = {"name": "赵六", "phone": "13800000000"}
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", DAY, "person", "post", "赵六申请的停车收费标准", party)
        return app.cases.open(session, OPERATOR, opening, NOW)


def decided(outcome: str, ground: str | None = None) -> Step:
    return Step(
        "decision_recorded", DAY, {"outcome": outcome, **({"ground": ground} if ground else {})}
    )


def test_an_answer_that_gave_something_is_found_without_who_asked(demo: Application) -> None:
    number = opened(demo)
    assert subjects(demo, number) == []
    take(demo, number, decided("granted"))
    assert subjects(demo, number) == ["某申请的停车收费标准"]


def test_an_answer_that_gave_nothing_is_not_found(demo: Application) -> None:
    number = opened(demo)
    take(demo, number, decided("refused", "state_secret"))
    assert subjects(demo, number) == []


def test_an_answer_that_is_corrected_to_a_refusal_is_found_no_more(demo: Application) -> None:
    number = opened(demo)
    take(demo, number, decided("granted"))
    change = {
        "action": "replace",
        "key": "2",
        "kind": "decision_recorded",
        "day": DAY.isoformat(),
        "data": {"outcome": "refused", "ground": "state_secret"},
    }
    take(demo, number, Step("corrected", DAY, {"reason": "登记有误", "changes": [change]}))
    assert subjects(demo, number) == []
