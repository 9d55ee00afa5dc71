"""The city's published figures come out of its register."""

import html
import io
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Case, CaseFilter, list_cases
from requestflow.reporting import document_of, report_file, review_report
from requestflow.statistics import (
    build_report,
    condition_of,
    list_remedies,
    report_as_dict,
    report_as_html,
    report_as_text,
    select_figure,
)
from tests.conftest import NOW

PUBLISHED = {
    "applications.received": 528, "applications.answered": 528, "applications.granted": 433,
    "applications.partial": 46, "applications.refused": 49, "applications.refused.secret": 0,
    "applications.refused.not_this_body": 10, "applications.refused.not_existing": 0,
    "applications.refused.unclear": 26, "applications.refused.other": 13,
    "reconsiderations.received": 174, "reconsiderations.upheld": 93,
    "reconsiderations.corrected": 3, "reconsiderations.other": 78,
    "suits.received": 18, "suits.upheld": 7, "suits.corrected": 3, "suits.other": 8,
    "publications.total": 80165, "publications.overview": 10945, "publications.plans": 6014,
    "publications.normative": 137, "publications.news": 52544, "publications.personnel": 988,
    "publications.finance": 1035, "publications.enforcement": 3483, "publications.other": 5019,
}  # fmt: skip


def workbook(app: Application, by_unit: bool = False) -> bytes:
    """The report of 2014 as a workbook."""
    with app.context() as session:
        counted = build_report(session, 2014, by_unit=by_unit)
        content = document_of(session, review_report(session, counted.unit, 2014), "", NOW)
    zone = app.settings.timezone
    return report_file(content, "", "xlsx", "zh_CN", zone, counted.by_unit)[0]


def test_the_published_figures_are_counted(demo: Application) -> None:
    with demo.context() as session:
        report = build_report(session, 2014)
    counted = {name: report.figure(name).value for name in PUBLISHED}
    assert counted == PUBLISHED
    assert all(check.holds for check in report.checks)


def test_shares_are_exact_to_two_decimals(demo: Application) -> None:
    with demo.context() as session:
        figures = {f["id"]: f for f in report_as_dict(build_report(session, 2014))["figures"]}
    shares = {
        name: figures[f"applications.{name}"]["share"] for name in ("granted", "partial", "refused")
    }
    assert shares == {"granted": 82.01, "partial": 8.71, "refused": 9.28}
    total = figures["publications.total"]
    assert (total["previous"], total["change"], total["change_share"]) == (68230, 11935, 17.49)


@pytest.mark.parametrize("year", [2014, 2026])
def test_every_figure_lists_exactly_what_it_counted(demo: Application, year: int) -> None:
    with demo.context() as session:
        report = build_report(session, year)
        for figure in report.figures:
            if figure.link is None or figure.table == "fees":
                continue
            counted = select_figure(session, figure.id, year, report.unit.code)
            if counted.source == "remedies":
                rows, _ = list_remedies(session, counted, size=10_000)
            else:
                narrowed = CaseFilter(condition=condition_of(counted))
                day = demo.today()
                rows = list_cases(session, Actor.operator(), narrowed, day, day, None, 10_000).rows
            assert len(rows) == figure.value, figure.id


def test_units_sum_to_the_whole(demo: Application) -> None:
    with demo.context() as session:
        report = build_report(session, 2014, by_unit=True)
    for name in ("applications.received", "applications.granted", "reconsiderations.received"):
        parts = [f.value for unit in report.by_unit for f in unit.figures if f.id == name]
        assert sum(parts) == report.figure(name).value


def test_a_year_without_records_gives_zeros_and_says_so(demo: Application) -> None:
    with demo.context() as session:
        report = build_report(session, 2016)
    # Cases are all recorded here, so none is 0; of what is put in nothing is known.
    counts = {"publications", "channels"}
    assert {f.value for f in report.figures if f.table not in counts} == {0}
    assert {(f.value, f.share, f.change) for f in report.figures if f.table in counts} == {
        (None, None, None)
    }
    missing = next(check for check in report.checks if check.id == "reported.missing")
    assert (missing.left, missing.right, missing.holds) == (0, 2, False)
    assert "no records" in report_as_text(report, "en")


def test_the_forms_consistency_rule_holds_over_living_cases(demo: Application) -> None:
    with demo.context() as session:
        report = build_report(session, 2026)
    balance = [check for check in report.checks if check.id.startswith("t3.balance")]
    assert len(balance) == 7
    assert all(check.holds for check in balance)
    assert report.figure("t3.1.total").value + report.figure("t3.2.total").value == 62


def test_unit_by_unit_every_format_has_them_and_each_figure_opens_its_own(
    demo: Application,
) -> None:
    with demo.context() as session:
        report = build_report(session, 2014, by_unit=True)
        own = next(unit for unit in report.by_unit if unit.code == "LZ-S02")
        figure = next(f for f in own.figures if f.id == "applications.received")
        requested = dict(parse_qsl(urlsplit(figure.link).query))
        result = select_figure(
            session, requested["figure"], 2014, requested["unit"], exact=bool(requested["exact"])
        )
        counted = select(func.count()).select_from(Case).where(condition_of(result))
        assert session.scalar(counted) == figure.value > 0
    page = report_as_html(report, "zh_CN", "http://site")
    assert f'href="http://site{html.escape(figure.link)}">{figure.value}</a>' in page
    book = load_workbook(io.BytesIO(workbook(demo, by_unit=True)))
    rows = list(book["各单位情况"].values)
    assert ("LZ-S02", own.name, figure.label.zh, figure.value) in rows
    assert len(rows) == sum(bool(f.value) for unit in report.by_unit for f in unit.figures)
    reported = {row[0]: row[1] for row in book["报送数"].values}
    assert reported == {f.label.zh: float(f.value) for f in report.reported}
    assert all(f'data-figure="{f.id}"' in page for f in report.reported)


def test_all_formats_hold_the_same_figures(demo: Application) -> None:
    with demo.context() as session:
        report = build_report(session, 2014)
    assert 'data-figure="applications.granted">' in report_as_html(report, "zh_CN", "")
    assert "433" in report_as_text(report, "zh_CN")
    assert workbook(demo)[:2] == b"PK"
    assert json.dumps(report_as_dict(report))
