"""The desk: assigning many at once or none, views that are saved."""

from datetime import date

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, Person
from requestflow.application import Application
from requestflow.cases import Opening, Step, view_case
from requestflow.casework import (
    NotAssigned,
    ViewRefused,
    remove_view,
    save_view,
    views_of,
)
from requestflow.casework.saved_views import LONGEST_NAME, MOST
from requestflow.foundation import Refused, db
from tests.conftest import NOW

DAY = date(2026, 11, 24)
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
OPERATOR = Actor.operator()


def opened(app: Application, *units: str) -> dict[str, int]:
    """New cases of these units; their versions by number."""
    with app.context(), db.transaction() as session:
        return {
            app.cases.open(session, OPERATOR, Opening(unit, DAY, "person", "post", "x"), NOW): 1
            for unit in units
        }


def handlers(app: Application, numbers: dict[str, int]) -> set[str | None]:
    with app.context() as session:
        return {view_case(session, OPERATOR, number).state.handler for number in numbers}


def assign(app: Application, versions: dict[str, int], handler: str = "clerk") -> int:
    with app.context():
        return app.casework.assign_many(APPROVER, versions, handler, NOW)


def ids(app: Application) -> dict[str, int]:
    with app.context() as session:
        return dict(session.execute(select(Person.username, Person.id)).all())


def test_many_cases_are_given_to_one_person(demo: Application) -> None:
    cases = opened(demo, "LZ-S01", "LZ-S01", "LZ-S01")
    assert assign(demo, cases) == 3
    assert handlers(demo, cases) == {"clerk"}


def test_where_one_has_changed_none_is_given(demo: Application) -> None:
    cases = opened(demo, "LZ-S01", "LZ-S01")
    changed = max(cases)
    with demo.context(), db.transaction() as session:
        step = Step("noted", DAY, {"note": "x"})
        demo.cases.take_step(session, OPERATOR, changed, [step], NOW)
    with pytest.raises(NotAssigned, match=changed):
        assign(demo, cases)
    assert handlers(demo, cases) == {None}


def test_where_one_is_over_none_is_given(demo: Application) -> None:
    cases = opened(demo, "LZ-S01", "LZ-S01")
    over = max(cases)
    with demo.context(), db.transaction() as session:
        demo.cases.take_step(session, OPERATOR, over, [Step("withdrawn", DAY)], NOW)
    with pytest.raises(NotAssigned, match=f"{over}.*No cases were assigned"):
        assign(demo, {**cases, over: 2})
    assert handlers(demo, cases) == {None}


def test_a_case_of_another_unit_is_given_to_nobody_here(demo: Application) -> None:
    cases = opened(demo, "LZ-S01", "LZ-S02")
    other = next(number for number in cases if "S02" in number)
    with pytest.raises(NotAssigned, match=f"{other} belongs to another unit"):
        assign(demo, cases)
    with pytest.raises(NotAssigned, match="another unit"):
        assign(demo, opened(demo, "LZ-S01"), "nobody")
    assert handlers(demo, cases) == {None}


def test_none_and_too_many_are_refused(demo: Application) -> None:
    with pytest.raises(NotAssigned, match="at least one"):
        assign(demo, {})
    with pytest.raises(NotAssigned, match="no more than 100"):
        assign(demo, {f"LZ-S01-2026-{number:04d}": 1 for number in range(101)})


def test_who_may_not_assign_assigns_none(demo: Application) -> None:
    cases = opened(demo, "LZ-S01")
    auditor = Actor("auditor", "auditor", "LZ/")
    with demo.context(), pytest.raises(Refused):
        demo.casework.assign_many(auditor, cases, "clerk", NOW)
    assert handlers(demo, cases) == {None}


def test_a_view_is_saved_once_by_its_name(demo: Application) -> None:
    clerk = ids(demo)["clerk"]
    with demo.context(), db.transaction() as session:
        save_view(session, clerk, " 逾期 ", "late=1", NOW)
        save_view(session, clerk, "待办", "mine=1", NOW)
        save_view(session, clerk, "逾期", "late=2", NOW)
        views = {view.name: view.query for view in views_of(session, clerk)}
    assert views == {"逾期": "late=2", "待办": "mine=1"}


def test_a_view_is_its_owners_alone(demo: Application) -> None:
    people = ids(demo)
    with demo.context(), db.transaction() as session:
        save_view(session, people["clerk"], "逾期", "late=1", NOW)
        (view,) = views_of(session, people["clerk"])
        assert views_of(session, people["approver"]) == []
        remove_view(session, people["approver"], view.id)
        assert len(views_of(session, people["clerk"])) == 1
        for _ in range(2):
            remove_view(session, people["clerk"], view.id)
            assert views_of(session, people["clerk"]) == []


@pytest.mark.parametrize("name", ["", "   ", "长" * (LONGEST_NAME + 1)])
def test_a_view_needs_a_name_that_fits(demo: Application, name: str) -> None:
    with demo.context() as session, pytest.raises(ViewRefused):
        save_view(session, 1, name, "late=1", NOW)


def test_a_person_has_only_so_many_views_and_may_still_change_them(demo: Application) -> None:
    clerk = ids(demo)["clerk"]
    with demo.context(), db.transaction() as session:
        for number in range(MOST):
            save_view(session, clerk, f"{number}", "a=1", NOW)
        with pytest.raises(ViewRefused, match="Remove one first"):
            save_view(session, clerk, "one more", "a=1", NOW)
        save_view(session, clerk, "0", "a=2", NOW)
        assert len(views_of(session, clerk)) == MOST
