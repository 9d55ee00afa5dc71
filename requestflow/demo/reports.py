"""The sample year's annual report: the city's as it was published, and those of some units."""

import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from requestflow.accounts import Actor, unit_by_code
from requestflow.reporting import ReportService, WrittenText, report_of, texts_of

YEAR = 2014
WORDS = Path(__file__).parent / "data" / "report-2014.toml"
REASON = "示例数据：文字部分未编写。"
CITY = Actor("supervisor", "supervisor", "LZ/")


def publish_demo(session: Session, reporting: ReportService, now: datetime) -> None:
    """Takes the reports of the sample year through their states: the city published its own, which
    was made without reports of the units; some of these made theirs later, one was returned."""
    unit = unit_by_code(session, "LZ")
    reporting.begin(session, CITY, unit, YEAR, now)
    row = report_of(session, unit.id, YEAR)
    assert row is not None  # noqa: S101 - it was begun just now
    standing = texts_of(session, row.id)
    for section, content in tomllib.loads(WORDS.read_text(encoding="utf-8")).items():
        there = standing.get((section, "zh_CN"))
        version = there.version if there else 0
        words = [WrittenText("zh_CN", content.strip(), version)]
        reporting.write(session, CITY, unit, YEAR, section, words, now)
    reporting.check(session, CITY, unit, YEAR, "", now)
    reporting.submit(session, CITY, unit, YEAR, now)
    reporting.publish(session, CITY, unit, YEAR, now)
    for code, last in (("LZ-S01", "accepted"), ("LZ-S02", "submitted"), ("LZ-S03", "returned")):
        _hand_in(session, reporting, code, last, now)


def _hand_in(
    session: Session, reporting: ReportService, code: str, last: str, now: datetime
) -> None:
    unit = unit_by_code(session, code)
    own = Actor("approver", "approver", unit.path)
    reporting.begin(session, own, unit, YEAR, now)
    reporting.check(session, own, unit, YEAR, REASON, now)
    reporting.submit(session, own, unit, YEAR, now)
    if last == "accepted":
        reporting.accept(session, CITY, unit, YEAR, now)
    elif last == "returned":
        reporting.give_back(session, CITY, unit, YEAR, "请补充存在问题及改进措施。", now)
