"""Several posts for one person, posts from a later day on, and handing over what stands in the name
of somebody who leaves."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.accounts import (
    AuditEntry,
    Person,
    Post,
    add_person,
    people_of,
    take_up_posts,
    unit_by_code,
)
from requestflow.application import Application
from requestflow.cases import Case, cases_in_hand
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.notices.recipients import staff
from tests.conftest import NOW
from tests.web.desk import post, signed_in
from tests.web.test_statements import MOST, asked

LATER = "2026-12-01"


def key_of(demo: Application, username: str) -> int:
    with demo.context() as session:
        return session.scalars(select(Person.id).where(Person.username == username)).one()


def move(client: FlaskClient, demo: Application, username: str, **values: str) -> int:
    page = f"/people/{key_of(demo, username)}"
    return post(client, f"{page}/move", at=page, **values).status_code


def take_up(demo: Application, days: int) -> None:
    moment = NOW + timedelta(days=days)
    with demo.context(), db.transaction() as session:
        take_up_posts(session, lambda where: demo.zones.day_of(moment, where), moment)


def acts_as(client: FlaskClient) -> str:
    page = client.get("/my-account").get_data(as_text=True)
    facts = page.partition('<dl class="facts">')[2].partition("</dl>")[0]
    return " ".join(facts.split())


def test_another_role_and_unit_from_a_day_on(
    site: Flask, demo: Application, administrator: FlaskClient, clerk: FlaskClient
) -> None:
    values = {"role": "reviewer", "unit": "LZ-S02", "first_day": LATER}
    assert move(administrator, demo, "clerk", **values) == 302
    assert "<dd>Clerk</dd>" in acts_as(clerk)
    page = administrator.get(f"/people/{key_of(demo, 'clerk')}").get_data(as_text=True)
    assert f"instead of the present one, from {LATER}" in page
    take_up(demo, 6)  # the thirtieth
    assert "<dd>Clerk</dd>" in acts_as(clerk)
    take_up(demo, 7)
    assert "市国土资源局" in acts_as(clerk)
    take_up(demo, 8)
    with demo.context() as session:
        assert not session.scalars(select(Post.id)).all()
        query = select(AuditEntry.actor, AuditEntry.reason)
        moved = session.execute(query.where(AuditEntry.action == "person moved")).all()
    assert [tuple(row) for row in moved] == [("boss", "clerk LZ-S01 → reviewer LZ-S02")]


def test_a_move_decided_later_takes_the_place_of_the_one_before(
    demo: Application, administrator: FlaskClient
) -> None:
    first = {"role": "reviewer", "unit": "LZ-S02", "first_day": LATER}
    assert move(administrator, demo, "clerk", **first) == 302
    assert move(administrator, demo, "clerk", **first) == 400  # it is there already
    assert move(administrator, demo, "clerk", **{**first, "unit": "LZ-S03"}) == 302
    assert move(administrator, demo, "clerk", **{**first, "first_day": "soon"}) == 400
    take_up(demo, 30)
    with demo.context() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        assert clerk.unit.code == "LZ-S03"


def test_nobody_is_left_without_an_administrator_by_a_day(
    demo: Application, administrator: FlaskClient
) -> None:
    values = {"role": "auditor", "unit": "LZ", "first_day": LATER}
    assert move(administrator, demo, "administrator", **values) == 302
    with demo.context(), db.transaction() as session:
        session.scalars(select(Person).where(Person.username == "boss")).one().active = False
    take_up(demo, 10)
    with demo.context() as session:
        kept = session.scalars(select(Person.role).where(Person.username == "administrator")).one()
        assert kept == "administrator"
        assert session.scalars(
            select(AuditEntry.subject).where(AuditEntry.action == "post refused")
        ).all() == ["administrator"]


def test_somebody_acts_in_one_post_at_a_time(
    site: Flask, demo: Application, administrator: FlaskClient, clerk: FlaskClient
) -> None:
    other = f"/cases/{number_of(demo, 'LZ-S02')}"
    assert clerk.get(other).status_code == 404
    values = {"role": "approver", "unit": "LZ-S02", "also": "1"}
    assert move(administrator, demo, "clerk", **values) == 302
    assert clerk.get(other).status_code == 404
    with demo.context() as session:
        number = session.scalars(select(Post.id)).one()
        today = demo.today()
        at_other = unit_by_code(session, "LZ-S02")
        assert "clerk" in {p.username for p in people_of(session, at_other.id, today)}
        told = staff(session, today).told(at_other, None, "head")
        assert "clerk" in {p.username for p in told}
    chosen = post(clerk, "/my-account/posts", at="/my-account", post=str(number))
    assert chosen.status_code == 302
    assert "市国土资源局" in acts_as(clerk)
    assert clerk.get(other).status_code == 200
    assert clerk.get(f"/cases/{number_of(demo, 'LZ-S01')}").status_code == 404
    # In this session alone; another begins in the person's own place.
    assert "市发展改革委" in acts_as(signed_in(site, "clerk"))
    back = post(clerk, "/my-account/posts", at="/my-account", post="0")
    assert back.status_code == 302
    assert clerk.get(other).status_code == 404
    # It ends while they act in it.
    post(clerk, "/my-account/posts", at="/my-account", post=str(number))
    ended = post(
        administrator, f"/people/posts/{number}/end", at=f"/people/{key_of(demo, 'clerk')}"
    )
    assert ended.status_code == 302
    assert clerk.get(other).status_code == 404
    assert "市发展改革委" in acts_as(clerk)


def test_a_post_is_chosen_by_its_owner_from_its_day_on(
    site: Flask, demo: Application, administrator: FlaskClient, clerk: FlaskClient
) -> None:
    later = {"role": "approver", "unit": "LZ-S02", "also": "1", "first_day": LATER}
    assert move(administrator, demo, "clerk", **later) == 302
    with demo.context() as session:
        number = str(session.scalars(select(Post.id)).one())
    reviewer = signed_in(site, "reviewer")
    for client in (clerk, reviewer):
        assert post(client, "/my-account/posts", at="/my-account", post=number).status_code == 404
    for wrong in ("999", "-1", "x"):
        answer = post(clerk, "/my-account/posts", at="/my-account", post=wrong)
        assert answer.status_code in (302, 404)
        assert "市发展改革委" in acts_as(clerk)


def number_of(demo: Application, unit: str) -> str:
    with demo.context() as session:
        query = select(Case.number).where(Case.unit_id == unit_by_code(session, unit).id)
        return session.scalars(query.order_by(Case.id).limit(1)).one()


def in_hand(demo: Application, username: str) -> tuple[int, int]:
    """How many open cases of their own unit stand in somebody's name, and how many of others."""
    with demo.context() as session:
        counts = {unit.code: number for unit, number in cases_in_hand(session, username)}
    return counts.pop("LZ-S01", 0), sum(counts.values())


def test_cases_of_somebody_who_leaves_are_handed_over_on_a_page_that_lists_them(
    demo: Application, administrator: FlaskClient
) -> None:
    number, elsewhere = in_hand(demo, "clerk")
    assert number > 1
    page = f"/people/{key_of(demo, 'clerk')}"
    hand_over = f"{page}/hand-over"
    left = post(administrator, f"{page}/disable", at=page)
    assert left.headers["Location"] == hand_over
    with asked(demo) as statements:
        listed = administrator.get(hand_over).get_data(as_text=True)
    assert len(statements) <= MOST
    assert listed.count('type="checkbox"') == number
    chosen = [part.partition('"')[0] for part in listed.split('name="case" value="')[1:]]
    nobody = post(administrator, hand_over, at=hand_over, case=chosen)
    assert nobody.status_code == 400
    assert "Select who" in nobody.get_data(as_text=True)
    stranger = post(administrator, hand_over, at=hand_over, case=chosen, handler="boss")
    assert stranger.status_code == 400
    one = chosen[:1]
    values = {"case": one, "handler": "approver"}
    assert post(administrator, hand_over, at=hand_over, **values).status_code == 302
    values = {"case": chosen, "handler": "approver"}
    stale = post(administrator, hand_over, at=hand_over, **values)
    assert stale.status_code == 400  # the first one has changed since
    values = {"case": chosen[1:], "handler": "approver"}
    assert post(administrator, hand_over, at=hand_over, **values).status_code == 302
    assert in_hand(demo, "clerk") == (0, elsewhere)
    assert in_hand(demo, "approver")[0] >= number
    # Of other units nobody else works on their cases here.
    rest = administrator.get(hand_over).get_data(as_text=True)
    assert ("Add somebody first" in rest) == bool(elsewhere)


def test_who_may_not_change_each_post_of_somebody_gives_them_no_way_in(
    site: Flask, demo: Application, administrator: FlaskClient, approver: FlaskClient
) -> None:
    with demo.context(), db.transaction() as session:
        department = unit_by_code(session, "LZ-S01")
        add_person(session, "local", "小管", PASSWORD, "administrator", department)
    local, page = signed_in(site, "local"), f"/people/{key_of(demo, 'approver')}"
    assert post(local, f"{page}/password", at=page).status_code == 200
    values = {"role": "supervisor", "unit": "LZ", "also": "1"}
    assert move(administrator, demo, "approver", **values) == 302
    ways = ("password", "invite", "remove-second-factor")
    assert [post(local, f"{page}/{way}", at=page).status_code for way in ways] == [403] * 3
    assert [post(administrator, f"{page}/{way}", at=page).status_code for way in ways] == [
        200,
        200,
        302,
    ]
    # To shut somebody out takes nothing from the other unit.
    assert post(local, f"{page}/disable", at=page).status_code == 302
