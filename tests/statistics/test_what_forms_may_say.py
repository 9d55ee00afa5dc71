"""What no form of this country asks but another may: days, further grounds, fee notices, ratios.
Each figure against a count by hand over the raw events."""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Case, CaseEvent, CaseFilter, Step, list_cases
from requestflow.foundation import NotFound, db
from requestflow.law import SELDOM, use_folder
from requestflow.reported_figures import enter_figure
from requestflow.statistics import build_statistics, condition_of, select_figure
from requestflow.statistics.aggregation import Scope, with_year_before
from requestflow.statistics.as_of import records_then
from tests.cases.worked import answered, opened
from tests.conftest import NOW

FORM = """
code = "extra"
title = { zh = "补充统计表", en = "Further figures" }
source = { zh = "本机关", en = "This body" }
year_from = 2026
beside = true

[[sections]]
id = "s"
label = { zh = "表", en = "Table" }

[[tables]]
id = "days"
label = { zh = "用时", en = "Days" }
section = "s"
source = "cases"
rows = [
  { id = "all", label = { zh = "全部", en = "All" }, when = { concluded = ["in"] } },
  { id = "refused", label = { zh = "不予公开", en = "Refused" }, when = { concluded = ["in"], outcome = ["refused"] } },
  { id = "none", label = { zh = "无", en = "None" }, when = { outcome = ["no_such"] } },
]
columns = [
  { id = "number", label = { zh = "件数", en = "Cases" } },
  { id = "average", label = { zh = "平均", en = "Average" }, measure = "days_average" },
  { id = "median", label = { zh = "中位数", en = "Median" }, measure = "days_median" },
  { id = "lowest", label = { zh = "最短", en = "Lowest" }, measure = "days_lowest" },
  { id = "highest", label = { zh = "最长", en = "Highest" }, measure = "days_highest" },
]

[[tables]]
id = "named"
label = { zh = "理由", en = "Grounds" }
section = "s"
source = "cases"
rows = [
  { id = "third", label = { zh = "第三方", en = "Third party" }, when = { concluded = ["in"], named_ground = ["third_party_rights"] } },
  { id = "secret", label = { zh = "国家秘密", en = "Secret" }, when = { concluded = ["in"], named_ground = ["state_secret"] } },
  { id = "either", label = { zh = "任一", en = "Either" }, when = { concluded = ["in"], named_ground = ["third_party_rights", "state_secret"] } },
  { id = "asked", label = { zh = "收费件数", en = "Cases with a fee" }, when = { received = ["in"], fee_notified = ["yes"] } },
  { id = "notices", label = { zh = "收费通知", en = "Fee notices" }, when = { received = ["in"] }, measure = "fee_notices" },
]

[[tables]]
id = "files"
label = { zh = "电子化", en = "Files" }
section = "s"
source = "activity"
reported_in = { measure = "件", whole = true }
rows = [
  { id = "full", label = { zh = "全文电子化", en = "In full text" }, when = { figure = ["全文电子化"] } },
  { id = "total", label = { zh = "全部文件", en = "All files" }, when = { figure = ["全部文件"] } },
  { id = "rate", label = { zh = "全文电子化率", en = "Rate" }, ratio = { part = "full", whole = "total" }, counted_in = "%" },
]
"""  # noqa: E501


@pytest.fixture
def asking(demo: Application, tmp_path: Path) -> Iterator[Application]:
    """The sample, in an installation that has such a form beside its report."""
    folder = tmp_path / "law"
    (folder / "forms").mkdir(parents=True)
    (folder / "forms" / "extra.toml").write_text(FORM, encoding="utf-8")
    use_folder(folder)
    yield demo
    use_folder(None)


PARTS = [{"part": "附件一", "ground": "not_held"}, {"part": "附件二", "ground": "state_secret"}]
REFUSED = {
    "outcome": "refused",
    "ground": "process_information",
    "further_grounds": ["third_party_rights", "state_secret"],
}
PARTIAL = {"outcome": "partial", "granted": "正文", "withheld": PARTS}
NOTICE = {"rule": "by_page", "number": 80, "how_to_pay": "x"}


def worked(app: Application) -> None:
    """Two answers for several grounds, and a case in which a fee notice went out."""
    opened(app, date(2026, 10, 9), *answered(date(2026, 10, 14), **REFUSED))
    opened(app, date(2026, 10, 9), *answered(date(2026, 10, 19), **PARTIAL))
    opened(
        app,
        date(2026, 11, 2),
        Step("fee_notified", date(2026, 11, 4), NOTICE),
    )


def by_hand(session: Any) -> dict[str, Any]:
    """What the raw events say of 2026."""
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for row in session.scalars(select(CaseEvent).order_by(CaseEvent.case_id, CaseEvent.sequence)):
        events[row.case_id].append(row)
    named: Counter[str] = Counter()
    notices = asked = 0
    for history in events.values():
        if any(row.kind in ("corrected", "voided") for row in history):
            continue
        sent = [row for row in history if row.kind in ("delivered", "decision_recorded")]
        if sent and sent[0].day.year == 2026:
            grounds: set[str] = set()
            for row in history[: history.index(sent[0]) + 1]:
                data = json.loads(row.data)
                if row.kind == "drafted":
                    grounds = {data.get("ground"), *(data.get("further_grounds") or ())}
                    grounds |= {part.get("ground") for part in data.get("withheld") or ()}
                if row.kind == "decision_recorded":
                    grounds = {data.get("ground")}
            named.update(code for code in grounds if code)
            named["either"] += not grounds.isdisjoint({"third_party_rights", "state_secret"})
        sums = [row for row in history if row.kind == "fee_notified"]
        if history[0].day.year == 2026:
            notices += len(sums)
            asked += bool(sums)
    return {"named": named, "notices": notices, "asked": asked}


def test_days_are_those_of_the_cases(asking: Application) -> None:
    with asking.context() as session:
        report = build_statistics(session, 2026)
        taken = [
            row
            for row in session.scalars(select(Case))
            if row.concluded_on and row.concluded_on.year == 2026 and row.days_taken is not None
        ]
    for name, cases in (("all", taken), ("refused", [c for c in taken if c.outcome == "refused"])):
        days = [case.days_taken for case in cases]
        average = (Decimal(sum(days)) / len(days)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        expected = (average, Decimal(str(statistics.median(days))), min(days), max(days))
        counted = [
            report.figure(f"days.{name}.{column}").value
            for column in ("average", "median", "lowest", "highest")
        ]
        assert tuple(counted) == expected
    assert report.figure("days.none.number").value == 0
    assert report.figure("days.none.median").value is None


def test_every_ground_that_an_answer_names_is_counted(asking: Application) -> None:
    worked(asking)
    with asking.context() as session:
        report = build_statistics(session, 2026)
        expected = by_hand(session)
    figures = {name: report.figure(f"named.{name}").value for name in ("third", "secret", "either")}
    assert figures == {
        "third": expected["named"]["third_party_rights"],
        "secret": expected["named"]["state_secret"],
        "either": expected["named"]["either"],
    }
    assert expected["named"]["state_secret"] >= 2
    assert report.figure("named.notices").value == expected["notices"] >= 1
    assert report.figure("named.asked").value == expected["asked"] >= 1


def test_each_leads_to_what_it_counted(asking: Application) -> None:
    worked(asking)
    with asking.context() as session:
        report = build_statistics(session, 2026)
        for name in ("days.all.median", "named.third", "named.secret", "named.asked"):
            selected = select_figure(session, name, 2026, report.unit.code)
            narrowed = CaseFilter(condition=condition_of(selected))
            day = NOW.date()
            listed = list_cases(session, Actor.operator(), narrowed, day, day, None, 10_000).rows
            number = "days.all.number" if name.startswith("days") else name
            assert len(listed) == report.figure(number).value
        with pytest.raises(NotFound):
            select_figure(session, "files.rate", 2026, report.unit.code)
    assert report.figure("files.rate").link is None


def test_a_ratio_is_of_what_units_reported(asking: Application) -> None:
    with asking.context() as session:
        assert build_statistics(session, 2026).figure("files.rate").value is None
    with asking.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        for name, value in (("全文电子化", "2"), ("全部文件", "3")):
            enter_figure(session, Actor.operator(), unit, 2026, name, value, "件", "登记簿", NOW)
    with asking.context() as session:
        report = build_statistics(session, 2026)
        figure = report.figure("files.rate")
        assert (figure.value, figure.measure) == (Decimal("66.67"), "%")
        missing = next(check for check in report.checks if check.id == "reported.missing")
        assert missing.right == 2


def test_all_of_it_is_known_of_an_earlier_moment(asking: Application) -> None:
    worked(asking)
    scope = Scope(2026, None, None, SELDOM)

    def plain(groups: Any) -> Any:
        return Counter((*map(str, g.values.values()), g.days, *g.sums.values()) for g in groups)

    with asking.context() as session:
        known, _ = with_year_before(session, "cases", scope)
    with asking.context(), db.transaction() as session:
        query = select(Case).where(Case.stage == "in_progress").order_by(Case.id)
        later = NOW + timedelta(hours=1)
        for case in session.scalars(query).all():
            step = Step("withdrawn", NOW.date(), {"reason": "x"})
            asking.cases.take_step(session, Actor.operator(), case.number, [step], later)
    with asking.context() as session:
        now, _ = with_year_before(session, "cases", scope)
        then, _ = records_then(session, ["cases"], scope, False, NOW)["cases"]
    assert plain(now) != plain(known)
    assert plain(then) == plain(known)
