"""The statutory clock, counted by hand and against a day-by-day count."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from requestflow.calendars.service import SEED
from requestflow.law import WorkingCalendar, article_text, clock, explain, law_pack


@dataclass(frozen=True)
class Happened:
    kind: str
    day: date
    data: Mapping[str, Any] = field(default_factory=dict)


def calendar(announced: range = range(2004, 2027)) -> WorkingCalendar:
    with SEED.open(encoding="utf-8") as file:
        days = {
            date.fromisoformat(row["day"]): (row["kind"], row["name"])
            for row in csv.DictReader(file)
        }
    return WorkingCalendar(days, frozenset(announced))  # type: ignore[arg-type]


CALENDAR = calendar()


def reply(law: str, *events: Happened):
    result = clock(events, law_pack(law), CALENDAR)
    return next(item for item in result if item.kind == "reply")


def test_a_plain_reply_is_due_after_twenty_working_days() -> None:
    # 2026-10-09 is the day after the National Day holiday; 10-10 is a made-up Saturday.
    due = reply("cn-2019", Happened("received", date(2026, 9, 30)))
    assert due.due == by_hand(date(2026, 9, 30), 20)
    assert [step.article for step in due.steps] == ["33"]
    assert "国庆" in explain(due.steps[0], "zh_CN")


def test_order_492_gives_fifteen() -> None:
    assert reply("cn-2008", Happened("received", date(2014, 3, 3))).due == date(2014, 3, 24)


def test_a_clarified_application_starts_the_period_anew() -> None:
    result = reply(
        "cn-2019",
        Happened("received", date(2026, 11, 2)),
        Happened("clarification_requested", date(2026, 11, 5), {"answer_by": "2026-11-20"}),
        Happened("clarified", date(2026, 11, 16)),
    )
    assert result.due == date(2026, 12, 14)
    assert [step.rule for step in result.steps] == ["restart.clarified", "count"]


def test_while_clarification_is_awaited_the_clock_stands() -> None:
    result = reply(
        "cn-2019",
        Happened("received", date(2026, 11, 2)),
        Happened("clarification_requested", date(2026, 11, 5), {"answer_by": "2026-11-20"}),
    )
    assert result.due is None


def test_a_third_partys_time_does_not_count() -> None:
    requested, answered = date(2026, 11, 5), date(2026, 11, 12)
    plain = reply("cn-2019", Happened("received", date(2026, 11, 2)))
    result = reply(
        "cn-2019",
        Happened("received", date(2026, 11, 2)),
        Happened("consultation_started", requested, {"consultation": "1"}),
        Happened("consultation_ended", answered, {"consultation": "1"}),
    )
    assert CALENDAR.between(plain.due, result.due) == CALENDAR.between(requested, answered)


def test_extension_and_consultation_together() -> None:
    result = reply(
        "cn-2019",
        Happened("received", date(2026, 6, 1)),
        Happened("consultation_started", date(2026, 6, 4), {"consultation": "1"}),
        Happened("consultation_ended", date(2026, 6, 11), {"consultation": "1"}),
        Happened("extended", date(2026, 6, 22), {"days": 20}),
    )
    waited = CALENDAR.between(date(2026, 6, 4), date(2026, 6, 11))
    assert result.due == by_hand(date(2026, 6, 1), 40 + waited)


def test_a_due_day_in_a_year_not_announced_is_provisional() -> None:
    result = reply("cn-2019", Happened("received", date(2026, 12, 20)))
    assert result.due.year == 2027
    assert result.provisional
    assert not reply("cn-2019", Happened("received", date(2026, 11, 2))).provisional


def by_hand(day: date, number: int) -> date:
    while number:
        day += timedelta(days=1)
        number -= CALENDAR.is_working(day)
    return day


@settings(max_examples=200, deadline=None)
@given(day=some.dates(date(2008, 5, 1), date(2026, 6, 30)), number=some.integers(1, 60))
def test_bisection_counts_as_one_would_by_hand(day: date, number: int) -> None:
    assert CALENDAR.after(day, number) == by_hand(day, number)
    assert CALENDAR.between(day, CALENDAR.after(day, number)) == number


@pytest.mark.parametrize("code", ["cn-2008", "cn-2019"])
def test_every_step_and_limit_has_its_article(code: str) -> None:
    result = law_pack(code)
    assert all(
        x.article for x in (*result.limits, *result.steps, *result.outcomes, *result.grounds)
    )


@pytest.mark.parametrize(
    ("article", "zh", "en"),
    [
        ("33", "第33条", "art. 33"),
        ("36(4)(5)", "第36(4)(5)条", "art. 36(4)(5)"),
        (
            "行政复议法（2023） 20",
            "行政复议法（2023）第20条",
            "Administrative Reconsideration Law (2023), art. 20",
        ),
        (
            "42；国办函〔2020〕109号",
            "第42条；国办函〔2020〕109号",
            "art. 42; State Council General Office Letter (2020) No. 109",
        ),
        (
            "行政复议法 9 / 20；行政诉讼法 45、46",
            "行政复议法第9 / 20条；行政诉讼法第45、46条",
            "Administrative Reconsideration Law, art. 9 / 20; "
            "Administrative Litigation Law, art. 45, 46",
        ),
    ],
)
def test_articles_are_cited_as_each_language_does(article: str, zh: str, en: str) -> None:
    assert article_text(article, "zh") == zh
    assert article_text(article, "en") == en
