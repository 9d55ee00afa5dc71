"""How many questions a page asks the database: at most twelve, whatever the state it shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Case, Step
from requestflow.foundation import db
from requestflow.web import create_app
from tests.reporting.desk import ABOVE, CODE, JANUARY, LATER, REASON, Desk, late
from tests.web.desk import signed_in

MOST = 12
ADDRESSES = (
    "/report/2026",
    f"/report/2026?unit={CODE}",
    "/report/2026?known_on=2026-12-31",
    "/report/2026/read",
    "/report/2026/words/other",
    "/report/2026/reported",
    "/report/2026/stated?figure=reported.新闻发布会",
    "/report/2026/draft.csv",
    "/oversight?year=2026",
    "/oversight.csv?year=2026",
    "/remedies?figure=oversight.remedies&year=2026",
    "/cases",
    "/cases?figure=t3.1.total&year=2026&unit=LZ",
    "/notices",
    "/reports",
    "/reports/LZ/2026",
    "/open-data",
)


@contextmanager
def asked(app: Application) -> Iterator[list[str]]:
    """The statements that are asked within."""
    results: list[str] = []

    def keep(_connection, _cursor, statement, *_more) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            results.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    yield results
    event.remove(Engine, "before_cursor_execute", keep)


@pytest.fixture
def visitor(demo: Application) -> FlaskClient:
    """The supervisor, when everything has been recorded that a report page can show: units below
    that handed in, a case that left one of them since, a figure reported late, a correction."""
    moved = late(demo, date(2026, 11, 19), None)
    desk = Desk(demo).to("draft")
    desk.report("新闻发布会", "3")
    desk.to("published")
    with demo.context(), db.transaction() as session:
        data = {"unit": "LZ-S02", "reason": "归口不同", "late_reason": "移交后重新确定职责。"}
        step = Step("transferred", JANUARY.date(), data)
        demo.cases.take_step(session, Actor.operator(), moved, [step], LATER)
        known = session.scalars(select(Case).where(Case.stage == "in_progress").limit(1)).one()
        step = Step("withdrawn", LATER.date())
        demo.cases.take_step(session, Actor.operator(), known.number, [step], LATER)
    city = Desk(demo, "LZ")
    for name, data in (("begin", ()), ("check", (REASON,)), ("submit", ()), ("publish", ())):
        city.do(name, ABOVE, *data)
    late(demo, date(2026, 11, 20), "信件错投其他科室。")
    city.do("correct", ABOVE, "漏报一件申请。")
    app = create_app(replace(demo, clock=lambda: LATER + timedelta(hours=1)))
    app.config["TESTING"] = True
    return signed_in(app, "supervisor")


def test_a_page_asks_at_most_twelve_questions(demo: Application, visitor: FlaskClient) -> None:
    for address in ADDRESSES:
        with asked(demo) as result:
            answer = visitor.get(address)
        assert answer.status_code == 200, address
        assert len(result) <= MOST, "\n".join((address, *result))
