"""Every route as every role: what is not allowed is refused."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.accounts import ROLES, Actor, add_person, can, unit_by_code
from requestflow.accounts.models import AuditEntry
from requestflow.application import Application
from requestflow.cases import Case
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.reported_figures import enter_figure
from requestflow.web import create_app
from requestflow.web.extensions import limiter
from tests.conftest import NOW
from tests.web.desk import signed_in

CASE = "LZ-S01-2026-0005"
LEAVER = 7
"""The key of the person who is let go here: who was added after the sample's six."""
OTHER = "LZ-S02-2026-0001"
PUBLIC = {
    "/",
    "/reports/LZ/2014",
    "/healthz",
    "/reports",
    "/reports/LZ/2014/1/report.json",
    "/schemas/annual-report-1.json",
    "/open-data",
    "/open-data/cases.csv",
    "/open-data/cases.json",
    "/sign-in",
    "/find?q=污水处理",
    "/find/similar?q=污水处理",
    "/units",
    "/apply",
    "/follow",
    "/account/sign-in",
    "/account/link/made-up",
}
# Open with the code, the account or the secret of the one whose case it is: to none of the staff.
FOLLOWED = {
    f"/follow/{CASE}",
    f"/follow/{CASE}/step/message_sent",
    f"/follow/{CASE}/documents/0",
    f"/follow/{CASE}/receipt.pdf",
    f"/follow/{CASE}/object",
    f"/follow/{CASE}/reconsideration.pdf",
    "/account",
}
SECRET = {
    "/apply/made-up",
    "/apply/made-up/unit",
    "/apply/made-up/done",
    "/apply/made-up/receipt.pdf",
}
# Posts that prove whose they are by more than a role; each has tests of its own.
OWN_PROOF = {
    "applying.begin_one",
    "applying.answer",
    "following.open_with_code",
    "following.take",
    "following.less_mail",
    "following.contact",
    "following.go",
    "account.signed_in",
    "account.password",
    "account.sign_out",
}
READERS = {"clerk", "reviewer", "approver", "supervisor", "auditor"}
ALLOWED = {
    "/cases": READERS,
    f"/cases/{CASE}": READERS,
    f"/cases/{OTHER}": {"supervisor", "auditor"},
    "/report/2014": READERS,
    "/report/2014/draft.csv": READERS,
    "/report/2014/read": READERS,
    "/report/2014/stated?figure=publications.total": READERS,
    "/oversight": READERS,
    "/oversight.csv": READERS,
    "/report/2014/statistics?quarter=2": READERS,
    "/report/2014/statistics.csv": READERS,
    "/report/2014/statistics?unit=LZ-S02": {"supervisor", "auditor"},
    "/report/2014?unit=LZ-S02": {"supervisor", "auditor"},
    "/report/2014/words/overview": {"clerk", "approver", "supervisor"},
    "/report/2014/reported": {"clerk", "approver", "supervisor"},
    "/report/2014/reported?quarter=2": {"clerk", "approver", "supervisor"},
    "/remedies?figure=suits.other&year=2014&unit=LZ": {"supervisor", "auditor"},
    "/notices": set(ROLES),
    "/cases/new": {"clerk", "approver"},
    f"/cases/{CASE}/correct": {"approver"},
    f"/cases/{CASE}/contact": {"clerk", "approver"},
    f"/cases/{CASE}/on-the-spot": {"clerk", "approver"},
    f"/cases/{CASE}/slip.pdf": {"clerk", "reviewer", "approver"},
    "/questions": {"clerk", "approver"},
    "/remedies/register": READERS,
    "/office": {"clerk", "reviewer", "approver", "supervisor", "administrator"},
    "/office/letters/decision.docx": {"approver", "administrator"},
    "/office/reminders": {"approver", "administrator"},
    "/imports": {"approver", "administrator"},
    "/operations": {"administrator"},
    "/people": {"administrator"},
    "/people/new": {"administrator"},
    "/people?unit=LZ-S02": {"administrator"},
    f"/people/{LEAVER}": {"administrator"},
    f"/people/{LEAVER}/hand-over": {"administrator"},
    "/my-account": set(ROLES),
    "/my-account/second-factor": set(ROLES),
    "/confirm": set(ROLES),
    "/audit": {"auditor", "administrator"},
    "/audit?unit=LZ-S02": {"auditor", "administrator"},
    "/audit.csv": {"auditor", "administrator"},
}
POSTS = {
    f"/cases/{CASE}/applicant": {"clerk", "approver"},
    f"/cases/{CASE}/receipt": {"clerk", "approver"},
    "/notices/read": set(ROLES),
    "/notices/feed": set(ROLES),
    f"/cases/{CASE}/file": {"clerk", "approver"},
    "/cases/views?whose=mine": READERS,
    "/cases/views/1/remove": READERS,
    "/office/rules": {"approver", "administrator"},
    "/operations/resend": {"administrator"},
    "/office/groups": {"approver", "administrator"},
    "/office/reporting-days": {"approver", "administrator"},
    f"/people/{LEAVER}/disable": {"administrator"},
    f"/people/{LEAVER}/enable": {"administrator"},
    f"/people/{LEAVER}/password": {"administrator"},
    f"/people/{LEAVER}/move": {"administrator"},
    f"/people/{LEAVER}/invite": {"administrator"},
    f"/people/{LEAVER}/remove-second-factor": {"administrator"},
    "/my-account/sessions/end-others": set(ROLES),
    "/my-account/notices": set(ROLES),
    "/my-account/second-factor/begin": set(ROLES),
    "/my-account/second-factor/codes": set(ROLES),
    "/my-account/second-factor/passkey": set(ROLES),
    "/confirm/passkey": set(ROLES),
    "/my-account/password": set(ROLES),
    "/report/2013/begin": {"clerk", "approver", "supervisor"},
    "/office/letters/decision": {"approver", "administrator"},
}
FORMS: dict[str, dict[str, str]] = {
    f"/people/{LEAVER}/move": {"role": "clerk", "unit": "LZ-S01"},
    "/cases/views?whose=mine": {"name": "mine"},
    "/office/groups": {"name": "群", "kind": "wecom", "address": "0123456789"},
    "/office/letters/decision": {"remove": "1"},
    "/office/reporting-days": {"day-departments": "01-20"},
    "/my-account/password": {
        "present_password": PASSWORD,
        "new_password": "new password",
        "password_again": "new password",
    },
}


@pytest.fixture
def app(demo: Application) -> Flask:
    app = create_app(demo)
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=True)
    limiter.enabled = False
    return app


@pytest.fixture
def clients(app: Flask, demo: Application) -> dict[str, FlaskClient]:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        assert add_person(session, "leaver", "钱离任", PASSWORD, "clerk", unit).id == LEAVER
    results = {}
    for role in ROLES:
        results[role] = app.test_client()
        answer = results[role].post("/sign-in", data={"username": role, "password": PASSWORD})
        assert answer.status_code == 302
    return results


def test_every_route_is_covered_here(app: Flask) -> None:
    paths = (*ALLOWED, *POSTS, *PUBLIC, *FOLLOWED, *SECRET)
    known = {path.partition("?")[0] for path in paths}
    adapter = app.url_map.bind("localhost")
    reached = set()
    for path in known:
        method = "POST" if path in {post.partition("?")[0] for post in POSTS} else "GET"
        reached.add(adapter.match(path, method=method)[0])
    rest = {"static", "auth.sign_out", "auth.language", "health.ready"}
    rest |= OWN_PROOF | {
        "casework.document",
        "casework.release",
        "casework.release_withdrawn",
        "finding.answer",
        "finding.answer_file",
        "casework.step",
        "casework.registered",
        "casework.letter",
        "casework.answer",
        "casework.question_document",
        "casework.assigned_many",
        "office.absent",
        "reminders.changed",
        "health.metrics",
        "casework.calendar_feed",
        "office.back",
        "reminders.tried_group",
        "reminders.removed_group",
        "public.figures",
        "imports.uploaded",
        "imports.one",
        "imports.decided",
        "own_account.session_ended",
        "auth.invitation",
        "auth.second_step",
        "second_factor.confirmed",
        "second_factor.removed",
        "second_factor.passkey_added",
        "second_factor.passkey_removed",
        "passkeys.to_sign_in",
        "own_account.post_chosen",
        "people.post_ended",
        "auth.strength",
        "single_sign_on.begun",
        "single_sign_on.asked_again",
        "single_sign_on.returned",
    }
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == reached | rest


def test_every_role_on_every_page(clients: dict[str, FlaskClient]) -> None:
    for path, roles in ALLOWED.items():
        for role, client in clients.items():
            status = client.get(path).status_code
            assert (status == 200) == (role in roles), (path, role, status)
    for path, roles in POSTS.items():
        for role, client in clients.items():
            status = client.post(path, data=FORMS.get(path)).status_code
            assert (status in (200, 302)) == (role in roles), (path, role, status)


def test_no_role_opens_what_is_the_applicants(clients: dict[str, FlaskClient], app: Flask) -> None:
    for client in (*clients.values(), app.test_client()):
        for path in FOLLOWED:
            answer = client.get(path)
            assert answer.status_code == 302, path
            assert answer.headers["Location"].startswith(("/follow", "/account/sign-in"))
        assert all(client.get(path).status_code == 404 for path in SECRET)


def test_only_the_unit_in_charge_writes_and_opens_files(
    clients: dict[str, FlaskClient], demo: Application
) -> None:
    with demo.context(), db.transaction() as session:
        case_id = session.scalars(select(Case.id).where(Case.number == CASE)).one()
        file = demo.documents.add(
            session, io.BytesIO(b"text"), "a.txt", "letter", demo.now(), case_id=case_id
        )
    for role, client in clients.items():
        opened = client.get(f"/cases/{CASE}/documents/{file.key}").status_code == 200
        assert opened == (role in {"clerk", "reviewer", "approver"}), role
        wrote = (
            client.post(
                f"/cases/{CASE}/steps/message_sent", data={"text": "您好", "day": "2026-11-24"}
            ).status_code
            == 302
        )
        assert wrote == (role in {"clerk", "approver"}), role
        assert client.get(f"/cases/{OTHER}/documents/{file.key}").status_code != 200


def test_nobody_signed_in_sees_public_pages_only(app: Flask) -> None:
    client = app.test_client()
    assert all(client.get(path).status_code == 200 for path in PUBLIC)
    assert all("/sign-in" in client.get(path).headers["Location"] for path in ALLOWED)


def test_personal_data_is_masked_and_its_reading_logged(
    clients: dict[str, FlaskClient], demo: Application
) -> None:
    page = clients["clerk"].get(f"/cases/{CASE}").get_data(as_text=True)
    assert "00000019900101" not in page
    merged = clients["clerk"].post(f"/cases/{CASE}/applicant").get_data(as_text=True)
    assert "00000019900101" in merged
    with demo.context() as session:
        query = select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.subject == CASE)
        assert [tuple(row) for row in session.execute(query.order_by(AuditEntry.id))] == [
            ("clerk", "case opened"),
            ("clerk", "personal data shown"),
        ]


def test_a_wrong_password_is_refused_with_what_to_do(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/sign-in", data={"username": "clerk", "password": "wrong"})
    assert answer.status_code == 400
    assert "核对" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\r\nX: y",
        "/\n//evil.example",
        "/\x7f",
        "/\u2028x",
    ],
)
def test_sign_in_never_leads_to_another_site(app: Flask, target: str) -> None:
    client = app.test_client()
    answer = client.post(
        "/sign-in", query_string={"next": target}, data={"username": "clerk", "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/cases?whose=mine"


def test_what_policy_does_not_name_is_refused() -> None:
    assert not can(Actor.operator(), "case.unheard_of")
    assert not can(None, "case.read")
    assert not can(Actor("x", "clerk", "LZ/LZ-S01/"), "case.read", "LZ/LZ-S02/")


def test_who_sees_one_unit_sees_none_of_those_below_it(site: Flask, demo: Application) -> None:
    """A clerk of the city sees the city's own cases, not those of its departments."""
    with demo.context(), db.transaction() as session:
        city = unit_by_code(session, "LZ")
        add_person(session, "cityclerk", "市府经办", PASSWORD, "clerk", city)
        department = unit_by_code(session, "LZ-S02")
        message = ("培训", "2", "场", "台账")
        enter_figure(session, Actor.operator(), department, 2026, *message, NOW)
    client = signed_in(site, "cityclerk")
    for address in (
        "/cases",
        "/cases?unit=LZ",
        "/cases?unit=LZ-S01",
        "/cases?figure=oversight.open&year=2026&unit=LZ",
        "/cases?figure=t3.1.total&year=2026&unit=LZ",
        "/report/2026/stated?figure=reported.培训（场）&unit=LZ",
        "/remedies?figure=oversight.remedies&year=2014&unit=LZ",
    ):
        page = client.get(address).get_data(as_text=True)
        assert not re.search(r"LZ-[SX]\d\d-20\d\d|市国土资源局</th>", page), address
    report = client.get("/report/2026?unit=LZ").get_data(as_text=True)
    assert "do not have permission to view their cases" in report
    assert 'data-figure="t3.1.total"><a' not in report
    assert "市国土资源局" in signed_in(site, "supervisor").get(
        "/report/2026/stated?figure=reported.培训（场）&unit=LZ"
    ).get_data(as_text=True)
