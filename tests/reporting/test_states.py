"""A report from its beginning to a corrected version: who may what, what is locked, what shows."""

import hashlib
import time
from datetime import date

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import StepRefused
from requestflow.foundation import Refused
from requestflow.publications import enter_figure
from requestflow.reporting import (
    ReportRefused,
    TextChanged,
    versions_of,
)
from requestflow.reporting.content import read
from requestflow.statistics import build_report
from requestflow.statistics.narrative import FieldWrong, filled, problems
from tests.conftest import NOW
from tests.reporting.desk import (
    ABOVE,
    APPROVER,
    CLERK,
    CODE,
    JANUARY,
    LATER,
    REASON,
    YEAR,
    Desk,
    late,
)


def test_from_draft_to_published(demo: Application) -> None:
    desk = Desk(demo).to("published")
    content = read(desk.published().content)
    with demo.database.read() as session:
        counted = build_report(session, YEAR, CODE)
    assert {f.id: f.value for f in content.figures} == {
        f.id: None if f.value is None else f.value for f in counted.figures
    }
    assert content.failing_reason == REASON
    assert content.signed_by == "陈签发"
    assert "2026年" in content.sections[0].zh


def test_only_those_may_whose_it_is(demo: Application) -> None:
    desk = Desk(demo)
    others = Actor("x", "approver", "LZ/LZ-S02/")
    for actor in (
        others,
        ABOVE,
        Actor("a", "auditor", "LZ/"),
        Actor("r", "reviewer", "LZ/LZ-S01/"),
    ):
        with pytest.raises(Refused):
            desk.do("begin", actor)
    desk.to("checked")
    for actor in (CLERK, ABOVE):
        with pytest.raises(Refused):
            desk.do("submit", actor)
    desk.do("submit", APPROVER)
    for actor in (APPROVER, CLERK, others):
        with pytest.raises(Refused):
            desk.do("accept", actor)
    with pytest.raises(ReportRefused, match="has not accepted"):
        desk.do("publish", APPROVER)


@pytest.mark.parametrize(
    ("state", "step"),
    [("draft", "submit"), ("checked", "publish"), ("submitted", "check"), ("published", "submit")],
)
def test_no_step_is_taken_out_of_its_order(demo: Application, state: str, step: str) -> None:
    desk = Desk(demo).to(state)
    said = (REASON,) if step == "check" else ()
    with pytest.raises(ReportRefused):
        desk.do(step, APPROVER, *said)
    assert desk.whole().state == state


def test_failing_checks_need_a_written_reason(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    failing = {check.id for check in desk.whole().failing}
    assert failing == {"reported.missing", "texts"}
    with pytest.raises(ReportRefused) as caught:
        desk.do("check", APPROVER, "  ")
    assert caught.value.field == "reason"
    for section in ("problems", "other"):
        desk.write(CLERK, section, "无。", 0)
    with demo.database.write() as session:
        unit = unit_by_code(session, CODE)
        for figure in build_report(session, YEAR, CODE).figures:
            if figure.reported:
                table = build_report(session, YEAR, CODE).form.table(figure.table)
                row = next(r for r in table.rows if r.id == figure.row)
                column = next(c for c in table.columns if c.id == figure.column)
                name = next(n for n in row.when["figure"] if n in column.when.get("figure", (n,)))
                enter_figure(session, CLERK, unit, YEAR, name, "0", "件", "办公室", NOW)
    assert desk.whole().failing == []
    desk.do("check", APPROVER, "")


def test_what_was_not_reported_is_not_zero(demo: Application) -> None:
    with demo.database.write() as session:
        report = build_report(session, YEAR, CODE)
        assert report.figure("t2.20-5.permits.decided").value is None
        with pytest.raises(FieldWrong):
            filled("许可{{t2.20-5.permits.decided}}件", report, "zh_CN")
        unit = unit_by_code(session, CODE)
        for value, stored in (("0", 0), ("12.5", 12.5), ("", None)):
            enter_figure(
                session, CLERK, unit, YEAR, "行政许可-本年处理决定数量", value, "件", "台账", NOW
            )
            found = build_report(session, YEAR, CODE).figure("t2.20-5.permits.decided").value
            assert (float(found) if found is not None else None) == stored
        session.rollback()


def test_a_field_that_cannot_be_computed_stops_the_report(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    for words in (
        "{{t3.9}}件",
        "{{t3.1.total|half}}",
        "{{t2.20-5.permits.decided}}",
        "{{t3.1.total",
    ):
        with pytest.raises(ReportRefused) as caught:
            desk.write(CLERK, "problems", words, 0)
        assert caught.value.field == "content"
    desk.write(CLERK, "problems", "新收{{t3.1.total}}件。", 0)
    assert "新收27件。" in filled("新收{{t3.1.total}}件。", desk.whole().report, "zh_CN")


def test_figures_in_the_words_follow_the_records(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.write(CLERK, "problems", ["新收{{t3.1.total}}件", "{{t3.1.total|change}}。"][0], 0)
    before = int(desk.whole().report.figure("t3.1.total").value or 0)
    late(demo, date(2026, 11, 20), None)
    desk.to("checked") if desk.whole().state == "not_begun" else desk.do("check", APPROVER, REASON)
    desk.do("submit", APPROVER)
    said = read(desk.whole().snapshots[0].content)
    assert f"新收{before + 1}件" in next(s.zh for s in said.sections if s.id == "problems")


def test_a_number_that_was_typed_again_is_pointed_out(demo: Application) -> None:
    desk = Desk(demo, "LZ", 2014)
    with demo.database.write() as session:
        unit = unit_by_code(session, "LZ")
        demo.reporting.correct(session, ABOVE, unit, 2014, "改正文字。", JANUARY)
    desk.write(ABOVE, "problems", "全市共受理528件。", 2 - 1)
    retyped = next(c for c in desk.whole().report.checks if c.id == "retyped")
    assert not retyped.holds
    assert retyped.about is not None
    assert retyped.about.zh == "528"


def test_two_who_write_the_same_chapter_lose_nothing(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.write(CLERK, "problems", "甲写的。", 0)
    with pytest.raises(TextChanged):
        desk.write(APPROVER, "problems", "乙写的。", 0)
    desk.write(APPROVER, "problems", "甲写的。乙写的。", 1)
    from requestflow.reporting import ReportText

    with demo.database.read() as session:
        query = select(ReportText.content).where(ReportText.section == "problems")
        words = list(session.scalars(query.order_by(ReportText.id)))
    assert words[-2:] == ["甲写的。", "甲写的。乙写的。"]


def test_words_written_after_checking_ask_for_a_new_check(demo: Application) -> None:
    desk = Desk(demo).to("checked")
    desk.write(CLERK, "problems", "无。", 0)
    assert desk.whole().state == "draft"
    desk.do("check", APPROVER, REASON)
    desk.do("submit", APPROVER)
    with pytest.raises(ReportRefused, match="handed in"):
        desk.write(CLERK, "problems", "改。", 1)


def test_a_correction_is_a_new_version_and_the_old_one_stays(demo: Application) -> None:
    desk = Desk(demo).to("published")
    first = desk.published(1)
    number = late(demo, date(2026, 11, 19), "信件错投其他科室。")
    assert number
    with pytest.raises(ReportRefused):
        desk.do("correct", APPROVER, "")
    desk.now = LATER
    desk.do("correct", APPROVER, "漏报一件申请。")
    with pytest.raises(StepRefused):
        late(demo, date(2026, 11, 18), None)
    for name, actor, said in (
        ("check", APPROVER, (REASON,)),
        ("submit", APPROVER, ()),
        ("accept", ABOVE, ()),
        ("publish", APPROVER, ()),
    ):
        desk.do(name, actor, *said)
    second = read(desk.published().content)
    assert second.version == 2
    assert second.correction == "漏报一件申请。"
    assert {item.id for item in second.changes} == {
        "t3.1.person", "t3.1.total", "t3.4.person", "t3.4.total",
    }  # fmt: skip
    assert desk.published(1).content == first.content
    with demo.database.read() as session:
        row = desk.whole().row
        assert [item.number for item in versions_of(session, row.id)] == [2, 1]


def test_a_correction_can_be_given_up(demo: Application) -> None:
    desk = Desk(demo).to("published")
    words = desk.whole().texts["overview", "zh_CN"].content
    first = desk.published()
    desk.now = LATER
    with pytest.raises(ReportRefused, match="No correction"):
        Desk(demo, year=YEAR - 1).to("draft").do("drop_correction", APPROVER, "x")
    desk.do("correct", APPROVER, "漏报一件申请。")
    desk.write(CLERK, "overview", "另写。", 1)
    desk.write(CLERK, "problems", "新写。", 0)
    for name, actor, said in (
        ("check", APPROVER, (REASON,)),
        ("submit", APPROVER, ()),
        ("give_back", ABOVE, ("不必更正。",)),
    ):
        desk.do(name, actor, *said)
    with pytest.raises(ReportRefused) as caught:
        desk.do("drop_correction", APPROVER, " ")
    assert caught.value.field == "dropped"
    with pytest.raises(Refused):
        desk.do("drop_correction", CLERK, "并无漏报。")
    late(demo, date(2026, 11, 18), "信件错投。")
    before = desk.whole().row.failing_reason
    desk.do("drop_correction", APPROVER, "并无漏报。")
    whole = desk.whole()
    assert whole.row.failing_reason == read(first.content).failing_reason == before
    # What was handed in and given up does not hide what is late to what is published.
    child = next(c for c in Desk(demo, "LZ").whole().children if c.unit.code == CODE)
    assert child.recorded_since == 1
    assert whole.state == "published"
    assert whole.said == read(first.content)
    assert whole.texts["overview", "zh_CN"].content == words
    assert whole.texts["problems", "zh_CN"].content == ""
    assert desk.published().number == 1
    with pytest.raises(StepRefused):
        late(demo, date(2026, 11, 18), None)


def test_a_unit_that_reports_no_more_is_named(demo: Application) -> None:
    whole, figure = Desk(demo, "LZ"), "行政许可-本年处理决定数量"

    def check():
        return next(c for c in whole.whole().report.checks if c.id == "reported.again")

    with demo.database.write() as session:
        for code, value in (("LZ-S01", "12"), ("LZ-S02", "3")):
            unit = unit_by_code(session, code)
            enter_figure(
                session, Actor.operator(), unit, YEAR - 1, figure, value, "件", "台账", NOW
            )
        unit = unit_by_code(session, "LZ-S02")
        enter_figure(session, Actor.operator(), unit, YEAR, figure, "4", "件", "台账", NOW)
    assert whole.whole().report.figure("t2.20-5.permits.decided").value == 4
    # Named as well where nobody reports anything any more, on a form that asks for nothing.
    with demo.database.write() as session:
        unit = unit_by_code(session, CODE)
        enter_figure(session, Actor.operator(), unit, 2016, "培训", "2", "场", "台账", NOW)
    checks = {c.id: c for c in Desk(demo, "LZ", 2017).whole().report.checks}
    assert (checks["reported.again"].left, checks["reported.again"].holds) == (1, False)
    assert "reported.again" not in {c.id for c in Desk(demo, "LZ", 2018).whole().report.checks}
    assert not check().holds
    assert (check().left, check().about.zh) == (1, f"市发展改革委（{figure}）")
    with demo.database.write() as session:
        unit = unit_by_code(session, CODE)
        enter_figure(session, CLERK, unit, YEAR, figure, "0", "件", "台账", NOW)
    assert check().holds


def test_the_hash_is_that_of_the_bytes(demo: Application) -> None:
    snapshot = Desk(demo, "LZ", 2014).published()
    assert hashlib.sha256(snapshot.content.encode()).hexdigest() == snapshot.hash


def test_a_reason_covers_the_checks_it_was_given_for(demo: Application) -> None:
    desk = Desk(demo, "LZ")
    desk.do("begin", ABOVE)
    desk.do("check", ABOVE, REASON)
    Desk(demo).to("submitted")
    late(demo, date(2026, 11, 19), "信件错投其他科室。")
    with pytest.raises(ReportRefused, match="since it was checked"):
        desk.do("submit", ABOVE)
    desk.do("check", ABOVE, REASON)
    desk.do("submit", ABOVE)
    # Where no unit is above, who signed takes it back.
    desk.do("give_back", ABOVE, "补充说明。")
    assert desk.whole().state == "returned"


def test_words_that_never_end_a_field_are_read_at_once(demo: Application) -> None:
    report = Desk(demo).whole().report
    start = time.process_time()
    assert list(problems("{{" + " \n\n" * 6000, report))
    assert list(problems("{{" + " " * 19_000 + "x", report))
    assert time.process_time() - start < 2


def test_what_is_counted_in_different_things_is_not_added_up(demo: Application) -> None:
    with demo.database.write() as session:
        for code, value, measure in (("LZ-S01", "2", "场"), ("LZ-S02", "30", "人次")):
            unit = unit_by_code(session, code)
            operator = Actor.operator()
            enter_figure(session, operator, unit, YEAR, "培训", value, measure, "台账", NOW)
        found = build_report(session, YEAR).reported
        session.rollback()
    assert {figure.id: figure.value for figure in found} == {
        "reported.培训（人次）": 30,
        "reported.培训（场）": 2,
    }
