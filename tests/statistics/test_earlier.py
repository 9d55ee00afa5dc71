"""Whatever is recorded later: the figures of an earlier moment are those that were counted then."""

import contextlib
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from requestflow.accounts import Actor, Unit, load_units, unit_by_code
from requestflow.application import Application
from requestflow.cases import Step, StepRefused, view_case
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.ledger.entries import Entry, RemedyEntry
from requestflow.reported_figures import (
    FigureRefused,
    enter_figure,
    import_figures,
    take_back_figure,
)
from requestflow.statistics import build_report
from tests.conftest import NOW

OPERATOR = Actor.operator()
YEARS = (2022, 2023, 2024)


@some.composite
def entries(draw) -> dict:
    received = draw(some.dates(date(2022, 1, 1), date(2024, 6, 1)))
    answered = received + timedelta(days=draw(some.integers(1, 300)))
    done = draw(some.booleans())
    filed = answered + timedelta(days=20)
    remedies = (RemedyEntry("suit", filed, None, False, None, None),)
    return {
        "applicant_kind": draw(some.sampled_from(("person", "legal", "other"))),
        "received_on": received,
        "answered_on": answered if done else None,
        "outcome": draw(some.sampled_from(("granted", "partial"))) if done else None,
        "unit": draw(some.sampled_from(("LZ-S01", "LZ-S02"))),
        "remedies": remedies if done and draw(some.booleans()) else (),
    }


def figures(session, known_on=None) -> dict:
    """Every figure of every year: of the city, of a unit, and unit by unit."""
    results = {}
    for year in YEARS:
        for code in (None, "LZ-S01"):
            report = build_report(
                session, year, code, by_unit=not code and year == 2023, known_on=known_on
            )
            results |= {(year, code, f.id): (f.value, f.previous) for f in report.index.values()}
            results |= {
                (year, unit.code, "own", figure.id): figure.value
                for unit in report.by_unit
                for figure in unit.figures
            }
    return results


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=some.lists(entries(), min_size=1, max_size=6), data=some.data())
def test_later_records_do_not_change_what_was_known(
    empty: Application, first: list[dict], data
) -> None:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
        session.flush()
        units = {unit.code: unit for unit in session.scalars(select(Unit))}

        def record(text_value: list[dict], head: str, moment) -> None:
            built = [
                Entry(f"{head}-{place}", channel="post", subject="内容", **item).history()
                for place, item in enumerate(text_value)
            ]
            empty.cases.record(session, OPERATOR, built, units, moment)

        known = []
        for turn in range(3):
            moment = NOW + timedelta(hours=turn)
            record(
                first if turn == 0 else data.draw(some.lists(entries(), max_size=3)),
                f"T{turn}",
                moment,
            )
            if turn:
                place = data.draw(some.integers(0, len(first) - 1))
                change = data.draw(some.sampled_from((_correct, _transfer)))
                change(session, empty, f"T0-{place}", data, moment)
            _report(session, data, moment)
            session.flush()
            known.append((moment + timedelta(minutes=1), figures(session)))
        for moment, then in known:
            assert figures(session, moment) == then
        session.rollback()


def _correct(session, app: Application, number: str, data, moment) -> None:
    """Something of what was recorded turns out to be otherwise."""
    view = view_case(session, OPERATOR, number)
    receipt = view.history[0]
    change = {
        "action": "replace",
        "key": "1",
        "kind": "received",
        "day": receipt.day.isoformat(),
        "data": {
            **receipt.data,
            "applicant_kind": data.draw(some.sampled_from(("person", "research", "welfare"))),
        },
    }
    if change["data"] == dict(receipt.data):
        return
    text_value = {"changes": [change], "reason": "登记错误。"}
    step = Step("corrected", moment.date(), text_value)
    app.cases.take_step(session, OPERATOR, number, [step], moment, imported=True)


def _transfer(session, app: Application, number: str, data, moment) -> None:
    """A case goes to the unit that is in charge of it, where that can still be."""
    to = data.draw(some.sampled_from(("LZ-S01", "LZ-S02", "LZ-X03")))
    step = Step("transferred", moment.date(), {"unit": to, "reason": "归口不同。"})
    with contextlib.suppress(StepRefused):
        app.cases.take_step(session, OPERATOR, number, [step], moment)


def _report(session, data, moment) -> None:
    """A unit reports a figure, or otherwise than before, or no more."""
    unit = unit_by_code(session, data.draw(some.sampled_from(("LZ-S01", "LZ-X03"))))
    year, value = data.draw(some.sampled_from(YEARS)), data.draw(some.integers(0, 3))
    name = data.draw(some.sampled_from(("培训", "行政许可-本年处理决定数量")))
    measure = data.draw(some.sampled_from(("场", "人次"))) if name == "培训" else ""
    if data.draw(some.booleans()):
        enter_figure(session, OPERATOR, unit, year, name, str(value), measure, "台账", moment)
    else:
        with contextlib.suppress(FigureRefused):
            take_back_figure(session, OPERATOR, unit, year, name, moment)


def test_a_count_of_nothing_that_was_put_in_is_not_taken_for_none(
    demo: Application, tmp_path: Path
) -> None:
    path, known = tmp_path / "counts.csv", {}
    with demo.context(), db.transaction() as session:
        for minutes, count in ((1, None), (2, 0), (3, 5)):
            moment = NOW + timedelta(minutes=minutes)
            if count is not None:
                path.write_text(f"unit,month,category,count\nLZ,2016-03,财政,{count}\n", "utf-8")
                import_figures(session, OPERATOR, path, moment)
            now = [build_report(session, year, "LZ-S01").empty for year in (2016, 2017)]
            report = build_report(session, 2017)
            known[moment] = (now, report.figure("publications.total").previous)
        assert [previous for _, previous in known.values()] == [None, 0, 5]
        for moment, (empty, previous) in known.items():
            then = build_report(session, 2017, known_on=moment)
            assert then.figure("publications.total").previous == previous
            reports = (build_report(session, y, "LZ-S01", known_on=moment) for y in (2016, 2017))
            assert [report.empty for report in reports] == empty
        session.rollback()
