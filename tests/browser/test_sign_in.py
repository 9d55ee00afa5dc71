"""Signing in with what a real browser keeps: a passkey in a virtual authenticator."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from requestflow.accounts import Person
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.web import create_app
from tests.browser.conftest import check_page, press


@pytest.fixture
def site(demo: Application) -> Iterator[str]:
    """The address of a site that knows under which address it is reached; passkeys are made for a
    name, not for a number."""
    with demo.context(), db.transaction() as session:
        approver = session.scalars(select(Person).where(Person.username == "approver")).one()
        approver.locale = "en"
    server = make_server("localhost", 0, lambda *_: iter(()), threaded=True)
    address = f"http://localhost:{server.port}"
    roles = frozenset({"approver"})
    changed = {"base_url": address, "second_factor_roles": roles}
    settings = demo.settings.model_copy(update=changed)
    server.app = create_app(replace(demo, settings=settings))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()


def with_authenticator(page: Page) -> None:
    """Gives a page's browser an authenticator that proves its user, as a phone does (Web
    Authentication, 11)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_approver_adds_a_passkey_and_signs_with_it(browser: Browser, site: str) -> None:
    page = browser.new_page(locale="en-GB", viewport={"width": 390, "height": 844})
    with_authenticator(page)
    page.goto(f"{site}/sign-in")
    page.fill("#username", "approver")
    page.fill("#password", PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    expect(page.locator("h1")).to_have_text("Second factor")
    check_page(page)
    press(page.get_by_role("button", name="Add a passkey"))
    expect(page.locator("#recovery-codes code")).to_have_count(10)
    check_page(page)
    page.goto(f"{site}/cases")
    press(page.get_by_role("button", name="Sign out"))

    # By the passkey alone: it proved its user.
    page.goto(f"{site}/sign-in")
    check_page(page)
    press(page.get_by_role("button", name="Sign in with a passkey"))
    assert "/cases" in page.url
    press(page.get_by_role("button", name="Sign out"))

    # Beside the password, as a second factor.
    page.goto(f"{site}/sign-in")
    page.fill("#username", "approver")
    page.fill("#password", PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    check_page(page)
    press(page.get_by_role("button", name="Use a passkey"))
    assert "/cases" in page.url
    page.context.close()


def test_a_browser_without_the_key_is_told_so(browser: Browser, site: str) -> None:
    page = browser.new_page(locale="en-GB")
    with_authenticator(page)
    page.goto(f"{site}/sign-in")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert "/sign-in" in page.url
    page.context.close()


def test_without_scripts_no_passkey_is_offered(browser: Browser, site: str) -> None:
    page = browser.new_page(locale="en-GB", java_script_enabled=False)
    page.goto(f"{site}/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    page.fill("#username", "approver")
    page.fill("#password", PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    expect(page.get_by_text("JavaScript is turned off")).to_be_visible()
    page.context.close()
