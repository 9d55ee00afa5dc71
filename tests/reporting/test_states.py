"""A report from its beginning to a corrected version: who may what, what is locked, what shows."""

import hashlib
import time
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, Deputised, unit_by_code
from requestflow.application import Application
from requestflow.foundation import Refused, db
from requestflow.reported_figures import enter_figure
from requestflow.reporting import (
    ReportRefused,
    TextChanged,
)
from requestflow.reporting.document import read_document
from requestflow.statistics import build_report
from requestflow.statistics.text_fields import fill_text, text_problems
from tests.conftest import NOW
from tests.reporting.desk import (
    ABOVE,
    APPROVER,
    CLERK,
    CODE,
    JANUARY,
    REASON,
    YEAR,
    Desk,
    late,
)


def test_from_draft_to_published(demo: Application) -> None:
    desk = Desk(demo).to("published")
    content = read_document(desk.published().content)
    with demo.context() as session:
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


def test_who_signs_in_the_place_of_the_absent_says_so(demo: Application) -> None:
    desk = Desk(demo).to("checked")
    deputy = replace(CLERK, deputises=(Deputised("approver", "approver"),))
    desk.do("submit", deputy)
    content = read_document(desk.whole().snapshots[0].content)
    assert (content.signed_by, content.signed_for) == ("李经办", "陈签发")
    desk.do("give_back", ABOVE, "补充说明。")
    desk.do("check", APPROVER, REASON)
    desk.do("submit", APPROVER)
    assert read_document(desk.whole().snapshots[0].content).signed_for is None


@pytest.mark.parametrize(
    ("state", "step"),
    [("draft", "submit"), ("checked", "publish"), ("submitted", "check"), ("published", "submit")],
)
def test_no_step_is_taken_out_of_its_order(demo: Application, state: str, step: str) -> None:
    desk = Desk(demo).to(state)
    message = (REASON,) if step == "check" else ()
    with pytest.raises(ReportRefused):
        desk.do(step, APPROVER, *message)
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
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        for figure in build_report(session, YEAR, CODE).figures:
            if figure.reported:
                table = build_report(session, YEAR, CODE).form.table(figure.table)
                row = next(r for r in table.rows if r.id == figure.row)
                column = next(c for c in table.columns if c.id == figure.column)
                name = next(n for n in row.when["figure"] if n in column.when.get("figure", (n,)))
                enter_figure(session, CLERK, unit, YEAR, name, "0", "", "办公室", NOW)
    assert desk.whole().failing == []
    desk.do("check", APPROVER, "")


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
        assert caught.value.field == "content-zh_CN"
    desk.write(CLERK, "problems", "新收{{t3.1.total}}件。", 0)
    assert "新收27件。" in fill_text("新收{{t3.1.total}}件。", desk.whole().report, "zh_CN")


def test_figures_in_the_words_follow_the_records(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.write(CLERK, "problems", ["新收{{t3.1.total}}件", "{{t3.1.total|change}}。"][0], 0)
    before = int(desk.whole().report.figure("t3.1.total").value or 0)
    late(demo, date(2026, 11, 20), None)
    desk.to("checked") if desk.whole().state == "not_begun" else desk.do("check", APPROVER, REASON)
    desk.do("submit", APPROVER)
    message = read_document(desk.whole().snapshots[0].content)
    assert f"新收{before + 1}件" in next(s.zh for s in message.sections if s.id == "problems")


def test_a_number_that_was_typed_again_is_pointed_out(demo: Application) -> None:
    desk = Desk(demo, "LZ", 2014)
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ")
        demo.reporting.correct(session, ABOVE, unit, 2014, "改正文字。", JANUARY)
    items = f"{max(figure.value or 0 for figure in desk.whole().report.figures):,}"
    assert "," in items
    words = f"受理５２８件，收到复议174.0件。2014年公开{items}条，1,2,528项；共329项，433件同意。"
    desk.write(ABOVE, "problems", words, 2 - 1)
    retyped = next(c for c in desk.whole().report.checks if c.id == "retyped")
    assert not retyped.holds
    assert retyped.about is not None
    assert set(retyped.about.zh.split("、")) == {"528", "174.0", items, "433"}


def test_a_small_number_is_pointed_out_where_it_counts_something(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.report("培训", "12", "场")
    received = desk.whole().report.figure("t3.1.total").value
    assert 3 < received < 100
    words = f"全年新收{received}件，培训12 场；按《条例》第{received}条、第3件办理，12月完成。"
    words += f"走访{received}户，整改{received}条，信访0件，活动13场。"
    desk.write(CLERK, "problems", words, 0)
    retyped = next(c for c in desk.whole().report.checks if c.id == "retyped")
    assert set(retyped.about.zh.split("、")) == {str(received), "12"}
    assert retyped.left == 2


def test_words_that_say_otherwise_than_the_tables_are_pointed_out(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    received = desk.whole().report.figure("t3.1.total").value

    def found(words: str, version: int) -> list[str]:
        desk.write(CLERK, "problems", words, version)
        check = next(c for c in desk.whole().report.checks if c.id == "words")
        assert check.holds is not bool(check.causes)
        return list(check.causes)

    right = f"全年新收政府信息公开申请{received}件。"
    wrong = f"全年新收政府信息公开申请 {received + 1} 件，去年新收政府信息公开申请若干。"
    assert found(right, 0) == []
    assert found(wrong, 1) == [f"全年新收政府信息公开申请 {received + 1}/{received}"]
    assert found("全年新收政府信息公开申请{{t3.1.total}}件，另有9件。", 2) == []
    assert found(f"上年新收政府信息公开申请{received + 1}件。", 3) == [], "of another year"


def test_two_who_write_the_same_chapter_lose_nothing(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.write(CLERK, "problems", "甲写的。", 0)
    with pytest.raises(TextChanged):
        desk.write(APPROVER, "problems", "乙写的。", 0)
    desk.write(APPROVER, "problems", "甲写的。乙写的。", 1)
    from requestflow.reporting import ReportText

    with demo.context() as session:
        query = select(ReportText.content).where(ReportText.section == "problems")
        words = list(session.scalars(query.order_by(ReportText.id)))
    assert words[-2:] == ["甲写的。", "甲写的。乙写的。"]


def test_words_written_after_checking_ask_for_a_new_check(demo: Application) -> None:
    desk = Desk(demo).to("checked")
    desk.write(CLERK, "problems", "无。", 0)
    assert desk.whole().state == "draft"
    desk.do("check", APPROVER, REASON)
    desk.do("submit", APPROVER)
    with pytest.raises(ReportRefused, match="submitted"):
        desk.write(CLERK, "problems", "改。", 1)


def test_the_hash_is_that_of_the_bytes(demo: Application) -> None:
    snapshot = Desk(demo, "LZ", 2014).published()
    assert hashlib.sha256(snapshot.content.encode()).hexdigest() == snapshot.hash


def test_a_reason_covers_the_checks_it_was_given_for(demo: Application) -> None:
    desk = Desk(demo, "LZ")
    desk.do("begin", ABOVE)
    desk.do("check", ABOVE, REASON)
    Desk(demo).to("submitted")
    late(demo, date(2026, 11, 19), "信件错投其他科室。")
    with pytest.raises(ReportRefused, match="marked as checked"):
        desk.do("submit", ABOVE)
    desk.do("check", ABOVE, REASON)
    desk.do("submit", ABOVE)
    # Where no unit is above, who signed takes it back.
    desk.do("give_back", ABOVE, "补充说明。")
    assert desk.whole().state == "returned"


@pytest.mark.parametrize(
    "words", ["共{t3.1.total}件", "共｛｛t3.1.total｝｝件", "共{{t3.1.total}件"]
)
def test_braces_that_make_no_field_are_pointed_out(demo: Application, words: str) -> None:
    desk = Desk(demo).to("draft")
    with pytest.raises(ReportRefused, match="braces that do not form a field"):
        desk.write(CLERK, "problems", words, 0)


def test_words_that_never_end_a_field_are_read_at_once(demo: Application) -> None:
    report = Desk(demo).whole().report
    start = time.process_time()
    assert list(text_problems("{{" + " \n\n" * 6000, report))
    assert list(text_problems("{{" + " " * 19_000 + "x", report))
    assert time.process_time() - start < 2
