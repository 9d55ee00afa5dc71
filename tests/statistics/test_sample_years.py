"""The made-up years of the sample: every form of the time has something to show, and balances."""

from requestflow.application import Application
from requestflow.cases import Difference, verify
from requestflow.demo import load_years
from requestflow.demo.years import YEARS
from requestflow.foundation import db
from requestflow.statistics import build_report, build_statistics
from tests.conftest import NOW
from tests.statistics.test_report import PUBLISHED


def test_ten_years_fill_every_form_and_balance(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        count = load_years(session, demo.cases, NOW)
    assert count == sum(40 + 4 * (year - YEARS[0]) for year in YEARS)
    used: dict[str, set[str]] = {}
    with demo.context() as session:
        assert not [item for item in verify(session) if isinstance(item, Difference)]
        for year in YEARS:
            beside = [build_statistics(session, year)] if year < 2019 else []
            for report in (build_report(session, year), *beside):
                assert all(check.holds for check in report.checks), (year, report.form.code)
                filled = {figure.id for figure in report.figures if figure.value}
                used.setdefault(report.form.code, set()).update(filled)
        assert {code: len(ids) > 50 for code, ids in used.items() if code != "cn-2014"} == {
            "cn-2014-statistics": True,
            "cn-2019": True,
            "cn-2021": True,
        }
        counted = build_report(session, 2014)
    assert {name: counted.figure(name).value for name in PUBLISHED} == PUBLISHED
