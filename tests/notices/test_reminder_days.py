"""On which day which threshold is told, whatever the rule, the due day and the calendar."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from requestflow.law import WorkingCalendar
from requestflow.notices import default_rules, rules_for
from requestflow.notices.rules import ReminderRule, next_day, reached, remind_on

DAYS = st.dates(date(2026, 10, 1), date(2026, 12, 31))
NUMBERS = st.lists(st.integers(0, 12), max_size=4, unique=True).map(tuple)
AFTER = st.one_of(
    st.just("daily"), st.lists(st.integers(1, 12), max_size=4, unique=True).map(tuple)
)
RULES = st.builds(
    lambda before, after: ReminderRule(
        occasion="duty", audience="clerk", before=before, after=after
    ),
    NUMBERS,
    AFTER,
)
GOLDEN_WEEK = [date(2026, 11, 2) + timedelta(days=place) for place in range(8)]
FEW = st.sampled_from(
    [
        WorkingCalendar(dict.fromkeys(holidays, ("holiday", "节")), frozenset({2026, 2027}))
        for holidays in ([], [date(2026, 11, 24)], GOLDEN_WEEK, [*GOLDEN_WEEK, date(2026, 11, 27)])
    ]
)


def walk(rule: ReminderRule, due: date, calendar: WorkingCalendar) -> list[tuple[date, int]]:
    """Each day on which another threshold is told than the day before, from long before on."""
    results, last = [], None
    for place in range(-30, 31):
        day = due + timedelta(days=place)
        threshold = reached(rule, due, day, calendar)
        if threshold is not None and threshold != last:
            results.append((day, threshold))
        last = threshold if threshold is not None else last
    return results


@given(RULES, DAYS, FEW)
def test_a_threshold_is_first_told_on_its_day(
    rule: ReminderRule, due: date, calendar: WorkingCalendar
) -> None:
    for day, threshold in walk(rule, due, calendar):
        assert day == remind_on(due, threshold, calendar)


@given(RULES, DAYS, FEW)
def test_thresholds_are_told_in_order_and_none_twice(
    rule: ReminderRule, due: date, calendar: WorkingCalendar
) -> None:
    told = [threshold for _, threshold in walk(rule, due, calendar)]
    assert told == sorted(set(told), reverse=True)


@given(RULES, DAYS, DAYS, FEW)
def test_only_what_the_rule_names_is_told(
    rule: ReminderRule, due: date, today: date, calendar: WorkingCalendar
) -> None:
    threshold = reached(rule, due, today, calendar)
    if threshold is None:
        return
    if threshold < 0:
        assert today > due
        assert rule.after == "daily" or -threshold in rule.after
    else:
        assert threshold in rule.before


@given(RULES, DAYS, DAYS, FEW)
def test_nothing_new_is_told_before_the_next_day(
    rule: ReminderRule, due: date, today: date, calendar: WorkingCalendar
) -> None:
    """So a sweep that sleeps until then misses nothing."""
    following = next_day([rule], due, today, calendar)
    last = following or today + timedelta(days=20)
    assert last > today
    now = reached(rule, due, today, calendar)
    day = today + timedelta(days=1)
    while day < last:
        assert reached(rule, due, day, calendar) in (now, None)
        day += timedelta(days=1)


@given(DAYS, DAYS, FEW)
def test_what_is_told_daily_always_has_a_next_day(
    due: date, today: date, calendar: WorkingCalendar
) -> None:
    rule = ReminderRule(occasion="duty", audience="clerk", after="daily")
    following = next_day([rule], due, today, calendar)
    assert following == calendar.after(max(due, today), 1)


@given(DAYS, FEW)
def test_a_rule_that_names_no_day_tells_nobody(due: date, calendar: WorkingCalendar) -> None:
    rule = ReminderRule(occasion="duty", audience="clerk")
    assert walk(rule, due, calendar) == []
    assert next_day([rule], due, due, calendar) is None


def test_the_rules_of_the_nearest_unit_hold() -> None:
    mine, above = (
        ReminderRule(occasion="duty", audience="clerk", before=(number,)) for number in (9, 8)
    )
    set_rules = {("LZ/", "duty", "clerk"): above, ("LZ/A/", "duty", "clerk"): mine}

    def duty(path: str) -> ReminderRule:
        return next(r for r in rules_for(set_rules, path) if (r.occasion, r.audience) == CLERK)

    assert duty("LZ/A/") == duty("LZ/A/X/") == mine
    assert duty("LZ/") == duty("LZ/B/") == above
    assert duty("LZ/AB/") == above, "a code that only begins like it"
    assert duty("MY/") == next(r for r in default_rules() if (r.occasion, r.audience) == CLERK)
    assert len(rules_for(set_rules, "LZ/A/")) == len(default_rules())


CLERK = ("duty", "clerk")


def test_of_each_occasion_an_audience_has_one_default_rule() -> None:
    keys = [(rule.occasion, rule.audience) for rule in default_rules()]
    assert len(keys) == len(set(keys))
