"""Who is told what when: thresholds, digests in the morning, absences, what units set."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from requestflow.accounts import Actor, add_person, enter_absence, unit_by_code
from requestflow.application import Application
from requestflow.calendars import calendar_for
from requestflow.cases import Opening, Step
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.law import WorkingCalendar
from requestflow.notices import (
    DayRefused,
    Message,
    Reminder,
    ReminderSchedule,
    RuleRefused,
    local_days,
    report_due,
    reschedule_all,
    set_reporting_day,
    set_rule,
    sweep,
    write_digests,
)
from requestflow.notices.rules import ReminderRule, next_day, reached
from tests.conftest import NOW, within

APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
OPERATOR = Actor.operator()


def at(day: date, hour: int = 10) -> datetime:
    """An hour of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def run(app: Application, moment: datetime) -> None:
    within(app, sweep, app.zones, moment)
    within(app, write_digests, app.zones, moment, app.settings.morning)


def told(app: Application) -> list[tuple[int, str, int]]:
    """What was told: person, deadline, threshold."""
    with app.context() as session:
        rows = session.scalars(
            select(Message).where(Message.channel == "in_app").order_by(Message.id)
        ).all()
    results = [(row.person_id, json.loads(row.data)) for row in rows]
    return [
        (person, item["deadline"], item["threshold"])
        for person, data in results
        for item in data.get("items", [data])
        if "deadline" in item
    ]


@pytest.fixture
def quiet(demo: Application) -> Application:
    """The sample data, with nothing left to be reminded of."""
    with demo.context(), db.transaction() as session:
        session.execute(delete(ReminderSchedule))
    return demo


def open_case(app: Application, received: date, now: datetime | None = None) -> str:
    now = now or at(date(2026, 11, 16), 6)
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", received, "person", "post", "停车收费标准")
        number = app.cases.open(session, OPERATOR, opening, now)
        step = Step("assigned", received, {"handler": "clerk"})
        app.cases.take_step(session, OPERATOR, number, [step], now)
    return number


def who(app: Application, username: str) -> int:
    from requestflow.accounts import Person

    with app.context() as session:
        return session.scalars(select(Person.id).where(Person.username == username)).one()


@pytest.fixture
def calendar(demo: Application) -> WorkingCalendar:
    with demo.context() as session:
        return calendar_for(session)


def test_thresholds_of_a_rule(calendar: WorkingCalendar) -> None:
    due = date(2026, 11, 24)
    rule = ReminderRule(occasion="duty", audience="clerk", before=(5, 3, 1, 0), after="daily")
    days = [due + timedelta(days) for days in range(-8, 8)]
    assert [reached(rule, due, day, calendar) for day in days] == [
        None, 5, 5, 3, 3, 3, 3, 1, 0, -1, -2, -3, -3, -3, -4, -5,
    ]  # fmt: skip
    head = ReminderRule(occasion="duty", audience="head", after=(1,))
    assert [reached(head, due, day, calendar) for day in days[8:11]] == [None, -1, -1]
    window = ReminderRule(occasion="window", audience="clerk", before=(1, 0))
    assert [reached(window, due, day, calendar) for day in days[7:10]] == [1, 0, None]
    assert next_day([rule], due, due, calendar) == date(2026, 11, 25)
    assert next_day([window], due, due, calendar) is None


def test_a_case_through_its_last_days(quiet: Application, calendar: WorkingCalendar) -> None:
    open_case(quiet, date(2026, 11, 2))  # due on 2026-11-30
    day = date(2026, 11, 16)
    while day <= date(2026, 12, 4):
        for hour in (7, 9, 15):
            run(quiet, at(day, hour))
        day += timedelta(days=1)
    clerk, approver, supervisor = (who(quiet, n) for n in ("clerk", "approver", "supervisor"))
    replies = [(person, threshold) for person, kind, threshold in told(quiet) if kind == "reply"]
    assert replies == [
        (clerk, 5), (clerk, 3), (clerk, 1), (clerk, 0),
        (clerk, -1), (approver, -1), (clerk, -2), (clerk, -3), (supervisor, -3), (clerk, -4),
    ]  # fmt: skip
    with quiet.context() as session:
        moments = {row.created_at for row in session.scalars(select(Message))}
    assert {moment.astimezone(quiet.settings.timezone).hour for moment in moments} == {9}


def test_what_falls_together_is_one_digest(quiet: Application) -> None:
    for _ in range(3):
        open_case(quiet, date(2026, 11, 2))
    run(quiet, at(date(2026, 11, 23), 6))
    assert told(quiet) == []
    run(quiet, at(date(2026, 11, 23), 9))
    with quiet.context() as session:
        rows = session.scalars(select(Message).where(Message.channel == "in_app")).all()
    assert [row.kind for row in rows] == ["digest"]
    assert len(json.loads(rows[0].data)["items"]) == 3


def test_what_is_urgent_is_told_at_once_and_the_rest_waits_for_the_morning(
    quiet: Application,
) -> None:
    open_case(quiet, date(2026, 11, 2))
    run(quiet, at(date(2026, 11, 23), 9))
    assert len(told(quiet)) == 1
    now = at(date(2026, 11, 23))
    open_case(quiet, date(2026, 11, 2), now)  # five days left: not urgent
    open_case(quiet, date(2026, 10, 20), now)  # overdue
    run(quiet, at(date(2026, 11, 23), 11))
    clerk = who(quiet, "clerk")
    later = [item for item in told(quiet)[1:] if item[0] == clerk]
    assert [threshold < 0 for _, kind, threshold in later if kind == "reply"] == [True]
    run(quiet, at(date(2026, 11, 24), 9))
    assert Counter(threshold for _, kind, threshold in told(quiet) if kind == "reply")[5] == 2


def test_on_days_off_only_what_is_overdue_is_told(quiet: Application) -> None:
    open_case(quiet, date(2026, 11, 2))
    open_case(quiet, date(2026, 10, 20))
    saturday = date(2026, 11, 28)
    run(quiet, at(saturday))
    assert {threshold < 0 for _, kind, threshold in told(quiet) if kind == "reply"} == {True}
    run(quiet, at(date(2026, 11, 30)))
    assert 0 in {threshold for _, kind, threshold in told(quiet) if kind == "reply"}


def test_a_stopped_fortnight_is_caught_up_in_one_digest_each(demo: Application) -> None:
    run(demo, NOW + timedelta(days=14))
    with demo.context() as session:
        query = select(Message.person_id).where(Message.channel == "in_app")
        counts = Counter(session.scalars(query))
    assert counts
    assert set(counts.values()) == {1}
    assert max(Counter(told(demo)).values()) >= 1


def test_whoever_stands_in_hears_instead(quiet: Application) -> None:
    with quiet.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        deputy = add_person(session, "deputy", "王代", PASSWORD, "clerk", unit)
        clerk = Actor("clerk", "clerk", "LZ/LZ-S01/")
        day = date(2026, 11, 23)
        enter_absence(session, clerk, "clerk", "deputy", day, day, NOW, day)
        deputy_id = deputy.id
    open_case(quiet, date(2026, 11, 2))
    run(quiet, at(day))
    assert [person for person, _, _ in told(quiet)] == [deputy_id]
    run(quiet, at(date(2026, 11, 25)))
    assert told(quiet)[-1] == (who(quiet, "clerk"), "reply", 3)


def test_a_new_clerk_in_charge_hears_what_the_old_one_heard(quiet: Application) -> None:
    number = open_case(quiet, date(2026, 11, 2))
    run(quiet, at(date(2026, 11, 23)))
    with quiet.context(), db.transaction() as session:
        step = Step("assigned", date(2026, 11, 23), {"handler": "approver"})
        quiet.cases.take_step(session, OPERATOR, number, [step], at(date(2026, 11, 23), 12))
    run(quiet, at(date(2026, 11, 24)))
    assert [person for person, _, _ in told(quiet)] == [
        who(quiet, "clerk"),
        who(quiet, "approver"),
    ]


def test_a_unit_sets_its_own_rules(quiet: Application) -> None:
    open_case(quiet, date(2026, 11, 2))
    with quiet.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        set_rule(session, APPROVER, unit, "duty", "clerk", "10、5", "", NOW)
        reschedule_all(session, unit, date(2026, 11, 16))
        with pytest.raises(RuleRefused):
            set_rule(session, APPROVER, unit, "duty", "clerk", "soon", "", NOW)
        with pytest.raises(RuleRefused):
            set_rule(session, APPROVER, unit, "duty", "clerk", "5", "0", NOW)
        with pytest.raises(RuleRefused):
            set_rule(session, APPROVER, unit, "duty", "applicant", "5", "", NOW)
    for day in (16, 17, 23, 30):
        run(quiet, at(date(2026, 11, day)))
    assert [threshold for _, kind, threshold in told(quiet) if kind == "reply"] == [10, 5]


def test_no_reminder_after_a_case_is_over_or_while_it_stands_still(quiet: Application) -> None:
    closed, requested = open_case(quiet, date(2026, 11, 2)), open_case(quiet, date(2026, 11, 2))
    ask = {"items": "哪一年？", "answer_by": "2026-12-20"}
    with quiet.context(), db.transaction() as session:
        day = date(2026, 11, 4)
        quiet.cases.take_step(session, OPERATOR, closed, [Step("withdrawn", day)], NOW)
        step = Step("clarification_requested", day, ask)
        quiet.cases.take_step(session, OPERATOR, requested, [step], NOW)
    for day in (23, 25, 30):
        run(quiet, at(date(2026, 11, day)))
    assert told(quiet) == []
    run(quiet, at(date(2026, 12, 22)))
    kinds = [kind for _, kind, _ in told(quiet) if kind != "calendar"]
    assert kinds == ["clarification_reply"]


def test_units_hear_of_their_report_and_administrators_of_the_calendar(quiet: Application) -> None:
    run(quiet, at(date(2027, 1, 4)))
    kinds = {kind for _, kind, _ in told(quiet)}
    assert "report.departments" in kinds
    assert "report.governments" not in kinds
    with quiet.context(), db.transaction() as session:
        session.execute(delete(ReminderSchedule))
        session.execute(delete(Reminder))
    run(quiet, at(date(2026, 12, 8)))
    assert (who(quiet, "administrator"), "calendar") in {item[:2] for item in told(quiet)}


def test_a_unit_asks_for_reports_before_the_law_does(quiet: Application) -> None:
    def changed(typed: str, code: str = "departments", today: date = date(2026, 12, 7)) -> None:
        with quiet.context(), db.transaction() as session:
            city = unit_by_code(session, "LZ")
            set_reporting_day(session, OPERATOR, city, code, typed, today)

    def due_days() -> set[date]:
        with quiet.context() as session:
            query = select(ReminderSchedule.due).where(
                ReminderSchedule.kind == "report.departments"
            )
            return set(session.scalars(query))

    for typed in ("02-01", "soon", "02-30"):
        with pytest.raises(DayRefused):
            changed(typed)
    with pytest.raises(DayRefused):
        changed("01-10", "nobody")
    changed("1月20日")
    run(quiet, at(date(2026, 12, 7)))
    assert due_days() == {date(2027, 1, 20)}, "it is near now, 45 days before the earlier day"
    with quiet.context() as session:
        found = report_due(unit_by_code(session, "LZ-S01"), 2027, local_days(session))
        whole = report_due(unit_by_code(session, "LZ"), 2027, local_days(session))
    assert found
    assert (found.due, found.by_law) == (date(2027, 1, 20), date(2027, 1, 31))
    assert found.set_by == "LZ/"
    assert whole
    assert whole.rule.code == "governments"
    assert whole.set_by is None
    changed("01-26")
    assert due_days() == {date(2027, 1, 26)}
    run(quiet, at(date(2027, 1, 12)))
    assert (who(quiet, "approver"), "report.departments", 10) in told(quiet)
    changed("")
    assert due_days() == {date(2027, 1, 31)}


def test_a_report_that_is_asked_for_earlier_is_told_of_at_once(quiet: Application) -> None:
    run(quiet, at(date(2027, 1, 4)))
    approver = (who(quiet, "approver"), "report.departments")
    before = [item for item in told(quiet) if item[:2] == approver]
    with quiet.context(), db.transaction() as session:
        city, today = unit_by_code(session, "LZ"), date(2027, 1, 5)
        set_reporting_day(session, OPERATOR, city, "departments", "01-15", today)
    run(quiet, at(date(2027, 1, 5)))
    after = [item for item in told(quiet) if item[:2] == approver]
    assert after == [*before, (*approver, 10)], "ten working days before it are past already"


def test_a_published_report_is_no_longer_reminded_of(quiet: Application) -> None:
    """Until then its head hears of it, also after its day; the feed forgets it as well."""
    from requestflow.notices import settle_report

    for day in (date(2027, 1, 4), date(2027, 1, 19), date(2027, 2, 1)):
        run(quiet, at(day))
    approver = who(quiet, "approver")
    before = [t for p, kind, t in told(quiet) if p == approver and kind == "report.departments"]
    assert before == [20, 10, -1]
    with quiet.context(), db.transaction() as session:
        settle_report(session, unit_by_code(session, "LZ-S01"), 2026)
        # Nor when rules or days of the units are changed later.
        reschedule_all(session, unit_by_code(session, "LZ"), date(2027, 2, 5))
    for day in (date(2027, 2, 8), date(2027, 2, 22)):
        run(quiet, at(day))
    after = [t for p, kind, t in told(quiet) if p == approver and kind == "report.departments"]
    assert after == before
