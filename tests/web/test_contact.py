"""An address of mail opens a case only once it was proved; contact details can be put right."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.accounts import Actor, AuditEntry
from requestflow.application import Application
from requestflow.cases import Difference, party_details, verify, view_case
from requestflow.citizens import make_link
from requestflow.foundation import db
from requestflow.notices import Message
from tests.conftest import NOW
from tests.web.citizens import fill, open_case, send
from tests.web.desk import post, seen, signed_in

STRANGER = "stranger@example.org"
OWN = "zhang@example.org"


def signed_in_by_mail(
    site: Flask, demo: Application, email: str, client: FlaskClient | None = None
) -> FlaskClient:
    client = client or site.test_client()
    with demo.context(), db.transaction() as session:
        token = make_link(session, email, NOW)
    assert post(client, f"/account/link/{token}").headers["Location"] == "/account"
    return client


def opens(client: FlaskClient, number: str) -> bool:
    listed = number in client.get("/account").get_data(as_text=True)
    assert listed == (client.get(f"/follow/{number}").status_code == 200)
    return listed


def applied(site: Flask, **contact: str) -> tuple[str, str]:
    client = site.test_client()
    return send(client, fill(client, contact=contact))


def party(demo: Application, number: str) -> dict[str, str]:
    with demo.context() as session:
        view = view_case(session, Actor.operator(), number)
        return dict(party_details(session, view.id))


def is_unbroken(demo: Application) -> bool:
    with demo.context() as session:
        return not [item for item in verify(session) if isinstance(item, Difference)]


def test_a_mistyped_address_opens_nothing_to_its_owner(site: Flask, demo: Application) -> None:
    number, _ = applied(site, email=STRANGER)
    client = signed_in_by_mail(site, demo, STRANGER)
    assert not opens(client, number)
    page = client.get("/account").get_data(as_text=True)
    assert number not in page


def test_the_code_shown_once_while_signed_in_proves_the_address(
    site: Flask, demo: Application
) -> None:
    number, code = applied(site)
    client = signed_in_by_mail(site, demo, OWN)
    assert not opens(client, number)
    assert open_case(client, number, code).status_code == 302
    elsewhere = signed_in_by_mail(site, demo, OWN)
    assert opens(elsewhere, number)


def test_so_does_the_code_shown_before_signing_in(site: Flask, demo: Application) -> None:
    number, code = applied(site)
    client = site.test_client()
    assert open_case(client, number, code).status_code == 302
    assert opens(signed_in_by_mail(site, demo, OWN, client), number)


def test_so_does_applying_while_signed_in(site: Flask, demo: Application) -> None:
    client = signed_in_by_mail(site, demo, OWN)
    number, _ = send(client, fill(client))
    assert opens(client, number)


def test_a_code_proves_no_address_but_that_of_its_case(site: Flask, demo: Application) -> None:
    number, code = applied(site)
    client = signed_in_by_mail(site, demo, STRANGER)
    assert open_case(client, number, code).status_code == 302
    assert not opens(signed_in_by_mail(site, demo, STRANGER), number)
    assert not opens(signed_in_by_mail(site, demo, OWN), number)


def change(client: FlaskClient, path: str, **values: str) -> int:
    page = client.get(path).get_data(as_text=True)
    shown = dict(re.findall(r'name="(\w+)" type="\w+"[^>]*value="([^"]*)"', page))
    (version,) = re.findall(r'name="version" value="(\d+)"', page)
    return post(client, path, **{**shown, "version": version, **values}).status_code


def test_applicants_put_their_contact_details_right(site: Flask, demo: Application) -> None:
    number, code = applied(site, email=STRANGER)
    client = signed_in_by_mail(site, demo, STRANGER)
    assert open_case(client, number, code).status_code == 302
    assert opens(signed_in_by_mail(site, demo, STRANGER), number)
    path = f"/follow/{number}/contact"
    assert change(client, path, email="no address") == 400
    assert change(client, path, email=OWN, phone="13900000000") == 302
    now = party(demo, number)
    assert (now["email"], now["phone"], now["name"]) == (OWN, "13900000000", "张三")
    assert not opens(signed_in_by_mail(site, demo, STRANGER), number)
    assert not opens(signed_in_by_mail(site, demo, OWN), number)
    event = seen(demo, number).history[-1]
    assert event.kind == "contact_changed"
    assert "13900000000" not in str(event.data)
    with demo.context() as session:
        told = {
            row.recipient: row.kind for row in session.scalars(select(Message)) if row.recipient
        }
        to_old = session.scalars(select(Message).where(Message.kind == "former_address")).one()
    assert told[OWN] == "case"
    assert to_old.recipient == STRANGER
    assert OWN not in to_old.data
    assert is_unbroken(demo)


def test_nothing_that_is_the_same_is_recorded(site: Flask, demo: Application) -> None:
    number, code = applied(site)
    client = site.test_client()
    assert open_case(client, number, code).status_code == 302
    before = seen(demo, number).version
    assert change(client, f"/follow/{number}/contact") == 302
    assert seen(demo, number).version == before


def test_without_the_code_nobody_changes_them(site: Flask, demo: Application) -> None:
    number, _ = applied(site)
    path = f"/follow/{number}/contact"
    anybody = site.test_client()
    assert anybody.get(path).status_code == 302
    assert anybody.post(path, data={"email": STRANGER}).status_code == 302
    assert party(demo, number)["email"] == OWN


@pytest.mark.parametrize("reason", ["", "来电更正"])
def test_the_office_changes_them_with_a_reason(
    site: Flask, demo: Application, clerk: FlaskClient, reason: str
) -> None:
    client = site.test_client()
    number, _ = send(client, fill(client, unit={"unit": "LZ-S01"}))
    path = f"/cases/{number}/contact"
    status = change(clerk, path, phone="13900000000", reason=reason)
    assert status == (302 if reason else 400)
    with demo.context() as session:
        query = select(AuditEntry.reason).where(AuditEntry.action == "contact details changed")
        assert list(session.scalars(query)) == ([reason] if reason else [])
    assert (party(demo, number)["phone"] == "13900000000") == bool(reason)
    assert is_unbroken(demo)
    for username in ("reviewer", "auditor"):
        assert signed_in(site, username).get(path).status_code == 403


def test_who_found_a_receipt_is_not_told_the_address(site: Flask) -> None:
    number, code = applied(site, phone="13812345678")
    client = site.test_client()
    assert open_case(client, number, code).status_code == 302
    path = f"/follow/{number}/contact"
    wrong = {"csrf_token": "", "version": "1", "phone": "x"}
    for page in (client.get(path), client.post(path, data=wrong)):
        told = page.get_data(as_text=True)
        assert "13812345678" not in told
        assert OWN not in told
