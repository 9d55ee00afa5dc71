"""A published report made anew, or a correction of it given up."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import flask_migrate
import pytest
from docx import Document
from openpyxl import load_workbook

from requestflow.accounts import Actor, load_units, unit_by_code
from requestflow.application import Application
from requestflow.cases import StepRefused
from requestflow.foundation import Refused, db
from requestflow.reported_figures import enter_figure, figures_of
from requestflow.reporting import (
    FORMATS,
    ReportRefused,
    import_counts,
    report_file,
    steps_of,
    version_differences,
    versions_of,
)
from requestflow.reporting.document import changes_between, read_document
from requestflow.reporting.presentation import blocks_of
from requestflow.reporting.snapshots import document_to_read
from tests.conftest import within
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
from tests.web.desk import words

AGAIN = (
    ("check", APPROVER, (REASON,)),
    ("submit", APPROVER, ()),
    ("accept", ABOVE, ()),
    ("publish", APPROVER, ()),
)


def kinds(desk: Desk) -> list[str]:
    """What was done with the report, in order."""
    with desk.app.context() as session:
        return [step.kind for step, _ in steps_of(session, desk.whole().row.id)]


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
    for name, actor, message in (
        ("check", APPROVER, (REASON,)),
        ("submit", APPROVER, ()),
        ("accept", ABOVE, ()),
        ("publish", APPROVER, ()),
    ):
        desk.do(name, actor, *message)
    second = read_document(desk.published().content)
    assert second.version == 2
    assert second.correction == "漏报一件申请。"
    assert {item.id for item in second.changes} == {
        "t3.1.person", "t3.1.total", "t3.4.person", "t3.4.total",
    }  # fmt: skip
    assert desk.published(1).content == first.content
    with demo.context() as session:
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
    for name, actor, message in (
        ("check", APPROVER, (REASON,)),
        ("submit", APPROVER, ()),
        ("give_back", ABOVE, ("不必更正。",)),
    ):
        desk.do(name, actor, *message)
    with pytest.raises(ReportRefused) as caught:
        desk.do("drop_correction", APPROVER, " ")
    assert caught.value.field == "dropped"
    with pytest.raises(Refused):
        desk.do("drop_correction", CLERK, "并无漏报。")
    late(demo, date(2026, 11, 18), "信件错投。")
    before = desk.whole().row.failing_reason
    desk.do("drop_correction", APPROVER, "并无漏报。")
    full = desk.whole()
    assert full.row.failing_reason == read_document(first.content).failing_reason == before
    # What was handed in and given up does not hide what is late to what is published.
    child = next(c for c in Desk(demo, "LZ").whole().children if c.unit.code == CODE)
    assert child.recorded_since == 1
    assert full.state == "published"
    assert full.said == read_document(first.content)
    assert full.texts["overview", "zh_CN"].content == words
    assert full.texts["problems", "zh_CN"].content == ""
    assert desk.published().number == 1
    with pytest.raises(StepRefused):
        late(demo, date(2026, 11, 18), None)


def test_giving_up_takes_back_what_was_reported_for_it(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.report("新闻发布会", "3", "场", "新闻办")
    desk.report("热线来电", "120", "次", "热线中心")
    desk.write(CLERK, "other", "举办{{reported.新闻发布会}}场。", 0)
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    desk.now = LATER
    desk.do("correct", APPROVER, "热线来电数有误。")
    desk.now = LATER + timedelta(minutes=1)
    desk.write(CLERK, "other", "无。", 1)
    desk.report("新闻发布会", "")
    desk.report("热线来电", "130", "通", "话务平台")
    desk.report("培训", "2")
    child = next(c for c in Desk(demo, "LZ").whole().children if c.unit.code == CODE)
    assert (child.state, child.correcting, child.recorded_since) == ("draft", True, 4)
    desk.now = LATER + timedelta(minutes=2)
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        again = demo.reporting.drop_correction(
            session, APPROVER, unit, YEAR, "原数无误。", desk.now
        )
    assert set(again) == {"新闻发布会", "热线来电", "培训"}
    with demo.context() as session:
        stated = {
            row.figure: (row.value // 10_000, row.unit_of_measure, row.origin, row.entered_at)
            for row in figures_of(session, unit_by_code(session, CODE).id, YEAR)
        }
    assert stated == {
        "新闻发布会": (3, "场", "新闻办", JANUARY),
        "热线来电": (120, "次", "热线中心", JANUARY),
    }
    full = desk.whole()
    assert version_differences(full.said, full.report) == []
    assert not any(full.wrong.values())
    assert kinds(desk)[-2:] == ["correction_begun", "correction_dropped"]
    # What was changed and changed back is no difference to the unit above.
    child = next(c for c in Desk(demo, "LZ").whole().children if c.unit.code == CODE)
    assert (child.state, child.correcting, child.recorded_since) == ("published", False, 0)


def test_giving_up_leaves_what_was_imported(demo: Application, tmp_path: Path) -> None:
    desk = Desk(demo).to("draft")
    desk.report("热线来电", "5", "次", "热线中心")
    desk.report("培训", "5", "场", "台账")
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    desk.now = LATER
    desk.do("correct", APPROVER, "数字有误。")
    path = tmp_path / "activity.csv"
    head = "year,figure,value,unit_of_measure,unit,origin\n"
    path.write_text(
        f"{head}{YEAR},热线来电,9,次,{CODE},汇总表\n{YEAR},培训,9,场,{CODE},汇总表\n", "utf-8"
    )
    desk.now = LATER + timedelta(minutes=1)
    desk.report("热线来电", "6", "次", "热线中心")
    with demo.context(), db.transaction() as session:
        moment = LATER + timedelta(minutes=2)
        import_counts(session, Actor.operator(), path, moment, "补报。")
    desk.now = LATER + timedelta(minutes=3)
    desk.report("培训", "10", "场", "台账")
    desk.do("drop_correction", APPROVER, "原数无误。")
    with demo.context() as session:
        rows = figures_of(session, unit_by_code(session, CODE).id, YEAR)
    assert {(row.figure, row.value // 10_000, row.origin) for row in rows} == {
        ("热线来电", 9, "汇总表"),
        ("培训", 9, "汇总表"),
    }


def test_the_unit_above_does_not_sum_up_an_unfinished_correction_unaware(
    demo: Application,
) -> None:
    above = Desk(demo, "LZ")
    above.do("begin", ABOVE)

    def check():
        return next(item for item in above.whole().report.checks if item.id == "children")

    desk = Desk(demo).to("published")
    above.do("check", ABOVE, REASON)
    held = check().left
    assert check().holds
    desk.now = LATER
    desk.do("correct", APPROVER, "热线来电数有误。")
    assert check().about.zh == "市发展改革委（正在更正）"
    desk.now = LATER + timedelta(minutes=1)
    desk.report("热线来电", "1", "次", "话务平台")
    assert (check().left, check().right) == (held - 1, held)
    assert check().about.zh == "市发展改革委（正在更正，1）"
    assert check().about.en == "市发展改革委 (being corrected, 1)"
    with pytest.raises(ReportRefused, match="marked as checked: 1"):
        above.do("submit", ABOVE)
    for name, actor, message in AGAIN[:2]:
        desk.do(name, actor, *message)
    # What is handed in anew is what is to be summed up.
    assert check().holds
    desk.do("give_back", ABOVE, "请核对来源。")
    assert check().about.zh == "市发展改革委（正在更正，1）"


def test_a_correction_two_levels_down_is_seen_as_well(demo: Application, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"code,name,parent,kind\n{CODE}-A,价格科,{CODE},department\n", "utf-8")
    with demo.context(), db.transaction() as session:
        load_units(session, path)
    low, desk = Desk(demo, f"{CODE}-A"), Desk(demo)
    for name, _, message in (("begin", APPROVER, ()), *AGAIN):
        low.do(name, Actor.operator(), *message)
    desk.to("published")
    low.now = LATER
    low.do("correct", Actor.operator(), "漏报一件申请。")
    check = next(c for c in Desk(demo, "LZ").whole().report.checks if c.id == "children")
    assert (check.holds, check.about.zh) == (False, "市发展改革委（正在更正）")


def test_a_correction_names_figures_that_are_gone_and_chapters_that_changed(
    demo: Application,
) -> None:
    desk = Desk(demo).to("draft")
    desk.report("新闻发布会", "3", "场", "新闻办")
    desk.write(CLERK, "other", "无其他事项。", 0)
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    desk.now = LATER
    desk.do("correct", APPROVER, "新闻发布会由市政府报送。")
    desk.report("新闻发布会", "")
    full = desk.whole()
    gone = [(d.figure.id, d.said, d.now) for d in version_differences(full.said, full.report)]
    assert gone == [("reported.新闻发布会（场）", 3, None)]
    desk.write(CLERK, "other", "无。", 1)
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    content = read_document(desk.published().content)
    assert [(c.id, c.before, c.after) for c in content.changes] == [
        ("reported.新闻发布会（场）", 3, None)
    ]
    assert [section.id for section in content.changed_sections] == ["other"]
    words = [block.text for block in blocks_of(content, "en")]
    assert any(message.startswith("Chapters with amended text: 6. Other") for message in words)
    # English is drafted for some chapters only; the others are read in Chinese, not left out.
    assert "无。" in words


def test_what_is_counted_in_something_else_is_named(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.report("培训", "16", "场", "台账")
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    desk.now = LATER
    desk.do("correct", APPROVER, "培训按人次统计。")
    desk.report("培训", "16", "人次", "签到表")
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    content = read_document(desk.published().content)
    changes = {(c.label.zh, c.before, c.after) for c in content.changes}
    assert changes == {("培训（场）", 16, None), ("培训（人次）", None, 16)}
    words = [block.text for block in blocks_of(content, "zh_CN")]
    assert "培训（场）：16 → —" in words


def test_where_figures_come_from_is_read_in_every_paper(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.report("行政许可-本年处理决定数量", "120", "件", "旧台账")
    desk.report("培训", "16", "场", "培训台账")
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    permits = read_document(desk.published().content).index["t2.20-5.permits.decided"]
    assert (permits.measure, permits.origin, permits.reported) == ("件", "旧台账", True)
    desk.now = LATER
    desk.do("correct", APPROVER, "核对来源。")
    desk.report("行政许可-本年处理决定数量", "120", "件", "许可平台")
    desk.report("培训", "")
    for name, actor, message in AGAIN:
        desk.do(name, actor, *message)
    stored = desk.published()
    content = read_document(stored.content)
    changes = [(c.id, c.before, c.after, c.origin_before, c.origin_after) for c in content.changes]
    assert changes == [
        ("t2.20-5.permits.decided", 120, 120, "旧台账", "许可平台"),
        ("reported.培训（场）", 16, None, None, None),
    ]
    built = {
        kind: report_file(content, stored.hash, kind, "zh_CN", demo.settings.timezone)[0]
        for kind in FORMATS
    }
    book = load_workbook(io.BytesIO(built["xlsx"]))
    texts = {
        "docx": "\n".join(item.text for item in Document(io.BytesIO(built["docx"])).paragraphs),
        "pdf": words(built["pdf"]),
        "xlsx": "\n".join(str(cell.value) for row in book.worksheets[-1].rows for cell in row),
    }
    for kind, text in texts.items():
        assert "旧台账→许可平台" in text.replace(" ", ""), kind
        assert "培训（场）" in text, kind
    lines = {
        row["id"]: row for row in csv.DictReader(io.StringIO(built["csv"].decode("utf-8-sig")))
    }
    gone = lines["reported.培训（场）"]
    assert (gone["value"], gone["corrected"], gone["before"]) == ("", "1", "16")
    permits = lines["t2.20-5.permits.decided"]
    assert (permits["origin"], permits["measure"], permits["before"]) == ("许可平台", "件", "120")
    assert {row["corrected"] for row in lines.values()} == {"0", "1"}


def test_an_earlier_nothing_of_counts_that_nobody_put_in_is_no_difference(
    demo: Application,
) -> None:
    desk = Desk(demo, year=2017).to("published")
    content = read_document(desk.published().content)
    earlier = content.model_copy(
        update={
            "figures": tuple(
                figure.model_copy(update={"value": 0}) if figure.value is None else figure
                for figure in content.figures
            )
        }
    )
    assert content.index["publications.total"].value is None
    assert version_differences(earlier, desk.whole().report) == []
    assert changes_between(earlier, content) == ()
    # What was put in since is one, though it is nothing.
    assert {change.after for change in changes_between(content, earlier)} == {0}


def test_another_units_measure_is_no_difference(demo: Application) -> None:
    above = Desk(demo, "LZ")
    Desk(demo).report("培训", "2", "场", "台账")
    for name, message in (("begin", ()), ("check", (REASON,)), ("submit", ())):
        above.do(name, ABOVE, *message)
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S02")
        message = ("培训", "30", "人次", "台账")
        enter_figure(session, Actor.operator(), unit, YEAR, *message, LATER, "晚报。")
    full = above.whole()
    results = [(d.figure.id, d.said, d.now) for d in version_differences(full.said, full.report)]
    assert results == [("reported.培训（人次）", None, 30)]


def test_a_draft_marks_what_cannot_be_computed(demo: Application) -> None:
    desk = Desk(demo).to("draft")
    desk.report("新闻发布会", "3")
    desk.write(CLERK, "other", "举办{{reported.新闻发布会}}场。", 0)
    desk.report("新闻发布会", "")
    with demo.context() as session:
        content = document_to_read(session, desk.whole(), "", LATER, draft=True)
    message = next(section.zh for section in content.sections if section.id == "other")
    assert message == "举办〔无法计算：{{reported.新闻发布会}}〕场。"
    with pytest.raises(ReportRefused, match="cannot be calculated"):
        desk.do("check", APPROVER, REASON)


def test_what_was_done_is_told_from_the_states_of_earlier_versions(demo: Application) -> None:
    """A database of before the kinds were kept has the same ones after it is migrated."""
    desk = Desk(demo).to("published")
    for place, (name, message) in enumerate(
        (("correct", "漏报。"), ("check", REASON), ("drop_correction", "并无漏报。")), 1
    ):
        desk.now = LATER + timedelta(minutes=place)
        desk.do(name, APPROVER, message)
    desk.do("correct", APPROVER, "又漏报。")
    before = kinds(desk)
    assert before[-4:] == ["correction_begun", "checked", "correction_dropped", "correction_begun"]
    demo.engine.dispose()
    within(demo, flask_migrate.downgrade, None, "0011")
    demo.upgrade()
    assert kinds(desk) == before
