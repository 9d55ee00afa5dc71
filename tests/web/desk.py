"""What tests of the desk share: signing in, opening cases, taking steps by their forms."""

import re
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from werkzeug.test import TestResponse

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import CaseView, Opening, view_case
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from tests.conftest import NOW
from tests.reporting.desk import JANUARY
from tests.sites import site_of


def signed_in(site: Flask, username: str) -> FlaskClient:
    client = site.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "username": username, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 302
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


def in_january(demo: Application) -> AbstractContextManager[Flask]:
    """The site when the year is over and its report is made."""
    return site_of(replace(demo, clock=lambda: JANUARY))


def take(client: FlaskClient, case: str, taken: str, **values: str) -> TestResponse:
    """Fills in a step's form as its page gives it, and sends it."""
    path = f"/cases/{case}/steps/{taken}"
    page = client.get(path).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]+)"', page))
    first = dict(re.findall(r'name="(\w+)"\s+type="(?:text|date)"[^>]*value="([^"]*)"', page))
    return client.post(path, data={**first, **hidden, **values})


def seen(demo: Application, number: str) -> CaseView:
    with demo.context() as session:
        return view_case(session, Actor.operator(), number)


def opened(demo: Application, days_ago: int = 0, law: str = "cn-2019") -> str:
    """A new case of the clerk's unit."""
    day = demo.today() - timedelta(days=days_ago)
    if law == "cn-2008":
        day = day.replace(year=2018, month=5, day=7)
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", day, "person", "post", "停车收费标准", {"name": "张三"})
        return demo.cases.open(session, Actor.operator(), opening, NOW)


def register(client: FlaskClient, **values: object) -> TestResponse:
    """Registers an application on its screen."""
    first = {"channel": "post", "applicant_kind": "person", "received_on": "2026-11-20"}
    return post(client, "/cases/new", **{**first, **values})


def post(
    client: FlaskClient, path: str, /, at: str | None = None, **values: object
) -> TestResponse:
    """Posts a form as the page at `at` gives it (`path` itself where it is not said)."""
    page = client.get(at or path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return client.post(path, data={"csrf_token": token[1], **values})


def markup(page: str) -> str:
    """A page as it would be without the line breaks and blanks of its templates."""
    return re.sub(r"\s*(>|<)\s*", r"\1", re.sub(r"\s+", " ", page))


def words(content: bytes) -> str:
    """The text of a PDF without blanks."""
    pages = PdfDocument(content)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def token(client: FlaskClient, at: str) -> str:
    """The token against forged requests that a page carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(at).get_data(as_text=True))
    assert found, at
    return found[1]
