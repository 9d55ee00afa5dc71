"""A report from its beginning to a corrected version: who may what, what is locked, what shows."""

import hashlib
import json
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, Unit, unit_by_code
from requestflow.application import Application
from requestflow.cases import Case, Opening, Step, StepRefused
from requestflow.foundation import Refused
from requestflow.notices import Message
from requestflow.publications import FigureRefused, enter_figure
from requestflow.reporting import (
    ReportRefused,
    TextChanged,
    differences,
    look_at,
    published,
    versions_of,
)
from requestflow.reporting.content import read
from requestflow.statistics import build_report, condition_of, counted_by
from requestflow.statistics.narrative import FieldWrong, filled, problems
from tests.conftest import NOW

CODE, YEAR = "LZ-S01", 2026
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
ABOVE = Actor("supervisor", "supervisor", "LZ/")
REASON = "表二的数字由另一系统报送。"
JANUARY = datetime(2027, 1, 20, 2, 0, tzinfo=UTC)
"""When the year is over and its report is made."""

LATER = JANUARY + timedelta(hours=1)


class Desk:
    """Does with a unit's report what the pages do, each in a transaction of its own."""

    def __init__(self, app: Application, code: str = CODE, year: int = YEAR) -> None:
        self.app, self.code, self.year, self.now = app, code, year, JANUARY

    def do(self, name: str, actor: Actor, *said: str) -> None:
        with self.app.database.write() as session:
            unit = unit_by_code(session, self.code)
            act = getattr(self.app.reporting, name)
            act(session, actor, unit, self.year, *said, self.now)

    def write(
        self, actor: Actor, section: str, words: str, version: int, to: str = "zh_CN"
    ) -> None:
        with self.app.database.write() as session:
            unit = unit_by_code(session, self.code)
            self.app.reporting.write(
                session, actor, unit, self.year, section, to, words, version, self.now
            )

    def whole(self):
        with self.app.database.read() as session:
            return look_at(session, unit_by_code(session, self.code), self.year)

    def published(self, number: int | None = None):
        with self.app.database.read() as session:
            return published(session, self.code, self.year, number)

    def to(self, state: str) -> "Desk":
        steps = (
            ("draft", "begin", APPROVER, ()),
            ("checked", "check", APPROVER, (REASON,)),
            ("submitted", "submit", APPROVER, ()),
            ("accepted", "accept", ABOVE, ()),
            ("published", "publish", APPROVER, ()),
        )
        for reached, name, actor, said in steps:
            self.do(name, actor, *said)
            if reached == state:
                break
        assert self.whole().state == state
        return self


def late(app: Application, day: date, reason: str | None) -> str:
    """An application that is registered only now."""
    with app.database.write() as session:
        said = {"late_reason": reason} if reason else {}
        opening = Opening(CODE, day, "person", "post", "停车收费标准", particulars=said)
        return app.door.open(session, CLERK, opening, LATER)


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


def test_a_locked_year_takes_late_records_only_with_a_reason(demo: Application) -> None:
    desk = Desk(demo).to("published")
    before = desk.whole()
    assert differences(before.said, before.report) == []
    with pytest.raises(StepRefused) as caught:
        late(demo, date(2026, 11, 19), None)
    assert caught.value.field == "late_reason"
    number = late(demo, date(2026, 11, 19), "信件错投其他科室。")
    with demo.database.write() as session:
        step = Step("withdrawn", date(2026, 11, 20), {})
        with pytest.raises(StepRefused):
            demo.door.take(session, CLERK, number, [step], LATER)
    after = desk.whole()
    changed = {
        item.figure.id: (item.said, item.now) for item in differences(after.said, after.report)
    }
    was = before.report.figure("t3.1.total").value
    assert changed["t3.1.total"] == (was, was + 1)
    assert set(changed) == {"t3.1.person", "t3.1.total", "t3.4.person", "t3.4.total"}
    # What was published stands, and leads to the case that was recorded late.
    assert read(desk.published().content).index["t3.1.total"].value == was
    with demo.database.read() as session:
        moment = after.said.counted_at.isoformat()
        counted = counted_by(session, f"since:{moment}", YEAR, CODE)
        numbers = list(session.scalars(select(Case.number).where(condition_of(counted))))
    assert numbers == [number]


def test_a_lock_holds_for_the_units_below_as_well(demo: Application) -> None:
    with pytest.raises(StepRefused):
        late(demo, date(2014, 11, 19), None)
    with demo.database.write() as session:
        unit = unit_by_code(session, "LZ-S03")
        assert look_at(session, unit, 2014).state == "returned"


def test_a_correction_in_a_locked_year_is_late_by_its_reason(demo: Application) -> None:
    number = late(demo, date(2026, 11, 18), None)
    desk = Desk(demo).to("published")
    change = {"action": "replace", "key": "1", "kind": "received", "day": "2026-11-18"}
    with demo.database.write() as session:
        from requestflow.cases import view_case

        first = view_case(session, APPROVER, number).history[0]
        data = {**first.data, "applicant_kind": "legal"}
        said = {"changes": [{**change, "data": data}], "reason": "申请人类别登记错误。"}
        step = Step("corrected", LATER.date(), said)
        demo.door.take(session, APPROVER, number, [step], LATER)
    after = desk.whole()
    changed = {item.figure.id for item in differences(after.said, after.report)}
    assert changed == {"t3.1.person", "t3.1.legal", "t3.4.person", "t3.4.legal"}


def test_returned_reports_open_the_year_again(demo: Application) -> None:
    desk = Desk(demo).to("submitted")
    with pytest.raises(ReportRefused) as caught:
        desk.do("give_back", ABOVE, " ")
    assert caught.value.field == "remarks"
    desk.do("give_back", ABOVE, "请补充问题部分。")
    assert desk.whole().row.remarks == "请补充问题部分。"
    late(demo, date(2026, 11, 19), None)
    desk.do("check", APPROVER, REASON)
    desk.do("submit", APPROVER)
    with demo.database.read() as session:
        told = session.scalars(select(Message).where(Message.kind == "annual_report")).all()
    said = [
        json.loads(m.data) for m in told if m.channel == "in_app" and '"report": 2026' in m.data
    ]
    assert [item["state"] for item in said] == ["submitted", "returned", "submitted"]
    assert said[1]["said"] == "请补充问题部分。"


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


def test_the_hash_is_that_of_the_bytes(demo: Application) -> None:
    snapshot = Desk(demo, "LZ", 2014).published()
    assert hashlib.sha256(snapshot.content.encode()).hexdigest() == snapshot.hash


def test_figures_as_they_were_known(demo: Application) -> None:
    moment = NOW + timedelta(minutes=1)
    with demo.database.read() as session:
        before = {f.id: f.value for f in build_report(session, YEAR).index.values()}
    number = late(demo, date(2026, 11, 17), None)
    with demo.database.write() as session:
        case = session.scalars(
            select(Case).where(Case.stage == "in_progress", Case.unit_id == 2).limit(1)
        ).first()
        unit = session.get_one(Unit, case.unit_id)
        demo.door.take(
            session, Actor.operator(), case.number, [Step("withdrawn", LATER.date())], LATER
        )
        enter_figure(
            session, Actor.operator(), unit, YEAR, "新闻发布会", "3", "场", "新闻办", LATER
        )
        assert number != case.number
    with demo.database.read() as session:
        now = {f.id: f.value for f in build_report(session, YEAR).index.values()}
        then = {f.id: f.value for f in build_report(session, YEAR, known_on=moment).index.values()}
        one = build_report(session, YEAR, unit.code, known_on=moment)
    assert now != before
    assert then == before
    assert one.figure("t3.1.total").value <= then["t3.1.total"]


def test_carried_in_is_held_against_what_was_published(demo: Application) -> None:
    """The year before said it carried over so many; a late record makes this year's differ."""
    desk = Desk(demo).to("published")
    later = Desk(demo, CODE, YEAR + 1)
    names = {c.id for c in later.whole().failing}
    assert not {name for name in names if name.startswith("published.")}
    late(demo, date(2026, 11, 19), "信件错投其他科室。")
    failing = [c for c in later.whole().failing if c.id.startswith("published.")]
    assert {c.id for c in failing} == {
        "published.t3.carried.person", "published.t3.carried.total",
    }  # fmt: skip
    assert all(check.link and "since" in check.link for check in failing)
    assert desk.whole().state == "published"


def test_a_year_is_handed_in_when_it_is_over(demo: Application) -> None:
    desk = Desk(demo)
    desk.now = NOW
    desk.to("checked")
    with pytest.raises(ReportRefused, match="not over"):
        desk.do("submit", APPROVER)
    ahead = Desk(demo, CODE, YEAR + 2)
    with pytest.raises(ReportRefused, match="not begun"):
        ahead.do("begin", APPROVER)


def test_a_transfer_into_or_out_of_a_locked_year_needs_a_reason(demo: Application) -> None:
    def moved(number: str, unit: str, **said: str) -> None:
        with demo.database.write() as session:
            step = Step("transferred", JANUARY.date(), {"unit": unit, "reason": "归口不同", **said})
            demo.door.take(session, Actor.operator(), number, [step], LATER)

    out_of, into = late(demo, date(2026, 11, 19), None), late(demo, date(2026, 11, 20), None)
    moved(into, "LZ-S02")
    Desk(demo).to("published")
    for number, unit in ((out_of, "LZ-S02"), (into, "LZ-S01")):
        with pytest.raises(StepRefused) as caught:
            moved(number, unit)
        assert caught.value.field == "late_reason"
        moved(number, unit, late_reason="移交后重新确定职责。")


def test_figures_typed_into_a_locked_year_need_a_reason(demo: Application) -> None:
    Desk(demo, "LZ").do("begin", ABOVE)
    Desk(demo, "LZ").do("check", ABOVE, REASON)
    Desk(demo, "LZ").do("submit", ABOVE)
    said = {"figure": "新闻发布会", "value": "3", "measure": "场", "origin": "新闻办"}
    with demo.database.write() as session:
        unit = unit_by_code(session, CODE)
        with pytest.raises(FigureRefused) as caught:
            demo.reporting.report_figure(session, CLERK, unit, YEAR, said, LATER)
        assert caught.value.field == "late_reason"
        more = {**said, "late_reason": "新闻办补报。"}
        demo.reporting.report_figure(session, CLERK, unit, YEAR, more, LATER)
    whole = Desk(demo, "LZ").whole()
    assert [d.figure.id for d in differences(whole.said, whole.report)] == ["reported.新闻发布会"]


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
