"""Files taken in by the browser: uploaded, checked, confirmed, stored, taken back."""

import io
import tempfile
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from requestflow.accounts import Actor, Unit, add_person, unit_by_code
from requestflow.application import Application
from requestflow.calendars import CalendarFile, calendar_for, change_calendar
from requestflow.cases import VOID, Case, Party, verify, view_case
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.imports import Import
from requestflow.ledger.entries import Entry
from requestflow.ledger.exporting import write_workbook
from requestflow.publications import Publication
from requestflow.reported_figures.models import FigureChange
from requestflow.statistics import build_report
from tests.web.desk import post, signed_in
from tests.web.importing import page, state, taken_in, upload, work

INPUTS = Path(__file__).parents[1] / "data" / "inputs"
NEW = Entry(
    "N-1",
    "LZ-S01",
    "person",
    "post",
    date(2026, 3, 2),
    "某项目的批复文件",
    {"name": "张三"},
    answered_on=date(2026, 3, 9),
    outcome="granted",
)


def workbook(*entries: Entry) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_workbook(path, entries, {entry.unit: entry.unit for entry in entries})
        return path.read_bytes()


def cases(app: Application) -> int:
    with app.context() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_a_ledger_is_checked_confirmed_and_stored(approver: FlaskClient, demo: Application) -> None:
    before = cases(demo)
    address = upload(approver, "ledger", workbook(NEW))
    waiting = approver.get(address)
    assert waiting.headers["Refresh"] == "3"
    work(demo)
    assert cases(demo) == before, "a check stores nothing"
    assert "已检查" in page(approver, address) or "checked" in page(approver, address)
    assert post(approver, f"{address}/confirm", at="/imports").status_code == 302
    work(demo)
    assert state(demo) == "stored"
    assert cases(demo) == before + 1
    with demo.context() as session:
        assert view_case(session, Actor.operator(), "N-1").state.outcome == "granted"
        kept = session.scalars(select(Import.content)).all()
    assert kept == [None], "the file is forgotten once it is stored"


def test_faults_are_shown_by_cell_and_nothing_can_be_confirmed(
    approver: FlaskClient, demo: Application
) -> None:
    content = (INPUTS / "04-formulas-without-values" / "in.xlsx").read_bytes()
    address = upload(approver, "ledger", content)
    work(demo)
    shown = page(approver, address)
    assert state(demo) == "faulty"
    assert "答复日期" in shown
    assert f"{address}/confirm" not in shown
    assert post(approver, f"{address}/confirm", at="/imports").status_code == 409
    assert post(approver, f"{address}/recheck", at="/imports", skip_faulty="yes").status_code == 302
    work(demo)
    assert state(demo) == "checked"


def test_a_file_that_cannot_be_read_says_what_it_is(
    approver: FlaskClient, demo: Application
) -> None:
    address = upload(approver, "ledger", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    work(demo)
    assert state(demo) == "failed"
    assert ".xls" in page(approver, address)


def test_what_has_moved_on_since_the_check_is_shown_again(
    approver: FlaskClient, demo: Application
) -> None:
    address = upload(approver, "ledger", workbook(NEW))
    other = upload(approver, "ledger", workbook(NEW))
    work(demo)
    for one in (address, other):
        post(approver, f"{one}/confirm", at="/imports")
    work(demo)
    assert state(demo) == "checked", "the second would add nothing any more"
    shown = page(approver, other)
    assert "Nothing would change" in shown
    assert f"{other}/confirm" not in shown
    assert post(approver, f"{other}/abandon", at="/imports").status_code == 302
    assert state(demo) == "aside"
    with demo.context() as session:
        assert session.scalar(select(func.count()).where(Case.number == "N-1")) == 1


def figures(app: Application, year: int) -> dict[str, int]:
    with app.context() as session:
        report = build_report(session, year)
    return {figure.id: figure.value for figure in report.figures}


def test_an_import_is_taken_back_by_events_and_counts_nowhere(
    approver: FlaskClient, demo: Application
) -> None:
    before = figures(demo, 2026)
    address = taken_in(approver, demo, "ledger", workbook(NEW))
    assert figures(demo, 2026) != before
    assert post(approver, f"{address}/undo", at="/imports").status_code == 302
    work(demo)
    assert state(demo) == "undone"
    assert figures(demo, 2026) == before
    with demo.context() as session:
        view = view_case(session, Actor.operator(), "N-1")
        assert [event.kind for event in view.events][-1] == "voided"
        assert view.state.stage == VOID
        assert view.deadlines == ()
        assert list(verify(session))
    # The corrected file may bring the number again.
    taken_in(approver, demo, "ledger", workbook(NEW))
    with demo.context() as session:
        assert view_case(session, Actor.operator(), "N-1").state.outcome == "granted"
    assert figures(demo, 2026) != before


def test_corrected_cases_become_what_they_were(approver: FlaskClient, demo: Application) -> None:
    taken_in(approver, demo, "ledger", workbook(NEW))
    changed = Entry(**{**vars(NEW), "answered_on": date(2026, 3, 12), "party": {"name": "李四"}})
    address = taken_in(approver, demo, "ledger", workbook(changed))
    post(approver, f"{address}/undo", at="/imports")
    work(demo)
    assert state(demo) == "undone"
    with demo.context() as session:
        view = view_case(session, Actor.operator(), "N-1")
        assert view.state.concluded_on == NEW.answered_on
        details = session.scalars(select(Party.details).where(Party.case_id == view.id)).one()
        assert "张三" in details
        assert list(verify(session))


def test_nothing_is_taken_back_where_something_followed(
    approver: FlaskClient, demo: Application
) -> None:
    first = taken_in(approver, demo, "ledger", workbook(NEW))
    changed = Entry(**{**vars(NEW), "answered_on": date(2026, 3, 12)})
    taken_in(approver, demo, "ledger", workbook(changed))
    post(approver, f"{first}/undo", at="/imports")
    work(demo)
    assert "N-1" in page(approver, first)
    with demo.context() as session:
        assert view_case(session, Actor.operator(), "N-1").state.stage != VOID
        states = session.scalars(select(Import.state)).all()
    assert states == ["stored", "stored"]


def test_a_calendar_is_taken_in_and_taken_back(
    administrator: FlaskClient, demo: Application
) -> None:
    content = b"day,kind,name\n2026-12-31,holiday,\xe5\x85\x83\xe6\x97\xa6\n"
    address = taken_in(administrator, demo, "calendar", content, name="2027.csv")
    with demo.context() as session:
        assert not calendar_for(session).is_working(date(2026, 12, 31))
    post(administrator, f"{address}/undo", at="/imports")
    work(demo)
    with demo.context() as session:
        assert calendar_for(session).is_working(date(2026, 12, 31))


def test_an_approver_closes_only_their_own_unit(approver: FlaskClient, demo: Application) -> None:
    content = "日期,类型,名称\n2026-12-31,放假,搬迁\n".encode("gb18030")
    taken_in(approver, demo, "calendar", content, name="搬迁.csv")
    with demo.context() as session:
        assert not calendar_for(session, "LZ/LZ-S01/").is_working(date(2026, 12, 31))
        assert calendar_for(session, "LZ/LZ-S02/").is_working(date(2026, 12, 31))


def test_units_are_taken_in_by_administrators_and_taken_back(
    administrator: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    content = "代码,名称,上级,类型\nLZ-X1,市数据局,LZ,department\nLZ-S01,新名,LZ,department\n"
    answer = post(approver, "/imports", kind="units", files=(io.BytesIO(content.encode()), "u.csv"))
    assert answer.status_code == 403
    address = taken_in(administrator, demo, "units", content.encode(), name="u.csv")
    with demo.context() as session:
        names = dict(session.execute(select(Unit.code, Unit.name)).all())
    assert (names["LZ-X1"], names["LZ-S01"]) == ("市数据局", "新名")
    post(administrator, f"{address}/undo", at="/imports")
    work(demo)
    with demo.context() as session:
        names = dict(session.execute(select(Unit.code, Unit.name)).all())
    assert "LZ-X1" not in names
    assert names["LZ-S01"] != "新名"


def test_counts_are_taken_back_by_changes(administrator: FlaskClient, demo: Application) -> None:
    content = "unit,month,category,count\nLZ-S01,2026-01,新类,37\n".encode()
    address = taken_in(administrator, demo, "figures", content, name="c.csv")

    def counted() -> list[int]:
        with demo.context() as session:
            return list(
                session.scalars(select(Publication.count).where(Publication.category == "新类"))
            )

    assert counted() == [37]
    post(administrator, f"{address}/undo", at="/imports")
    work(demo)
    assert counted() == []
    with demo.context() as session:
        changes = select(FigureChange.before, FigureChange.after).where(FigureChange.name == "新类")
        assert session.execute(changes.order_by(FigureChange.id)).all() == [(None, 37), (37, None)]


def test_other_units_cases_are_out_of_reach(approver: FlaskClient, demo: Application) -> None:
    other = Entry(**{**vars(NEW), "unit": "LZ-S02"})
    address = upload(approver, "ledger", workbook(other))
    work(demo)
    assert state(demo) == "faulty"
    assert "You cannot import requests of this public body." in page(approver, address)
    with demo.context() as session:
        assert session.scalar(select(Case.id).where(Case.number == "N-1")) is None


def test_an_import_is_not_seen_by_other_units(
    site: Flask, approver: FlaskClient, demo: Application
) -> None:
    address = upload(approver, "ledger", workbook(NEW))
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S02")
        add_person(session, "other", "乙", PASSWORD, "approver", unit)
    other = signed_in(site, "other")
    assert other.get(address).status_code == 404
    assert address not in other.get("/imports").text


def test_a_form_without_a_file_or_kind_is_named(approver: FlaskClient) -> None:
    assert post(approver, "/imports", kind="ledger").status_code == 400
    assert post(approver, "/imports", files=(io.BytesIO(b"x"), "x.csv")).status_code == 400


@pytest.mark.parametrize("role", ["clerk", "reviewer", "supervisor", "auditor"])
def test_other_roles_take_nothing_in(
    site: Flask, approver: FlaskClient, demo: Application, role: str
) -> None:
    address = upload(approver, "ledger", workbook(NEW))
    other = signed_in(site, role)
    assert other.get("/imports").status_code == 403
    assert other.get(address).status_code == 403
    files = (io.BytesIO(b"x"), "x.csv")
    assert post(other, "/imports", at="/my-account", kind="ledger", files=files).status_code == 403
    for action in ("recheck", "confirm", "abandon", "undo"):
        answer = post(other, f"{address}/{action}", at="/my-account")
        assert answer.status_code == 403, action
    assert state(demo) == "waiting"


def test_units_that_were_changed_since_are_not_taken_back(
    administrator: FlaskClient, demo: Application
) -> None:
    content = "代码,名称,上级,类型\nLZ-X1,市数据局,LZ,department\nLZ-S01,新名,LZ,department\n"
    address = taken_in(administrator, demo, "units", content.encode(), name="u.csv")
    with demo.context(), db.transaction() as session:
        unit_by_code(session, "LZ-S01").name = "后来的名"
    post(administrator, f"{address}/undo", at="/imports")
    work(demo)
    assert state(demo) == "stored"
    assert "后来的名" in page(administrator, address)
    with demo.context() as session:
        assert unit_by_code(session, "LZ-S01").name == "后来的名"
        assert unit_by_code(session, "LZ-X1").name == "市数据局", "all or nothing"


@pytest.mark.parametrize("role", ["administrator", "approver"])
def test_days_that_were_changed_since_are_not_taken_back(
    request: pytest.FixtureRequest, demo: Application, role: str
) -> None:
    client = request.getfixturevalue(role)
    day = date(2026, 12, 31)
    content = "day,kind,name\n2026-12-31,holiday,元旦\n".encode()
    address = taken_in(client, demo, "calendar", content, name="2027.csv")
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01") if role == "approver" else None
        change_calendar(session, CalendarFile({}, usual={day}), unit)
        later = CalendarFile({day: ("holiday", "后来的通知")})
        change_calendar(session, later, unit)
    post(client, f"{address}/undo", at="/imports")
    work(demo)
    assert state(demo) == "stored"
    with demo.context() as session:
        calendar = calendar_for(session, "LZ/LZ-S01/")
    assert "后来的通知" in {calendar.closures.get(day), calendar.days.get(day, ("", ""))[1]}
