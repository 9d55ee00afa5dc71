"""Figures that units report because no record holds them: entered, changed, taken back, traced."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.foundation import RequestflowError, db
from requestflow.reported_figures import (
    SCALE,
    FigureChange,
    FigureRefused,
    changes_of,
    enter_figure,
    figures_of,
    import_figures,
    statements,
    take_back_figure,
)
from requestflow.reporting import ReportRefused
from requestflow.statistics import build_report, reported_by
from requestflow.statistics.text_fields import FieldWrong, fill_text
from tests.conftest import NOW
from tests.reporting.desk import ABOVE, CLERK, CODE, JANUARY, LATER, YEAR, Desk

PERMITS = "行政许可-本年处理决定数量"
FEES = "行政事业性收费-本年收费金额"


def test_what_was_not_reported_is_not_zero(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        report = build_report(session, YEAR, CODE)
        assert report.figure("t2.20-5.permits.decided").value is None
        with pytest.raises(FieldWrong):
            fill_text("许可{{t2.20-5.permits.decided}}件", report, "zh_CN")
        unit = unit_by_code(session, CODE)
        name = "行政许可-本年处理决定数量"
        for value in ("0", "12"):
            enter_figure(session, CLERK, unit, YEAR, name, value, "件", "台账", NOW)
            result = build_report(session, YEAR, CODE).figure("t2.20-5.permits.decided").value
            assert result == int(value)
        take_back_figure(session, CLERK, unit, YEAR, name, NOW)
        report = build_report(session, YEAR, CODE)
        assert report.figure("t2.20-5.permits.decided").value is None
        session.rollback()


def test_units_that_have_not_handed_in_are_named_where_others_have(demo: Application) -> None:
    above = Desk(demo, "LZ")
    assert "children.given" not in {check.id for check in above.whole().report.checks}
    Desk(demo).to("submitted")
    check = next(c for c in above.whole().report.checks if c.id == "children.given")
    assert (check.left, check.right) == (1, len(above.whole().children))
    assert "市政府办公室" in check.about.zh
    assert "市发展改革委" not in check.about.zh
    assert check.about.zh.endswith("；另有11个单位")
    above.do("begin", ABOVE)
    above.do("check", ABOVE, "其余单位未单独编报。")
    # Another unit that hands in is no news that asks for a new reason.
    other = Desk(demo, "LZ-S02")
    for name, message in (("begin", ()), ("check", ("无。",)), ("submit", ())):
        other.do(name, Actor.operator(), *message)
    above.do("submit", ABOVE)
    assert above.whole().state == "submitted"


def test_a_unit_that_reports_no_more_is_named(demo: Application) -> None:
    full, figure = Desk(demo, "LZ"), "行政许可-本年处理决定数量"

    def check():
        return next(c for c in full.whole().report.checks if c.id == "reported.again")

    with demo.context(), db.transaction() as session:
        for code, value in (("LZ-S01", "12"), ("LZ-S02", "3")):
            unit = unit_by_code(session, code)
            enter_figure(
                session, Actor.operator(), unit, YEAR - 1, figure, value, "件", "台账", NOW
            )
        unit = unit_by_code(session, "LZ-S02")
        enter_figure(session, Actor.operator(), unit, YEAR, figure, "4", "件", "台账", NOW)
    assert full.whole().report.figure("t2.20-5.permits.decided").value == 4
    # Named as well where nobody reports anything any more, on a form that asks for nothing.
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        enter_figure(session, Actor.operator(), unit, 2016, "培训", "2", "场", "台账", NOW)
    checks = {c.id: c for c in Desk(demo, "LZ", 2017).whole().report.checks}
    assert (checks["reported.again"].left, checks["reported.again"].holds) == (1, False)
    assert "reported.again" not in {c.id for c in Desk(demo, "LZ", 2018).whole().report.checks}
    assert not check().holds
    assert (check().left, check().about.zh) == (1, f"市发展改革委（{figure}）")
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        enter_figure(session, CLERK, unit, YEAR, figure, "0", "件", "台账", NOW)
    assert check().holds


def test_a_unit_that_puts_in_no_counts_any_more_is_named(demo: Application) -> None:
    desk = Desk(demo, CODE, 2015).to("draft")
    again = next(c for c in desk.whole().report.checks if c.id == "reported.again")
    assert "主动公开政府信息（条）" in again.about.zh
    assert desk.whole().report.figure("publications.total").value is None
    # Nothing is said of what is not known, and nothing that says it can be handed in.
    words = desk.whole().texts
    assert "{{publications" not in words["publications", "zh_CN"].content
    with pytest.raises(ReportRefused, match="cannot be calculated"):
        desk.write(CLERK, "problems", "公开{{publications.total}}条。", 0)


def test_what_is_counted_in_different_things_is_not_added_up(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        for code, value, measure in (("LZ-S01", "2", "场"), ("LZ-S02", "30", "人次")):
            unit = unit_by_code(session, code)
            operator = Actor.operator()
            enter_figure(session, operator, unit, YEAR, "培训", value, measure, "台账", NOW)
        result = build_report(session, YEAR).reported
        session.rollback()
    assert {figure.id: figure.value for figure in result} == {
        "reported.培训（人次）": 30,
        "reported.培训（场）": 2,
    }


def test_words_name_a_figure_whatever_else_is_counted_in(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.report("培训", "2", "场")
    desk.write(CLERK, "problems", "办{{reported.培训}}场。", 0)
    desk.write(CLERK, "other", "办{{reported.培训（场）}}场。", 0)
    above = Desk(demo, "LZ")
    above.do("begin", ABOVE)
    above.write(ABOVE, "problems", "办{{reported.培训}}场。", 0)
    above.write(ABOVE, "other", "办{{reported.培训（场）}}场。", 0)
    assert not any(above.whole().wrong.values())
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S02")
        message = ("培训", "30", "人次", "签到表")
        enter_figure(session, Actor.operator(), unit, YEAR, *message, JANUARY)
    # Which of the two is meant is no longer clear; where the measure is named it is.
    wrong = above.whole().wrong
    assert (bool(wrong["problems", "zh_CN"]), wrong["other", "zh_CN"]) == (True, [])


def test_what_a_figure_is_counted_in_and_where_it_is_from_are_changes(demo: Application) -> None:
    desk = Desk(demo)
    desk.report("培训", "5", "场", "台账")
    desk.now = JANUARY + timedelta(minutes=1)
    desk.report("培训", "5", "人次", "台账")
    desk.now = JANUARY + timedelta(minutes=2)
    desk.report("培训", "5", "人次", "签到表")
    desk.report("培训", "5", "人次", "签到表")
    with demo.context() as session:
        rows = session.scalars(
            select(FigureChange).where(FigureChange.name == "培训").order_by(FigureChange.id)
        ).all()
        message = [
            (row.before and row.before // SCALE, row.after and row.after // SCALE, row.measure,
             row.origin_before, row.origin)
            for row in rows
        ]  # fmt: skip
        then = build_report(session, YEAR, CODE, known_on=JANUARY + timedelta(seconds=30))
        now = build_report(session, YEAR, CODE)
    assert message == [
        (None, 5, "场", None, "台账"),
        (5, None, "场", "台账", None),
        (None, 5, "人次", None, "台账"),
        (5, 5, "人次", "台账", "签到表"),
    ]
    assert [(f.value, f.measure) for f in then.reported] == [(5, "场")]
    assert [(f.value, f.measure) for f in now.reported] == [(5, "人次")]


REFUSED = (
    (PERMITS, "12.5", "件", "台账", "value"),
    (PERMITS, "12", "万件", "台账", "measure"),
    (FEES, "123456", "元", "台账", "measure"),
    ("培训", "5", "", "台账", "measure"),
    ("培训", "5", "场", "", "origin"),
    ("培训", "", "场", "台账", "value"),
    ("培训", "-1", "场", "台账", "value"),
    ("培训", "3,5", "场", "台账", "value"),
    ("培训", "1e3", "场", "台账", "value"),
    ("培训", "1_000", "场", "台账", "value"),
    ("培 训", "1", "场", "台账", "figure"),
    ("训" * 121, "1", "场", "台账", "figure"),
    ("培训", "1", "场" * 21, "台账", "measure"),
    ("培训", "1", "场", "账" * 501, "origin"),
)
"""A figure, its value, measure and origin, and the field at which that is refused."""


def test_a_figure_is_refused_at_its_field(demo: Application) -> None:
    for figure, value, measure, origin, field in REFUSED:
        data = {"figure": figure, "value": value, "measure": measure, "origin": origin}
        with demo.context(), db.transaction() as session:
            unit = unit_by_code(session, CODE)
            with pytest.raises(FigureRefused) as caught:
                demo.reporting.report_figure(session, CLERK, unit, YEAR, data, JANUARY)
            assert caught.value.field == field, data
            stored = session.scalar(select(FigureChange.id).where(FigureChange.year == YEAR))
            assert stored is None, data


def test_the_form_says_in_what_its_figures_are_counted(demo: Application) -> None:
    desk = Desk(demo)
    desk.report(FEES, "12.3456", "")
    desk.report(PERMITS, "12", "")
    figures = desk.whole().report.index
    assert float(figures["t2.20-8.fees.charged"].value) == 12.3456
    assert figures["t2.20-5.permits.decided"].value == 12


def test_a_file_is_held_against_the_form_as_well(demo: Application, tmp_path: Path) -> None:
    path = tmp_path / "activity.csv"
    path.write_text(
        "unit,year,figure,value,unit_of_measure,origin\n"
        f"{CODE},{YEAR},{FEES},123456,元,台账\n"
        f"{CODE},{YEAR},{PERMITS},1.5,件,台账\n",
        encoding="utf-8",
    )
    with demo.context(), db.transaction() as session, pytest.raises(RequestflowError) as caught:
        import_figures(session, Actor.operator(), path, NOW)
    lines = caught.value.text.in_locale("en").splitlines()
    assert ["line 2" in lines[0], "万元" in lines[0]] == [True, True]
    assert ["line 3" in lines[1], "whole number" in lines[1]] == [True, True]


def test_a_figure_reported_after_checking_asks_for_a_new_check(demo: Application) -> None:
    desk = Desk(demo).to("checked")
    desk.report("新闻发布会", "3")
    assert desk.whole().state == "draft"
    ahead = Desk(demo, year=YEAR + 2)
    with pytest.raises(FigureRefused, match="has not started"):
        ahead.report("新闻发布会", "3")


def test_a_figure_changed_below_after_it_was_handed_in_is_seen_above(demo: Application) -> None:
    desk = Desk(demo).to("published")
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        enter_figure(session, Actor.operator(), unit, YEAR, "培训", "2", "场", "台账", LATER, "补")
    above = Desk(demo, "LZ").whole()
    check = next(check for check in above.report.checks if check.id == "children")
    assert check.about.zh == "市发展改革委（1）"
    assert desk.whole().report.index["reported.培训（场）"].value == 2
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        later = LATER + timedelta(minutes=1)
        take_back_figure(session, Actor.operator(), unit, YEAR, "培训", later, "误报")
    above = Desk(demo, "LZ").whole()
    assert next(check for check in above.report.checks if check.id == "children").holds


@pytest.mark.parametrize(("year", "expected"), [(2014, 40), (YEAR, 4)])
def test_what_units_state_adds_up_to_each_figure(
    demo: Application, year: int, expected: int
) -> None:
    """Of every figure that counts no records, on both forms."""
    for code, factor in (("LZ-S01", 1), ("LZ-X03", 10)):
        desk = Desk(demo, code, YEAR)
        for place, name in enumerate((PERMITS, FEES, "规章-现行有效件数", "新闻发布会")):
            with demo.context(), db.transaction() as session:
                unit = unit_by_code(session, code)
                value, measure = str((place + 2) * factor), "" if place < 3 else "场"
                operator = Actor.operator()
                enter_figure(session, operator, unit, YEAR, name, value, measure, "台账", desk.now)
    with demo.context() as session:
        report = build_report(session, year)
        traced = 0
        for figure in report.index.values():
            assert (figure.link is None) != (figure.stated_at is None)
            if figure.stated_at is None:
                continue
            _, counts = reported_by(figure.id, year)
            rows, after = statements(session, counts, "LZ/")
            results = list(rows)
            while after:
                rows, after = statements(session, counts, "LZ/", after)
                results += rows
            total = sum(int(row.value) for row in results)
            scale = SCALE if counts.source == "activity" else 1
            assert (Decimal(total) / scale if results else None) == figure.value, figure.id
            assert len({(row.path, row.name) for row in results}) == len(results)
            changes, _ = changes_of(session, counts, "LZ/", NOW - timedelta(days=1))
            assert bool(changes) == bool(results)
            traced += bool(results)
    assert traced == expected


def test_two_who_report_the_same_figure_at_once(demo: Application) -> None:
    """One after the other, or one is told; the changes always add up to what stands."""
    start = threading.Barrier(4)

    def enter(value: int) -> str | None:
        start.wait()
        try:
            Desk(demo).report("培训", str(value))
        except FigureRefused as error:
            return error.field
        return None

    with ThreadPoolExecutor(4) as pool:
        notified = list(pool.map(enter, (1, 2, 3, 4)))
    assert set(notified) <= {None, "value"}
    assert None in notified
    with demo.context() as session:
        rows = session.scalars(select(FigureChange).where(FigureChange.name == "培训")).all()
        stands = build_report(session, YEAR, CODE).index["reported.培训（场）"].value
    assert len(rows) == notified.count(None)
    assert sum((row.after or 0) - (row.before or 0) for row in rows) == stands * SCALE


def test_an_import_waits_for_who_is_entering_a_figure(demo: Application, tmp_path: Path) -> None:
    desk = Desk(demo)
    desk.report("培训", "3")
    path = tmp_path / "activity.csv"
    head = "year,figure,value,unit_of_measure,unit,origin\n"
    path.write_text(f"{head}{YEAR},培训,9,场,{CODE},汇总表\n", "utf-8")
    later = LATER + timedelta(minutes=1)

    def take_in() -> None:
        with demo.context(), db.transaction() as session:
            import_figures(session, Actor.operator(), path, later)

    importing = threading.Thread(target=take_in)
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        enter_figure(session, CLERK, unit, YEAR, "培训", "5", "场", "台账", LATER)
        importing.start()
        # Long enough for it to come to the figure and wait.
        importing.join(0.5)
    importing.join()
    with demo.context() as session:
        known = [
            build_report(session, YEAR, CODE, known_on=moment).find("reported.培训").value
            for moment in (JANUARY, LATER, later)
        ]
        row = figures_of(session, unit_by_code(session, CODE).id, YEAR)[0]
    assert known == [3, 5, 9]
    assert (row.origin, row.entered_by, row.entered_at) == ("汇总表", "operator", later)


def test_checking_again_without_a_change_is_no_step(demo: Application) -> None:
    desk = Desk(demo, "LZ")
    for _ in range(3):
        desk.do("begin", ABOVE)
        desk.do("check", ABOVE, "表二由另一系统报送。")
    assert desk.whole().row.version == 2
