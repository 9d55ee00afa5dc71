"""Who may change people and read the audit trail, and of which units."""

import pytest

from requestflow.accounts import ROLES, Actor, Deputised, can, require
from requestflow.foundation import Refused

CITY, OWN, OTHER = "LZ/", "LZ/LZ-S01/", "LZ/LZ-S02/"
ALLOWED = {
    "people.change": {"administrator"},
    "audit.read": {"administrator", "auditor"},
    "account.own": set(ROLES),
}


@pytest.mark.parametrize("action", ALLOWED)
@pytest.mark.parametrize("role", ROLES)
def test_by_role(action: str, role: str) -> None:
    assert can(Actor("x", role, OWN), action) == (role in ALLOWED[action])  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["people.change", "audit.read"])
def test_ones_unit_and_those_below_it(action: str) -> None:
    city, own = Actor("x", "administrator", CITY), Actor("x", "administrator", OWN)
    assert all(can(city, action, path) for path in (CITY, OWN, OTHER))
    assert [can(own, action, path) for path in (CITY, OWN, OTHER)] == [False, True, False]
    assert can(Actor.operator(), action, OWN)
    assert not can(Actor.system(), action, OWN)
    assert not can(Actor.applicant("LZ-S01-2026-0005"), action, OWN)
    assert not can(None, action, OWN)


def test_a_path_is_no_mere_beginning_of_a_word() -> None:
    assert not can(Actor("x", "administrator", "LZ/LZ-S0/"), "people.change", "LZ/LZ-S01/")


def test_nobody_changes_people_in_the_place_of_another() -> None:
    deputy = Actor("x", "clerk", OWN, deputises=(Deputised("y", "approver"),))
    for action in ("people.change", "audit.read"):
        with pytest.raises(Refused):
            require(deputy, action, OWN)
