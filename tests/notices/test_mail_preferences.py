"""Who wants little mail gets what the law requires, and may change their mind."""

from sqlalchemy import select

from requestflow.application import Application
from requestflow.cases import Case
from requestflow.citizens import SHOWN
from requestflow.foundation import db
from requestflow.notices import set_mail_preference, wants_required_mail_only
from requestflow.notices.mail_preferences import REQUIRED
from tests.conftest import NOW


def test_what_is_required_is_among_what_is_told_to_applicants() -> None:
    assert REQUIRED <= SHOWN
    assert {"delivered", "received", "clarification_requested"} <= REQUIRED
    assert "assigned" not in REQUIRED


def test_less_mail_is_wanted_until_more_is_and_twice_is_once(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        first, second = session.scalars(select(Case.id).order_by(Case.id).limit(2))
        assert not wants_required_mail_only(session, first)
        for _ in range(2):
            set_mail_preference(session, first, False, NOW)
            assert wants_required_mail_only(session, first)
        assert not wants_required_mail_only(session, second)
        for _ in range(2):
            set_mail_preference(session, first, True, NOW)
            assert not wants_required_mail_only(session, first)
