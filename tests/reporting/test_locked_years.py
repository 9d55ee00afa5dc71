"""Years that were handed in: what is recorded into them, what shows, what was known before."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, Person, Unit, unit_by_code
from requestflow.application import Application
from requestflow.cases import Case, Step, StepRefused, view_case
from requestflow.foundation import RequestflowError, db
from requestflow.notices import Message
from requestflow.reported_figures import FigureChange, FigureRefused, enter_figure
from requestflow.reporting import (
    ReportRefused,
    import_counts,
    review_report,
    version_differences,
)
from requestflow.reporting.document import read_document
from requestflow.reporting.late_records import late_records_since
from requestflow.statistics import build_report, condition_of, select_figure
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


def test_a_locked_year_takes_late_records_only_with_a_reason(demo: Application) -> None:
    desk = Desk(demo).to("published")
    before = desk.whole()
    assert version_differences(before.said, before.report) == []
    with pytest.raises(StepRefused) as caught:
        late(demo, date(2026, 11, 19), None)
    assert caught.value.field == "late_reason"
    number = late(demo, date(2026, 11, 19), "信件错投其他科室。")
    with demo.context(), db.transaction() as session:
        step = Step("withdrawn", date(2026, 11, 20), {})
        with pytest.raises(StepRefused):
            demo.cases.take_step(session, CLERK, number, [step], LATER)
    after = desk.whole()
    changed = {
        item.figure.id: (item.said, item.now)
        for item in version_differences(after.said, after.report)
    }
    was = before.report.figure("t3.1.total").value
    assert changed["t3.1.total"] == (was, was + 1)
    assert set(changed) == {"t3.1.person", "t3.1.total", "t3.4.person", "t3.4.total"}
    # What was published stands, and leads to the case that was recorded late.
    assert read_document(desk.published().content).index["t3.1.total"].value == was
    with demo.context() as session:
        moment = after.said.counted_at.isoformat()
        counted = select_figure(session, f"since:{moment}", YEAR, CODE)
        numbers = list(session.scalars(select(Case.number).where(condition_of(counted))))
    assert numbers == [number]


def test_a_lock_holds_for_the_units_below_as_well(demo: Application) -> None:
    with pytest.raises(StepRefused):
        late(demo, date(2014, 11, 19), None)
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S03")
        assert review_report(session, unit, 2014).state == "returned"


def test_a_correction_in_a_locked_year_is_late_by_its_reason(demo: Application) -> None:
    number = late(demo, date(2026, 11, 18), None)
    desk = Desk(demo).to("published")
    change = {"action": "replace", "key": "1", "kind": "received", "day": "2026-11-18"}
    with demo.context(), db.transaction() as session:
        first = view_case(session, APPROVER, number).history[0]
        data = {**first.data, "applicant_kind": "legal"}
        text_value = {"changes": [{**change, "data": data}], "reason": "申请人类别登记错误。"}
        step = Step("corrected", LATER.date(), text_value)
        demo.cases.take_step(session, APPROVER, number, [step], LATER)
    after = desk.whole()
    changed = {item.figure.id for item in version_differences(after.said, after.report)}
    assert changed == {"t3.1.person", "t3.1.legal", "t3.4.person", "t3.4.legal"}


def test_returned_reports_open_the_year_again(demo: Application) -> None:
    desk = Desk(demo)
    desk.do("begin", CLERK)
    desk.do("check", CLERK, REASON)
    desk.do("submit", APPROVER)
    with pytest.raises(ReportRefused) as caught:
        desk.do("give_back", ABOVE, " ")
    assert caught.value.field == "remarks"
    desk.do("give_back", ABOVE, "请补充问题部分。")
    assert desk.whole().row.remarks == "请补充问题部分。"
    late(demo, date(2026, 11, 19), None)
    desk.do("check", APPROVER, REASON)
    desk.do("submit", APPROVER)
    with demo.context() as session:
        notified = session.scalars(select(Message).where(Message.kind == "annual_report")).all()
    data = [
        json.loads(m.data) for m in notified if m.channel == "in_app" and '"report": 2026' in m.data
    ]
    states = [item["state"] for item in data]
    assert states == ["submitted", "returned", "returned", "submitted"]
    assert data[1]["said"] == "请补充问题部分。"
    # Who prepared it hears of it besides who signed it.
    with demo.context() as session:
        query = select(Person.username, Message.data).join(Message, Message.person_id == Person.id)
        rows = session.execute(query.where(Message.channel == "in_app")).all()
        notified = [name for name, data in rows if "请补充问题部分" in data]
    assert set(notified) == {"approver", "clerk"}
    # Where a unit has nobody of its own, administrators are not told what they may not read.
    other = Desk(demo, "LZ-S05")
    for name, words in (
        ("begin", ()),
        ("check", (REASON,)),
        ("submit", ()),
        ("give_back", ("补",)),
    ):
        other.do(name, Actor.operator(), *words)
    with demo.context() as session:
        about = Message.data.contains("LZ-S05"), Message.data.contains("returned")
        assert session.scalars(select(Message).where(*about)).all() == []


def test_figures_as_they_were_known(demo: Application) -> None:
    moment = NOW + timedelta(minutes=1)
    with demo.context() as session:
        before = {f.id: f.value for f in build_report(session, YEAR).index.values()}
    number = late(demo, date(2026, 11, 17), None)
    with demo.context(), db.transaction() as session:
        case = session.scalars(
            select(Case).where(Case.stage == "in_progress", Case.unit_id == 2).limit(1)
        ).first()
        unit = session.get_one(Unit, case.unit_id)
        demo.cases.take_step(
            session, Actor.operator(), case.number, [Step("withdrawn", LATER.date())], LATER
        )
        enter_figure(
            session, Actor.operator(), unit, YEAR, "新闻发布会", "3", "场", "新闻办", LATER
        )
        assert number != case.number
    with demo.context() as session:
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


def test_carried_in_is_held_against_what_was_published_on_the_form_before(
    demo: Application,
) -> None:
    late(demo, date(2018, 12, 20), None)
    Desk(demo, year=2018).to("published")
    following = Desk(demo, year=2019)

    def check():
        checks = following.whole().report.checks
        return next(c for c in checks if c.id.startswith("published."))

    assert (check().id, check().left, check().right) == ("published.t3.carried.total", 1, 1)
    late(demo, date(2018, 12, 21), "信件错投其他科室。")
    assert (check().left, check().right, check().holds) == (2, 1, False)


def test_a_year_is_handed_in_when_it_is_over(demo: Application) -> None:
    desk = Desk(demo)
    desk.now = NOW
    desk.to("checked")
    with pytest.raises(ReportRefused, match="not ended"):
        desk.do("submit", APPROVER)
    ahead = Desk(demo, CODE, YEAR + 2)
    with pytest.raises(ReportRefused, match="not started"):
        ahead.do("begin", APPROVER)


def test_a_transfer_into_or_out_of_a_locked_year_needs_a_reason(demo: Application) -> None:
    def moved(number: str, unit: str, **value: str) -> None:
        with demo.context(), db.transaction() as session:
            step = Step(
                "transferred", JANUARY.date(), {"unit": unit, "reason": "归口不同", **value}
            )
            demo.cases.take_step(session, Actor.operator(), number, [step], LATER)

    out_of, into = late(demo, date(2026, 11, 19), None), late(demo, date(2026, 11, 20), None)
    moved(into, "LZ-S02")
    Desk(demo).to("published")
    for number, unit in ((out_of, "LZ-S02"), (into, "LZ-S01")):
        with pytest.raises(StepRefused) as caught:
            moved(number, unit)
        assert caught.value.field == "late_reason"
        moved(number, unit, late_reason="移交后重新确定职责。")
    # The unit that it left has other figures than it handed in, as has the one that it came to.
    children = {child.unit.code: child for child in Desk(demo, "LZ").whole().children}
    assert children[CODE].recorded_since == 2
    assert children["LZ-S02"].recorded_since == 0
    about = next(c for c in Desk(demo, "LZ").whole().failing if c.id == "children").about
    assert about.zh == "市发展改革委（2）"


def test_a_transfer_that_is_corrected_away_is_seen_for_the_unit_that_loses_the_case(
    demo: Application,
) -> None:
    number = late(demo, date(2026, 11, 19), None)
    with demo.context(), db.transaction() as session:
        step = Step("transferred", date(2026, 11, 20), {"unit": "LZ-S02", "reason": "归口不同"})
        demo.cases.take_step(session, Actor.operator(), number, [step], LATER)
    desk = Desk(demo, "LZ-S02")
    desk.now = LATER + timedelta(minutes=1)
    actor = Actor.operator()
    for name, data in (("begin", ()), ("check", (REASON,)), ("submit", ())):
        desk.do(name, actor, *data)

    def recorded() -> int:
        children = Desk(demo, "LZ").whole().children
        return next(c.recorded_since for c in children if c.unit.code == "LZ-S02")

    assert recorded() == 0
    with demo.context(), db.transaction() as session:
        change = {"action": "void", "key": "2"}
        data = {"changes": [change], "reason": "并未移交。", "late_reason": "核对时发现。"}
        step = Step("corrected", LATER.date(), data)
        demo.cases.take_step(session, actor, number, [step], LATER + timedelta(minutes=2))
    assert recorded() == 1


def test_a_correction_of_what_is_not_of_the_year_is_no_late_record(demo: Application) -> None:
    number = late(demo, date(2026, 11, 19), None)
    desk = Desk(demo)
    desk.now = LATER + timedelta(minutes=1)
    desk.to("submitted")

    def recorded() -> int:
        children = Desk(demo, "LZ").whole().children
        return next(c.recorded_since for c in children if c.unit.code == CODE)

    def correct(minutes: int, *changes: dict) -> None:
        data = {"changes": list(changes), "reason": "登记错误。", "late_reason": "核对时发现。"}
        with demo.context(), db.transaction() as session:
            step = Step("corrected", LATER.date(), data)
            moment = LATER + timedelta(minutes=minutes)
            demo.cases.take_step(session, APPROVER, number, [step], moment)

    with demo.context(), db.transaction() as session:
        step = Step("withdrawn", LATER.date())
        demo.cases.take_step(session, CLERK, number, [step], LATER + timedelta(minutes=2))
    assert recorded() == 0
    day = {"action": "replace", "key": "2", "kind": "withdrawn", "data": {}}
    correct(3, {**day, "day": "2027-01-19"})
    assert recorded() == 0
    assert version_differences(desk.whole().said, desk.whole().report) == []
    with demo.context() as session:
        first = view_case(session, APPROVER, number).history[0]
    change = {"action": "replace", "key": "1", "kind": "received", "day": "2026-11-19"}
    correct(5, {**change, "data": {**first.data, "applicant_kind": "legal"}})
    assert recorded() == 1
    # What is carried into the next year is of another kind as well.
    following = Desk(demo, CODE, YEAR + 1)
    with demo.context() as session:
        since = late_records_since(session, YEAR + 1, LATER + timedelta(minutes=4))
    assert {item.case_id for item in since} != set()
    assert following.whole().state == "not_begun"


def test_figures_typed_into_a_locked_year_need_a_reason(demo: Application) -> None:
    Desk(demo, "LZ").do("begin", ABOVE)
    Desk(demo, "LZ").do("check", ABOVE, REASON)
    Desk(demo, "LZ").do("submit", ABOVE)
    data = {"figure": "新闻发布会", "value": "3", "measure": "场", "origin": "新闻办"}
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, CODE)
        with pytest.raises(FigureRefused) as caught:
            demo.reporting.report_figure(session, CLERK, unit, YEAR, data, LATER)
        assert caught.value.field == "late_reason"
        more = {**data, "late_reason": "新闻办补报。"}
        demo.reporting.report_figure(session, CLERK, unit, YEAR, more, LATER)
    full = Desk(demo, "LZ").whole()
    assert [d.figure.id for d in version_differences(full.said, full.report)] == [
        "reported.新闻发布会（场）"
    ]


def test_counts_imported_into_a_locked_year_need_a_reason(
    demo: Application, tmp_path: Path
) -> None:
    Desk(demo).to("submitted")
    path, operator = tmp_path / "counts.csv", Actor.operator()
    path.write_text("unit,month,category,count\nLZ-S02,2026-03,财政,5\n", encoding="utf-8")
    with demo.context(), db.transaction() as session:
        assert import_counts(session, operator, path, LATER).added == 1
    path.write_text("unit,month,category,count\nLZ-S01,2026-03,财政,5\n", encoding="utf-8")
    with (
        demo.context(),
        db.transaction() as session,
        pytest.raises(RequestflowError, match="submitted figures: 1"),
    ):
        import_counts(session, operator, path, LATER)
    with demo.context(), db.transaction() as session:
        assert import_counts(session, operator, path, LATER, "漏报三月。").added == 1
    with demo.context(), db.transaction() as session:
        # The same file again changes nothing, and needs no reason.
        assert import_counts(session, operator, path, LATER).unchanged == 1
        reasons = session.scalars(
            select(FigureChange.late_reason).where(
                FigureChange.name == "财政", FigureChange.year == YEAR
            )
        )
        assert set(reasons) == {None, "漏报三月。"}
