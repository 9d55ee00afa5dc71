"""People who are added, invited and moved."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Actor,
    AuditEntry,
    LastAdministrator,
    Person,
    PersonRefused,
    accept_invitation,
    actor_of,
    authenticate,
    can,
    clear_invitations,
    disable_person,
    invite_again,
    invite_new_person,
    invited_person,
    move_person,
    unit_by_code,
)
from requestflow.accounts.invitations import Invitation
from requestflow.accounts.people import PasswordRefused
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import Refused, db
from tests.accounts.signed_in import begun, whose
from tests.conftest import NOW

OWN = "绿水青山，就是金山银山。"
OPERATOR = Actor.operator()


def named(session: Session, username: str) -> Person:
    return session.scalars(select(Person).where(Person.username == username)).one()


def invited(session: Session, username: str = "newcomer", actor: Actor = OPERATOR) -> str:
    unit = unit_by_code(session, "LZ-S01")
    who = (username, "新同事", "clerk", unit, "new@example.org")
    return invite_new_person(session, actor, *who, NOW)[1]


def test_somebody_new_chooses_a_password_with_a_link_once(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        token = invited(session)
        stored = session.scalars(select(Invitation.token_digest)).one()
        assert token not in stored
        person = invited_person(session, token, NOW)
        assert person is not None
        assert person.username == "newcomer"
        assert authenticate(session, "newcomer", "", NOW) is None
        assert accept_invitation(session, token, OWN, NOW) is person
        session.flush()
        assert authenticate(session, "newcomer", OWN, NOW) is person
        assert not person.must_change_password
        assert invited_person(session, token, NOW) is None
        assert accept_invitation(session, token, OWN + "!", NOW) is None
        assert authenticate(session, "newcomer", OWN, NOW) is person
        actions = session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject == "newcomer")
            .order_by(AuditEntry.id)
        )
        assert list(actions) == ["person added", "invitation accepted"]


def test_a_link_ends_after_a_week_with_the_next_one_and_with_whom_it_is_for(
    demo: Application,
) -> None:
    with demo.context(), db.transaction() as session:
        first = invited(session)
        person = named(session, "newcomer")
        assert invited_person(session, first, NOW + timedelta(days=6)) is person
        assert invited_person(session, first, NOW + timedelta(days=7)) is None
        second = invite_again(session, OPERATOR, person, NOW)
        assert invited_person(session, first, NOW) is None
        assert invited_person(session, second, NOW) is person
        assert invited_person(session, "", NOW) is None
        disable_person(session, OPERATOR, person, NOW)
        assert invited_person(session, second, NOW) is None
        clear_invitations(session, NOW + timedelta(days=8))
        assert session.scalars(select(Invitation)).all() == []


def test_a_refused_password_leaves_the_link_good(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        token = invited(session)
        for wrong in ("short", "1234567890", "newcomernewcomer", "woaini1314"):
            with pytest.raises(PasswordRefused):
                accept_invitation(session, token, wrong, NOW)
        assert accept_invitation(session, token, OWN, NOW) is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "clerk"}, "username"),
        ({"username": "CLERK"}, "username"),
        ({"username": "Operator"}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": "x"}, "username"),
        ({"username": "a" * 81}, "username"),
        ({"name": ""}, "name"),
        ({"name": "名" * 121}, "name"),
        ({"email": "nowhere"}, "email"),
        ({"role": "applicant"}, "role"),
        ({"role": "king"}, "role"),
    ],
)
def test_what_is_not_taken_of_a_person_is_said_at_its_field(
    demo: Application, changes: dict[str, str], field: str
) -> None:
    with demo.context(), db.transaction() as session:
        given = {
            "username": "newcomer",
            "name": "新同事",
            "role": "clerk",
            "email": "a@example.org",
        }
        given |= changes
        with pytest.raises(PersonRefused) as refused:
            invite_new_person(
                session,
                OPERATOR,
                given["username"],
                given["name"],
                given["role"],
                unit_by_code(session, "LZ-S01"),
                given["email"],
                NOW,
            )
        assert refused.value.field == field


def test_a_new_role_and_unit_hold_from_the_next_page_on(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        clerk, there = named(session, "clerk"), unit_by_code(session, "LZ-S02")
        secret = begun(session, clerk)
        move_person(session, OPERATOR, clerk, "approver", there, NOW)
        session.flush()
        match = whose(session, secret)
        assert match is not None
        actor = actor_of(match.person)
        assert can(actor, "case.sign", "LZ/LZ-S02/")
        assert not can(actor, "case.work", "LZ/LZ-S01/")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person moved")).one()
        assert entry.reason == "clerk LZ-S01 → approver LZ-S02"
        move_person(session, OPERATOR, clerk, "approver", there, NOW)
        session.scalars(select(AuditEntry).where(AuditEntry.action == "person moved")).one()


def test_nobody_moves_people_out_of_their_reach_or_themselves(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        below = Actor("below", "administrator", "LZ/LZ-S01/", person_id=0)
        clerk, elsewhere = named(session, "clerk"), unit_by_code(session, "LZ-S02")
        with pytest.raises(Refused):
            move_person(session, below, clerk, "clerk", elsewhere, NOW)
        foreign = named(session, "supervisor")
        with pytest.raises(Refused):
            move_person(session, below, foreign, "clerk", unit_by_code(session, "LZ-S01"), NOW)
        boss = named(session, "administrator")
        with pytest.raises(Refused):
            move_person(session, actor_of(boss), boss, "supervisor", boss.unit, NOW)
        with pytest.raises(Refused):
            invited(session, "another", Actor("approver", "approver", "LZ/LZ-S01/"))


def test_the_last_administrator_is_not_made_something_else(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        boss = named(session, "administrator")
        with pytest.raises(LastAdministrator):
            move_person(session, OPERATOR, boss, "supervisor", boss.unit, NOW)
        assert authenticate(session, "administrator", PASSWORD, NOW) is boss
