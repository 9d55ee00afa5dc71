"""Letting people go and in again, and their passwords: in the services, on both databases."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Actor,
    AuditEntry,
    LastAdministrator,
    PasswordRefused,
    Person,
    actor_of,
    add_person,
    authenticate,
    change_own_password,
    disable_person,
    enable_person,
    list_people,
    person_to_change,
    record_access,
    reset_password,
    unit_by_code,
)
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import NotFound, Refused, RequestflowError, db
from tests.accounts.signed_in import begun, whose
from tests.conftest import NOW

OPERATOR = Actor.operator()


def named(session: Session, username: str) -> Person:
    return session.scalars(select(Person).where(Person.username == username)).one()


def acting(session: Session, username: str) -> Actor:
    return actor_of(named(session, username))


def is_open(session: Session, secret: str) -> bool:
    """Whether the session of that secret is somebody's."""
    return whose(session, secret) is not None


def recorded(session: Session, username: str) -> list[tuple[str, str]]:
    query = select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.subject == username)
    return [tuple(row) for row in session.execute(query.order_by(AuditEntry.id))]


def test_the_disabled_are_out_at_once_and_old_sessions_stay_ended(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        clerk, administrator = named(session, "clerk"), acting(session, "administrator")
        secret = begun(session, clerk)
        assert is_open(session, secret)
        disable_person(session, administrator, clerk, NOW)
        session.flush()
        assert not is_open(session, secret)
        assert authenticate(session, "clerk", PASSWORD, NOW) is None
        enable_person(session, administrator, clerk, NOW)
        session.flush()
        assert not is_open(session, secret)
        assert authenticate(session, "clerk", PASSWORD, NOW) is clerk
        assert is_open(session, begun(session, clerk))
        assert recorded(session, "clerk") == [
            ("administrator", "person disabled"),
            ("administrator", "person enabled"),
        ]


def test_what_changes_nothing_is_not_recorded(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        clerk = named(session, "clerk")
        enable_person(session, OPERATOR, clerk, NOW)
        assert recorded(session, "clerk") == []


def test_a_reset_password_is_good_once_and_ends_sessions(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        clerk, administrator = named(session, "clerk"), acting(session, "administrator")
        secret = begun(session, clerk)
        password = reset_password(session, administrator, clerk, NOW)
        session.flush()
        assert not is_open(session, secret)
        assert authenticate(session, "clerk", PASSWORD, NOW) is None
        assert authenticate(session, "clerk", password, NOW) is clerk
        assert clerk.must_change_password
        assert reset_password(session, administrator, clerk, NOW) != password
        assert recorded(session, "clerk") == [("administrator", "password reset")] * 2


def test_ones_own_password(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        clerk = named(session, "clerk")
        given = reset_password(session, OPERATOR, clerk, NOW)
        secret = begun(session, clerk)
        change_own_password(session, actor_of(clerk), given, "千里之行，始于足下，且行且看。", NOW)
        session.flush()
        assert not clerk.must_change_password
        assert not is_open(session, secret)
        assert authenticate(session, "clerk", given, NOW) is None
        assert authenticate(session, "clerk", "千里之行，始于足下，且行且看。", NOW) is clerk
        assert recorded(session, "clerk")[-1] == ("clerk", "password changed")


@pytest.mark.parametrize(
    ("present", "new", "field"),
    [
        ("wrong", "long enough for all", "present_password"),
        (PASSWORD, "123456789", "new_password"),
        (PASSWORD, "a" * 201, "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
        (PASSWORD, "aaaaaaaaaa", "new_password"),
        (PASSWORD, "1234567890", "new_password"),
        (PASSWORD, "Passw0rd2026", "new_password"),
        (PASSWORD, "woaini1314", "new_password"),
        (PASSWORD, "clerkclerk1", "new_password"),
    ],
)
def test_passwords_that_are_not_taken(
    demo: Application, present: str, new: str, field: str
) -> None:
    with demo.context(), db.transaction() as session:
        clerk = named(session, "clerk")
        secret = begun(session, clerk)
        with pytest.raises(PasswordRefused) as refused:
            change_own_password(session, actor_of(clerk), present, new, NOW)
        assert refused.value.field == field
        assert is_open(session, secret)
        assert authenticate(session, "clerk", PASSWORD, NOW) is clerk


def test_a_password_that_was_given_is_good_for_a_week(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        clerk, operator = named(session, "clerk"), Actor.operator()
        given = reset_password(session, operator, clerk, NOW)
        assert authenticate(session, "clerk", given, NOW + timedelta(days=6, hours=23))
        assert not authenticate(session, "clerk", given, NOW + timedelta(days=7, minutes=1))
        change_own_password(session, actor_of(clerk), given, "千里之行，始于足下，且行且看。", NOW)
        later = NOW + timedelta(days=700)
        assert authenticate(session, "clerk", "千里之行，始于足下，且行且看。", later)


@pytest.mark.parametrize("new", ["gk7mw2rfzp4t", ("山高水长" + "qwvz") * 16])
def test_twelve_to_a_hundred_and_twenty_eight_characters_are_taken(
    demo: Application, new: str
) -> None:
    with demo.context(), db.transaction() as session:
        change_own_password(session, acting(session, "clerk"), PASSWORD, new, NOW)
        assert authenticate(session, "clerk", new, NOW)


def test_the_last_administrator_stays(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        first, unit = named(session, "administrator"), unit_by_code(session, "LZ-S01")
        with pytest.raises(LastAdministrator, match="周管理"):
            disable_person(session, OPERATOR, first, NOW)
        assert first.active
        second = add_person(session, "second", "吴管理", PASSWORD, "administrator", unit)
        disable_person(session, OPERATOR, second, NOW)
        with pytest.raises(LastAdministrator):
            disable_person(session, OPERATOR, first, NOW)
        enable_person(session, OPERATOR, second, NOW)
        disable_person(session, OPERATOR, first, NOW)
        assert (first.active, second.active) == (False, True)


def test_two_administrators_do_not_let_each_other_go(demo: Application) -> None:
    """The one who comes second waits for the first, and then sees that they are the last."""
    with demo.context(), db.transaction() as session:
        city = unit_by_code(session, "LZ")
        add_person(session, "second", "吴管理", PASSWORD, "administrator", city)
    results: list[Exception | None] = []

    def second_lets_first_go() -> None:
        try:
            with demo.context(), db.transaction() as session:
                who, first = acting(session, "second"), named(session, "administrator")
                disable_person(session, who, first, NOW)
            results.append(None)
        except RequestflowError as error:
            results.append(error)

    thread = threading.Thread(target=second_lets_first_go)
    with demo.context(), db.transaction() as session:
        who, second = acting(session, "administrator"), named(session, "second")
        disable_person(session, who, second, NOW)
        session.flush()
        thread.start()
        time.sleep(0.5)
    thread.join(30)
    assert [type(result) for result in results] == [LastAdministrator]


def test_nobody_does_it_to_themselves(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        own = named(session, "administrator")
        add_person(session, "second", "吴管理", PASSWORD, "administrator", own.unit)
        for act in (disable_person, enable_person, reset_password):
            with pytest.raises(Refused, match="your own account"):
                act(session, actor_of(own), own, NOW)


def test_administrators_change_people_of_their_units_only(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S02")
        below = actor_of(add_person(session, "below", "郑管理", PASSWORD, "administrator", unit))
        own = add_person(session, "own", "本单位", PASSWORD, "clerk", unit)
        city, clerk = acting(session, "administrator"), named(session, "clerk")
        assert person_to_change(session, below, username="own") is own
        assert person_to_change(session, city, person_id=own.id) is own
        for other in ("clerk", "administrator", "nobody"):
            with pytest.raises(NotFound):
                person_to_change(session, below, username=other)
        with pytest.raises(Refused):
            person_to_change(session, acting(session, "approver"), username="clerk")
        for act in (disable_person, enable_person, reset_password):
            with pytest.raises(Refused):
                act(session, below, clerk, NOW)


def test_the_list_in_pages_with_the_last_sign_in(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        administrator = acting(session, "administrator")
        clerk = acting(session, "clerk")
        for days in (3, 1, 2):
            record_access(session, clerk, "sign-in", "clerk", NOW - timedelta(days=days))
        record_access(session, clerk, "personal data shown", "LZ-S01-2026-0005", NOW)
        session.flush()
        seen, after = [], ""
        while True:
            page = list_people(session, administrator, "LZ/", after=after, size=4)
            seen += page.rows
            if page.next_key is None:
                break
            after = page.next_key
        usernames = [row.person.username for row in seen]
        assert usernames == sorted(usernames)
        assert len(usernames) == 6
        last = {row.person.username: row.last_sign_in for row in seen}
        assert last["clerk"] == NOW - timedelta(days=1)
        assert last["auditor"] is None
        own = list_people(session, administrator, "LZ/LZ-S01/").rows
        assert [row.person.username for row in own] == ["approver", "clerk", "reviewer"]
        found = list_people(session, administrator, "LZ/", wanted="签发").rows
        assert [row.person.username for row in found] == ["approver"]
        assert list_people(session, administrator, "LZ/", wanted="%").rows == []


@pytest.mark.parametrize("username", ["operator", "system", "applicant"])
def test_nobody_is_called_what_others_act_as(demo: Application, username: str) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        with pytest.raises(RequestflowError, match="cannot be used"):
            add_person(session, username, "某人", PASSWORD, "clerk", unit)
