"""Whatever is changed of somebody's account is told to them, once, by page and mail."""

from datetime import timedelta

from sqlalchemy import select

from requestflow.accounts import (
    Actor,
    Person,
    disable_person,
    move_person,
    record_access,
    reset_password,
    unit_by_code,
)
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.notices import deliver, tell_of_accounts
from requestflow.notices.account_notices import TOLD
from requestflow.notices.mail import SmtpMailer
from requestflow.notices.models import Message, Notice
from requestflow.notices.outbox import channels_of
from tests.conftest import NOW
from tests.mailbox import mail_server, words_of
from tests.sites import site_of
from tests.web.desk import post, signed_in


def tell(demo: Application, minutes: int = 1) -> int:
    with demo.context(), db.transaction() as session:
        return tell_of_accounts(session, demo.zones, NOW + timedelta(minutes=minutes))


def told(demo: Application) -> list[tuple[str, str]]:
    with demo.context() as session:
        query = select(Person.username, Message.channel).join(
            Message, Message.person_id == Person.id
        )
        rows = session.execute(query.where(Message.kind == "account").order_by(Message.id))
        return [tuple(row) for row in rows]


def test_each_change_is_told_once_also_by_mail(demo: Application) -> None:
    operator = Actor.operator()
    with demo.context(), db.transaction() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        clerk.email = "clerk@example.org"
        reset_password(session, operator, clerk, NOW)
        move_person(session, operator, clerk, "reviewer", unit_by_code(session, "LZ-S02"), NOW)
    assert tell(demo) == 2
    assert tell(demo, 2) == 0
    assert told(demo) == [("clerk", "in_app"), ("clerk", "mail")] * 2
    with mail_server() as (box, port), demo.context():
        mailer = SmtpMailer.from_url(f"smtp://127.0.0.1:{port}")
        for _ in range(2):
            deliver(mailer, "rf@example.org", "https://rf.example", NOW + timedelta(minutes=3))
        mails = [words_of(mail) for mail in box.mails if mail["To"] == "clerk@example.org"]
    assert len(mails) == 2
    assert "密码已被重置" in mails[0]
    assert "https://rf.example/my-account" in mails[0]
    with demo.context() as session:
        assert len(session.scalars(select(Notice).where(Notice.kind == "account")).all()) == 2


def test_a_sign_in_with_a_new_browser_is_told_and_one_with_the_same_is_not(
    demo: Application,
) -> None:
    with site_of(demo) as site:
        client = signed_in(site, "clerk")
        assert tell(demo) == 1
        assert post(client, "/sign-out", at="/my-account").status_code == 302
        form = {"username": "clerk", "password": PASSWORD}
        assert post(client, "/sign-in", at="/sign-in", **form).status_code == 302
        assert tell(demo, 2) == 0
        signed_in(site, "clerk")
        assert tell(demo, 3) == 1


def test_it_is_shown_among_the_notices(demo: Application) -> None:
    with site_of(demo) as site:
        client = signed_in(site, "clerk")
        tell(demo)
        with demo.context():
            now = NOW + timedelta(minutes=2)
            deliver(demo.mailer, "rf@example.org", "https://rf.example", now)
        page = client.get("/notices").get_data(as_text=True)
        assert "signed in with a new browser" in page
        assert 'href="/my-account"' in page


def test_nobody_is_told_of_what_was_long_ago_or_who_was_let_go(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        record_access(session, Actor.operator(), TOLD[0], "clerk", NOW - timedelta(days=2))
        record_access(session, Actor.operator(), TOLD[0], "clerk", NOW)
        disable_person(session, Actor.operator(), clerk, NOW)
    assert tell(demo) == 0


def test_whoever_wants_no_mail_of_notices_is_still_mailed_what_is_done_with_their_account(
    demo: Application,
) -> None:
    with demo.context(), db.transaction() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        clerk.email = "clerk@example.org"
    with site_of(demo) as site:
        client = signed_in(site, "clerk")
        assert "clerk@example.org" in client.get("/my-account").get_data(as_text=True)
        assert post(client, "/my-account/notices", at="/my-account").status_code == 302
    with demo.context() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        assert channels_of(clerk) == ("in_app",)
        assert channels_of(clerk, "account") == ("in_app", "mail")


def test_many_are_told_one_after_the_other(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        for _ in range(1100):
            record_access(session, Actor.operator(), TOLD[0], "clerk", NOW)
    assert [tell(demo) for _ in range(4)] == [500, 500, 100, 0]
