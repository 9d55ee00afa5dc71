"""Ten made-up years of a register, 2015 to 2024, so that trends, forms and tables have something to
show. The same each time; nothing of it is of the city."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.calendars import calendar_for
from requestflow.cases import CaseService, next_number
from requestflow.demo.living import SUBJECTS
from requestflow.law import WorkingCalendar, asked_in_year, law_in_force, report_form_for
from requestflow.ledger import Entry, RemedyEntry
from requestflow.publications import ChannelCount, Publication
from requestflow.reported_figures import enter_figure

YEARS = range(2015, 2025)
ORIGIN = "生成的示例数据"
UNITS = ("LZ-S00", "LZ-S01", "LZ-S02", "LZ-S05", "LZ-S07", "LZ-X00", "LZ-X03")
KINDS = (*["person"] * 7, "enterprise", "research", "welfare", "legal", "other")
CHANNELS = ("internet", "internet", "internet", "post", "post", "in_person", "mail", "fax")
GIVEN = 9
"""How often information is given, against once for each ground of not giving it."""
CATEGORIES = {
    "概况": 40, "计划总结": 30, "规范性文件": 12, "工作动态": 260, "人事": 45, "财政": 50,
    "行政执法": 160, "其他": 90,
}  # fmt: skip
WAYS = {"政府公报": 20, "政府网站": 600, "政务微博": 150, "政务微信": 120, "其他方式": 60}


def load_years(session: Session, cases: CaseService, now: datetime) -> int:
    """Records the cases of the ten years and what the city reported in them; how many cases."""
    operator = Actor.operator()
    chance = random.Random(2015)  # noqa: S311 - the same sample each time
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    calendar = calendar_for(session)
    entries = _entries(session, units, chance, calendar)
    histories = [entry.history() for entry in entries]
    cases.record(session, operator, histories, units, now)
    root = next(unit for unit in units.values() if unit.parent_id is None)
    for year in YEARS:
        _publish(session, root, year, chance)
        for figure, measure in asked_in_year(year).items():
            least = -9 if measure.signed else 0
            value = str(chance.randrange(least, 60))
            enter_figure(session, operator, root, year, figure, value, "", ORIGIN, now)
    return len(histories)


def _entries(
    session: Session, units: dict[str, Unit], chance: random.Random, calendar: WorkingCalendar
) -> Iterator[Entry]:
    for year in YEARS:
        for _ in range(40 + 4 * (year - YEARS[0])):
            received = date(year, 1, 1) + timedelta(chance.randrange(365))
            unit = units[chance.choice(UNITS)]
            number = next_number(session, unit, year)
            yield _entry(number, unit.code, calendar.on_or_after(received), chance, calendar)


def _entry(
    number: str, unit: str, received: date, chance: random.Random, calendar: WorkingCalendar
) -> Entry:
    extended = chance.random() < 0.12
    answered = calendar.after(received, chance.randrange(2, 34 if extended else 21))
    consulted = calendar.after(received, 1) if chance.random() < 0.1 else None
    outcome, ground = _answer(received, chance)
    return Entry(
        number=number,
        unit=unit,
        applicant_kind=chance.choice(KINDS),
        channel=chance.choice(CHANNELS),
        received_on=received,
        subject=f"申请公开{received.year}年{chance.choice(SUBJECTS[1:])}",
        extended_on=calendar.after(received, 2) if extended else None,
        third_party_asked=consulted,
        third_party_answered=calendar.after(consulted, 1) if consulted else None,
        answered_on=max(answered, calendar.after(received, 3)),
        outcome=outcome,
        ground=ground,
        fee_charged=chance.randrange(1, 40) * 1000 if chance.random() < 0.05 else 0,
        remedies=_remedies(answered, outcome, chance, calendar),
    )


def _answer(received: date, chance: random.Random) -> tuple[str, str | None]:
    """An answer of the law of that day: mostly given, now and then for each ground not."""
    law = law_in_force(received)
    given: list[tuple[str, str | None]] = [
        (item.code, None) for item in law.outcomes if item.ground != "required" and item.gives
    ]
    refused: list[tuple[str, str | None]] = [
        (outcome, ground.code)
        for ground in law.grounds
        if not ground.coarse
        for outcome in ground.outcomes
        if (found := law.outcome(outcome)) and found.ground == "required"
    ]
    return chance.choice([("granted", None)] * GIVEN + given * 2 + refused)


def _remedies(
    answered: date, outcome: str, chance: random.Random, calendar: WorkingCalendar
) -> tuple[RemedyEntry, ...]:
    """Now and then a reconsideration, and a suit after it."""
    if chance.random() > (0.06 if outcome == "granted" else 0.3):
        return ()
    filed = calendar.after(answered, chance.randrange(5, 30))
    over = calendar.after(filed, chance.randrange(20, 42))
    result = chance.choice(("upheld", "upheld", "corrected", "other"))
    first = RemedyEntry("reconsideration", filed, "泸州市人民政府", False, over, result)
    if result == "corrected" or chance.random() > 0.3:
        return (first,)
    sued = calendar.after(over, 8)
    ended = calendar.after(sued, chance.randrange(60, 120))
    suit = RemedyEntry(
        "suit", sued, "示例人民法院", True, ended, chance.choice(("upheld", "other"))
    )
    return first, suit


def _publish(session: Session, unit: Unit, year: int, chance: random.Random) -> None:
    """What was published by category and way, month by month, where the form counts it."""
    if not any(t.source == "publications" for t in report_form_for(year).tables):
        return
    kept: tuple[tuple[type[Any], str, dict[str, int]], ...] = (
        (Publication, "category", CATEGORIES),
        (ChannelCount, "channel", WAYS),
    )
    for table, name, most in kept:
        rows = [
            {
                "unit_id": unit.id,
                "year": year,
                "month": month,
                name: key,
                "count": chance.randrange(number // 2, number),
            }
            for month in range(1, 13)
            for key, number in most.items()
        ]
        session.execute(insert(table), rows)
