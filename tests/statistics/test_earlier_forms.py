"""The forms of 2014 to 2018 and of 2019 and 2020: filled from generated registers, cell by cell
against a count over the raw events, and printed as the form has them."""

import io
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from requestflow.accounts import Actor, Unit, load_units, unit_by_code
from requestflow.application import Application
from requestflow.cases import CaseFilter, list_cases
from requestflow.demo.loading import DATA
from requestflow.foundation import RequestflowError, db
from requestflow.ledger.entries import Entry, RemedyEntry
from requestflow.publications import ChannelCount, Publication
from requestflow.reported_figures import SCALE, changes_of, enter_figure, import_figures, statements
from requestflow.reporting import (
    document_of,
    report_file,
    review_report,
    statistics_document,
)
from requestflow.statistics import (
    build_report,
    build_statistics,
    condition_of,
    list_remedies,
    reported_by,
    select_figure,
)
from tests.conftest import NOW
from tests.statistics.raw import histories

OPERATOR = Actor.operator()
CHANNELS = ("in_person", "fax", "internet", "mail", "post")
ANSWERS = [
    ("granted", None), ("already_public", None), ("partial", None), ("partial", "privacy"),
    *(("refused", ground) for ground in (
        "state_secret", "trade_secret", "privacy", "endangers_security",
        "not_government_information", "other_by_law", "secret", "other", "not_this_body",
        "not_existing", "to_be_completed", "other_procedure", "unclear",
    )),
]  # fmt: skip
LINES = {
    "granted": "32", "already_public": "31", "partial": "33",
    "state_secret": "35", "trade_secret": "36", "privacy": "37", "endangers_security": "38",
    "not_government_information": "39", "other_by_law": "40",
    "secret": "34.secret", "other": "34.other",
    "not_this_body": "41", "not_existing": "42", "to_be_completed": "43",
    "other_procedure": "44", "unclear": "30.unclear",
}  # fmt: skip
UNDER_REFUSED = {"35", "36", "37", "38", "39", "40", "34.secret", "34.other"}
BY_CHANNEL = {"in_person": "23", "fax": "24", "internet": "25", "mail": "25", "post": "26"}


def register() -> list[Entry]:
    chance = random.Random(5)
    built = []
    for place in range(900):
        outcome, ground = ANSWERS[place % len(ANSWERS)]
        received = date(2014, 11, 3) + timedelta(chance.randrange(800))
        answered = received + timedelta(chance.randrange(2, 60))
        remedies: tuple[RemedyEntry, ...] = ()
        if place % 9 == 0:
            kind = "suit" if place % 18 else "reconsideration"
            result = ("upheld", "corrected", "other", None)[place // 18 % 4]
            filed = answered + timedelta(10)
            over = filed + timedelta(chance.randrange(20, 200)) if result else None
            remedies = (RemedyEntry(kind, filed, None, False, over, result),)
        built.append(
            Entry(
                f"A-{place:04d}", ("LZ-S01", "LZ-X03")[place % 2], "person",
                CHANNELS[place % len(CHANNELS)], received, "内容",
                extended_on=received + timedelta(1) if place % 7 == 0 else None,
                answered_on=answered if place % 13 else None,
                outcome=outcome if place % 13 else None, ground=ground if place % 13 else None,
                fee_charged=place * 100, remedies=remedies if place % 13 else (),
            )
        )  # fmt: skip
    return built


def counted(session, first: date, last: date) -> Counter[str]:
    """The lines of the table over cases and remedies, from nothing but the raw events."""
    cells: Counter[str] = Counter()
    for events in histories(session).values():
        _, received, data = events[0]
        if first <= received <= last:
            cells.update(["s5.22", f"s5.{BY_CHANNEL[data['channel']]}"])
        answer = next(((d, x) for k, d, x in events if k == "decision_recorded"), None)
        if answer and first <= answer[0] <= last:
            extended = any(k == "extended" for k, _, _ in events)
            outcome, ground = answer[1]["outcome"], answer[1].get("ground")
            line = LINES[ground if outcome == "refused" else outcome]
            cells.update(["s5.27", f"s5.{29 if extended else 28}", "s5.30", f"s5.{line}"])
            if line in UNDER_REFUSED:
                cells["s5.34"] += 1
            fees = sum(x["charged"] for k, _, x in events if k == "fees_recorded")
            cells["fen"] += fees
        filed = {x["remedy"]: x["kind"] for k, _, x in events if k == "remedy_filed"}
        for kind, day, data in events:
            if kind == "remedy_concluded" and first <= day <= last:
                table, line = ("s7", 49) if filed[data["remedy"]] == "suit" else ("s6", 45)
                line_of = {"upheld": 1, "corrected": 2, "other": 3}[data["result"]]
                cells.update([f"{table}.{line}", f"{table}.{line + line_of}"])
    return cells


@pytest.fixture
def filled(empty: Application) -> Application:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
        session.flush()
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        empty.cases.record(session, OPERATOR, [e.history() for e in register()], units, NOW)
        unit = units["LZ-S01"]
        for month, number in ((2, 30), (5, 12)):
            what = {"unit_id": unit.id, "year": 2015, "month": month}
            session.add(Publication(**what, category="规范性文件", count=number))
            session.add(Publication(**what, category="人事", count=100))
            session.add(ChannelCount(**what, channel="政府公报", count=number + 1))
        reported = (("政府信息公开专职人员数", "12"), ("政府信息公开兼职人员数", "30"))
        for figure, value in reported:
            enter_figure(session, OPERATOR, unit, 2015, figure, value, "人", "台账", NOW)
        money = "政府信息公开专项经费"
        enter_figure(session, OPERATOR, unit, 2015, money, "3.5", "万元", "台账", NOW)
    return empty


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (None, date(2015, 1, 1), date(2015, 12, 31)),
        (1, date(2015, 1, 1), date(2015, 3, 31)),
        (2, date(2015, 4, 1), date(2015, 6, 30)),
        (4, date(2015, 10, 1), date(2015, 12, 31)),
    ],
)
def test_every_line_of_the_statistical_table(
    filled: Application, quarter: int | None, first: date, last: date
) -> None:
    with filled.context() as session:
        report = build_statistics(session, 2015, quarter=quarter)
        wanted = counted(session, first, last)
        fen = wanted.pop("fen")
        over_records = {"s5", "s6", "s7"}
        figures = {f.id: f.value for f in report.figures if f.table in over_records and f.value}
        assert figures == wanted
        assert float(report.figure("s9.54").value) == fen / 100 / 10_000
        assert all(
            check.holds for check in report.checks if check.id.startswith(("s5", "s6", "s7"))
        )
    if quarter is None:
        # Every line was reached, or equality says little of it.
        assert {f.id for f in report.figures if f.table in over_records} == set(wanted)


def test_what_is_reported_by_month_stands_in_its_quarter(filled: Application) -> None:
    with filled.context() as session:
        year, first, second, third = (
            build_statistics(session, 2015, "LZ-S01", quarter) for quarter in (None, 1, 2, 3)
        )
    assert [r.figure("s1.2").value for r in (year, first, second)] == [242, 130, 112]
    assert [r.figure("s1.3").value for r in (year, first, second)] == [42, 30, 12]
    assert [r.figure("s3.6").value for r in (year, first, second)] == [44, 31, 13]
    assert third.figure("s1.2").value is None, "nothing was reported for that quarter"
    assert [year.figure(f"s10.{n}").value for n in (58, 59, 60)] == [42, 12, 30]
    assert first.figure("s10.58").value is None, "reported for the year alone"
    assert float(year.figure("s10.61").value) == 3.5


def test_units_report_for_a_quarter_what_does_not_follow_from_the_year(
    filled: Application,
) -> None:
    staff = "政府信息公开专职人员数"

    def report(value: str, quarter: str) -> None:
        with filled.context(), db.transaction() as session:
            unit = unit_by_code(session, "LZ-S01")
            said = {"figure": staff, "value": value, "measure": "人", "origin": "台账"}
            filled.reporting.report_figure(
                session, OPERATOR, unit, 2015, {**said, "quarter": quarter}, NOW
            )

    report("9", "1")
    report("11", "2")
    with filled.context() as session:
        year, first, second, third = (
            build_statistics(session, 2015, "LZ-S01", quarter) for quarter in (None, 1, 2, 3)
        )
        assert [r.figure("s10.59").value for r in (year, first, second)] == [12, 9, 11]
        assert third.figure("s10.59").value is None
        stated = first.figure("s10.59").stated_at or ""
        assert stated.endswith("&quarter=1")
        _, counts = reported_by("s10.59", 2015, None, "cn", 1)
        rows, _ = statements(session, counts, "LZ/LZ-S01/")
        assert [row.value for row in rows] == [9 * SCALE]
        changes, _ = changes_of(session, counts, "LZ/LZ-S01/")
        assert [change.after for change, _ in changes] == [9 * SCALE]
        missing = next(check for check in third.checks if check.id == "reported.missing")
        assert "专职人员" in (missing.about.zh if missing.about else "")
        assert "主动公开" not in {f.label.zh for f in build_report(session, 2015).reported}
    with filled.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        filled.reporting.take_back_figure(
            session, OPERATOR, unit, 2015, {"figure": staff, "quarter": "1"}, NOW
        )
    with filled.context() as session:
        assert build_statistics(session, 2015, "LZ-S01", 1).figure("s10.59").value is None
        assert build_statistics(session, 2015, "LZ-S01").figure("s10.59").value == 12


def test_figures_of_quarters_come_in_from_a_file(filled: Application, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    head = "unit,year,quarter,figure,value,unit_of_measure\n"
    line = "LZ-S01,2015,{},政府信息公开专职人员数,{},人\n"
    path.write_text(head + line.format(3, 7) + line.format("", 12), encoding="utf-8")
    with filled.context(), db.transaction() as session:
        done = import_figures(session, OPERATOR, path, NOW)
    assert (done.added, done.unchanged) == (1, 1), "the year's was there and stays"
    with filled.context() as session:
        assert build_statistics(session, 2015, "LZ-S01", 3).figure("s10.59").value == 7
    path.write_text(head + line.format(5, 7), encoding="utf-8")
    with filled.context() as session, pytest.raises(RequestflowError, match="not a quarter"):
        import_figures(session, OPERATOR, path, NOW)


def test_every_reported_line_leads_to_what_units_state(filled: Application) -> None:
    with filled.context() as session:
        figures = build_statistics(session, 2015).figures
    stated = [figure.id for figure in figures if figure.stated_at]
    assert len(stated) == 26
    for figure in stated:
        _, counts = reported_by(figure, 2015)
        assert counts.year == 2015


def test_every_line_opens_its_records(filled: Application) -> None:
    day = filled.today()
    with filled.context() as session:
        for quarter in (None, 2):
            for figure in build_statistics(session, 2015, "LZ", quarter).figures:
                if not figure.link:
                    continue
                assert ("quarter=2" in figure.link) == (quarter == 2)
                found = select_figure(session, figure.id, 2015, "LZ", quarter=quarter)
                if figure.id == "s9.54":
                    continue
                if found.source == "remedies":
                    rows, _ = list_remedies(session, found, size=9999)
                    assert len(rows) == figure.value, figure.id
                    continue
                only = CaseFilter(condition=condition_of(found))
                rows = list_cases(session, OPERATOR, only, day, day, None, 9999).rows
                assert len(rows) == figure.value, figure.id


def test_the_table_is_printed_line_by_line(filled: Application) -> None:
    with filled.context() as session:
        report = build_statistics(session, 2015)
        content = statistics_document(session, report, NOW)
    zone = filled.settings.timezone
    word, _ = report_file(content, "", "docx", "zh_CN", zone)
    (table,) = Document(io.BytesIO(word)).tables
    lines = [[cell.text.strip() for cell in row.cells] for row in table.rows]
    assert lines[0] == ["统计指标", "单位", "统计数"]
    # 65 lines of the form, and three for what earlier registers do not tell apart.
    assert len(lines) == 1 + 65 + 3
    assert lines[1] == ["一、主动公开情况", "——", "——"]
    by_name = {name: (measure, number) for name, measure, number in lines[1:]}
    assert by_name["（一）收到申请数"] == ("件", str(report.figure("s5.22").value))
    assert by_name["七、依申请公开信息收取的费用"][0] == "万元"
    assert by_name["（三）从事政府信息公开工作人员数"] == ("人", "42")
    sheet = load_workbook(io.BytesIO(report_file(content, "", "xlsx", "zh_CN", zone)[0])).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["统计指标", "单位", "统计数"]
    assert sheet.max_row == len(lines)
    assert report_file(content, "", "pdf", "zh_CN", zone)[0].startswith(b"%PDF")


def test_2014_has_both_its_report_and_the_table(demo: Application) -> None:
    with demo.context() as session:
        report, table = build_report(session, 2014), build_statistics(session, 2014)
    assert table.figure("s5.22").value == report.figure("applications.received").value == 528
    assert table.figure("s5.41").value == 10
    assert table.figure("s5.30.unclear").value == 26
    assert table.figure("s5.34.other").value == 13


CHANGES = {
    "行政许可-上一年项目数量": "120", "行政许可-本年增减": "+3", "行政许可-处理决定数量": "4500",
    "行政处罚-上一年项目数量": "300", "行政处罚-本年增减": "-253", "行政处罚-处理决定数量": "17",
    "行政事业性收费-上一年项目数量": "9", "行政事业性收费-本年增减": "0",
    "政府集中采购-采购项目数量": "9", "政府集中采购-采购总金额": "103.3879",
}  # fmt: skip


def test_table_two_of_2019_has_three_numbers_a_row_and_signed_changes(empty: Application) -> None:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
        session.flush()
        for code, sign in (("LZ-S01", 1), ("LZ-S02", 0)):
            unit = unit_by_code(session, code)
            for figure, value in CHANGES.items():
                typed = value if sign else "0"
                enter_figure(session, OPERATOR, unit, 2019, figure, typed, "", "台账", NOW)
    with empty.context() as session:
        city = unit_by_code(session, "LZ")
        report = build_report(session, 2019, city)
        content = document_of(session, review_report(session, city, 2019), "", NOW, draft=True)
    value = {f.id: f.value for f in report.figures}
    assert value["t2.20-5.permits.change"] == 3
    assert value["t2.20-6.penalties.change"] == -253
    assert float(value["t2.20-9.procurement.amount"]) == 103.3879
    assert value["t2.20-1.regulations.made"] is None, "nobody has reported it"
    word, _ = report_file(content, "", "docx", "zh_CN", empty.settings.timezone)
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(word)).tables
    ]
    (permits,) = [t for t in tables if t[0][0] == "信息内容" and t[1][0] == "行政许可"]
    assert permits[0] == ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]
    assert permits[1] == ["行政许可", "120", "+3", "4500"]
    (penalties,) = [t for t in tables if t[1][0] == "行政处罚"]
    assert penalties[1] == ["行政处罚", "300", "-253", "17"]
    three = next(t for t in tables if "（六）其他处理" in {cell for row in t for cell in row})
    assert len(three) == 3 + 23
