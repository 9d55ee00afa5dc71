"""From a figure, or a check that fails, to the records behind it."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Case
from requestflow.foundation import NotFound, db
from requestflow.ledger.entries import Entry
from requestflow.statistics import (
    OpenDataQuery,
    build_report,
    condition_of,
    list_remedies,
    public_cases,
    report_as_dict,
    report_as_text,
    select_figure,
)
from tests.conftest import NOW

YEAR = date(2014, 1, 1), date(2014, 12, 31)


def record(app: Application, number: str, received: date, outcome: str, **more: str | None) -> None:
    """Takes in a case that was answered long ago."""
    entry = Entry(
        number,
        "LZ-S01",
        "person",
        "post",
        received,
        "内容",
        answered_on=received,
        outcome=outcome,
        ground=more.get("ground"),
    )
    with app.context(), db.transaction() as session:
        units = {"LZ-S01": unit_by_code(session, "LZ-S01")}
        app.cases.record(session, Actor.operator(), [entry.history()], units, NOW)


def opened(session: Session, link: str) -> list[str]:
    """The numbers of the cases on the page to which a link leads."""
    asked = dict(parse_qsl(urlsplit(link).query))
    selected = select_figure(session, asked["figure"], int(asked["year"]), asked["unit"])
    return list(session.scalars(select(Case.number).where(condition_of(selected))))


def lose_a_ground(app: Application) -> str:
    """Takes the ground out of a refusal behind the system's back; the number of the case."""
    with app.context(), db.transaction() as session:
        refused = Case.outcome == "refused", Case.concluded_on.between(*YEAR)
        case = session.scalars(select(Case).where(*refused).order_by(Case.id).limit(1)).one()
        case.ground = None
        return case.number


def test_a_check_that_fails_leads_to_the_cases_that_make_it_fail(demo: Application) -> None:
    number = lose_a_ground(demo)
    with demo.context() as session:
        report = build_report(session, 2014)
        failing = {check.id: check for check in report.checks if not check.holds}
        grounds = failing["applications.grounds"]
        assert (grounds.left, grounds.right) == (48, 49)
        assert grounds.link is not None
        assert opened(session, grounds.link) == [number]


def test_a_check_of_one_column_leads_to_its_cases_alone(demo: Application) -> None:
    with demo.context() as session:
        other = select_figure(session, "check:t3.columns.1", 2023, "LZ")
        unknown = select_figure(session, "check:t3.columns.unheard", 2023, "LZ")
        count = select(func.count()).select_from(Case)
        assert session.scalar(count.where(condition_of(other))) == 0
        assert session.scalar(count.where(condition_of(unknown))) == 0


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("check:unheard", "does not have a check 'unheard'"),
        ("check:publications.categories", "does not have a check"),
        ("publications.total", "does not count cases"),
        ("since:yesterday", "not valid"),
        ("since:2026-01-01T00:00:00", "not valid"),
        ("since:0001-01-01T00:00:00+23:59", "not valid"),
        ("applications.unheard", "does not have a figure 'applications.unheard'"),
    ],
)
def test_what_leads_nowhere_is_not_found(demo: Application, figure: str, message: str) -> None:
    with demo.context() as session, pytest.raises(NotFound, match=message):
        select_figure(session, figure, 2014, "LZ")


def test_cases_are_not_listed_as_challenges_nor_the_other_way_round(demo: Application) -> None:
    with demo.context() as session:
        remedies = select_figure(session, "suits.received", 2014, "LZ")
        with pytest.raises(NotFound, match="does not count cases"):
            condition_of(remedies)
        cases = select_figure(session, "applications.received", 2014, "LZ")
        with pytest.raises(NotFound, match="does not count challenges"):
            list_remedies(session, cases)


def test_a_report_unit_by_unit_says_each_unit_in_every_text(demo: Application) -> None:
    record(demo, "X-2", date(2023, 5, 5), "granted")
    with demo.context() as session:
        report = build_report(session, 2023, by_unit=True)
        units = {unit["unit"]: unit["figures"] for unit in report_as_dict(report)["units"]}
        own = {figure["id"]: figure["value"] for figure in units["LZ-S01"]}
        received = next(value for name, value in own.items() if value)
        shown = report_as_text(report, "en")
    assert received >= 1
    assert "  LZ-S01 " in shown
    heads = [column.label.en[:9] for table in report.form.tables for column in table.columns]
    assert heads
    assert all(head in shown for head in heads)


def test_the_text_says_which_checks_fail(demo: Application) -> None:
    lose_a_ground(demo)
    with demo.context() as session:
        shown = report_as_text(build_report(session, 2014), "en")
    assert "applications.grounds: Grounds add up to refused: 48 ≠ 49" in shown


def test_open_data_is_narrowed_by_the_law(demo: Application) -> None:
    with demo.context() as session:
        earlier, _ = public_cases(session, OpenDataQuery(law="cn-2008"))
        later, _ = public_cases(session, OpenDataQuery(law="cn-2019"))
    assert earlier
    assert later
    assert {row.law for row in earlier} == {"cn-2008"}
    assert {row.law for row in later} == {"cn-2019"}
