"""Who is told: whoever is in charge, who stands in for the absent, at last the administrators."""

from datetime import date

import pytest

from requestflow.accounts import Person, Unit
from requestflow.notices import ChatGroup
from requestflow.notices.recipients import Staff

DAY = date(2026, 11, 24)
CITY = Unit(id=1, code="LZ", path="LZ/")
UNIT = Unit(id=2, code="A", path="LZ/A/")
OTHER = Unit(id=3, code="B", path="LZ/B/")


def person(number: int, name: str, role: str, unit: Unit = UNIT) -> Person:
    return Person(id=number, username=name, role=role, unit_id=unit.id, unit=unit)


CLERK, COLLEAGUE, HEAD = (
    person(1, "clerk", "clerk"),
    person(2, "colleague", "clerk"),
    person(3, "head", "approver"),
)
SUPERVISOR = person(4, "supervisor", "supervisor", CITY)
ADMINISTRATOR = person(5, "administrator", "administrator", CITY)
STRANGER = person(6, "stranger", "clerk", OTHER)
ALL = (CLERK, COLLEAGUE, HEAD, SUPERVISOR, ADMINISTRATOR, STRANGER)


def away(who: Person, deputy: Person, first: date = DAY, last: date = DAY):
    return (who.id, first, last, deputy)


def told(*absences, audience="clerk", handler="clerk", people=ALL, unit=UNIT) -> list[str]:
    staff = Staff(people, DAY, absences)
    return [item.username for item in staff.told(unit, handler, audience)]


def test_the_clerk_in_charge_is_told_and_no_colleague() -> None:
    assert told() == ["clerk"]


def test_where_nobody_is_in_charge_all_clerks_of_the_unit_are_told() -> None:
    assert told(handler=None) == ["clerk", "colleague"]


def test_where_whoever_was_in_charge_is_of_another_unit_the_clerks_are_told() -> None:
    assert told(handler="stranger") == ["clerk", "colleague"]


def test_where_there_is_no_clerk_the_heads_are_told() -> None:
    assert told(handler=None, people=(HEAD, SUPERVISOR, ADMINISTRATOR)) == ["head"]


def test_an_approver_in_charge_is_told_as_whoever_is_in_charge() -> None:
    assert told(handler="head") == ["head"]


def test_where_there_is_nobody_the_administrator_is_told() -> None:
    assert told(people=(SUPERVISOR, ADMINISTRATOR, STRANGER)) == ["administrator"]


def test_the_administrator_of_another_branch_is_told_before_nobody_is() -> None:
    far = person(7, "far", "administrator", OTHER)
    assert told(people=(far,)) == ["far"]
    assert told(people=(far, ADMINISTRATOR)) == ["administrator"]


def test_a_deputy_is_told_instead() -> None:
    assert told(away(CLERK, COLLEAGUE)) == ["colleague"]


def test_a_deputy_who_is_away_hands_on_to_theirs() -> None:
    assert told(away(CLERK, COLLEAGUE), away(COLLEAGUE, HEAD)) == ["head"]


def test_two_who_stand_in_for_each_other_and_are_both_away_end_with_one_of_them() -> None:
    assert told(away(CLERK, COLLEAGUE), away(COLLEAGUE, CLERK)) == ["colleague"]


def test_who_stands_in_for_themselves_is_told() -> None:
    assert told(away(CLERK, CLERK)) == ["clerk"]


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (date(2026, 11, 20), date(2026, 11, 24), "colleague"),
        (date(2026, 11, 24), date(2026, 11, 30), "colleague"),
        (date(2026, 11, 20), date(2026, 11, 23), "clerk"),
        (date(2026, 11, 25), date(2026, 11, 30), "clerk"),
    ],
)
def test_an_absence_holds_from_its_first_to_its_last_day(
    first: date, last: date, name: str
) -> None:
    assert told(away(CLERK, COLLEAGUE, first, last)) == [name]


def test_who_is_told_on_another_day_depends_on_who_is_away_then() -> None:
    staff = Staff(ALL, DAY, (away(CLERK, COLLEAGUE),))
    after = staff.on(date(2026, 11, 25))
    assert [item.username for item in after.told(UNIT, "clerk", "clerk")] == ["clerk"]


def test_a_colleague_who_stands_in_for_a_colleague_is_told_once() -> None:
    assert told(away(CLERK, COLLEAGUE), handler=None) == ["colleague"]


def test_heads_and_supervisors_are_told_as_such() -> None:
    assert told(audience="head") == ["head"]
    assert told(audience="supervisor") == ["supervisor"]
    assert told(audience="administrator") == ["administrator"]


def test_where_there_is_no_head_or_supervisor_no_administrator_is_told_instead() -> None:
    assert told(audience="head", people=(CLERK, ADMINISTRATOR)) == []
    assert told(audience="supervisor", people=(CLERK, ADMINISTRATOR)) == []


def test_who_supervises_another_branch_is_not_told() -> None:
    aside = person(8, "aside", "supervisor", OTHER)
    assert told(audience="supervisor", people=(aside,)) == []


def test_groups_of_the_unit_are_told_and_no_people() -> None:
    groups = (ChatGroup(id=1, unit_id=UNIT.id), ChatGroup(id=2, unit_id=OTHER.id))
    staff = Staff(ALL, DAY)
    vars(staff)["groups"] = groups  # which are read where one is asked for
    assert staff.recipients(UNIT, "clerk", "group") == [groups[0]]
    assert staff.recipients(CITY, None, "group") == []
    assert staff.recipients(UNIT, "clerk", "clerk") == [CLERK]
