"""The desk in a real browser: every step of both laws by its form, every refusal at its field."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import DEFINITIONS, Opening, Step, view_case
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.law import law_pack
from tests.browser.conftest import check_page, press
from tests.browser.journeys import CHECKS, JOURNEYS
from tests.browser.refusals import DRAFT, NEW, UNDER_ORDER_711
from tests.browser.refusals_2008 import UNDER_ORDER_492
from tests.conftest import NOW

LOOKED_AT = frozenset({"drafted", "consultation_started", "secrecy_reviewed", "delivered"})
"""Steps whose forms hold, between them, every kind of field."""

SENT_BY = "form.desk .govuk-button:not(.govuk-button--secondary)"


class Desks:
    """The pages of those who are signed in, by user name."""

    def __init__(self, browser: Browser, address: str, width: int = 1280) -> None:
        self.browser, self.address, self.width = browser, address, width
        self.pages: dict[str, Page] = {}

    def of(self, username: str) -> Page:
        if username not in self.pages:
            context = self.browser.new_context(
                locale="en", viewport={"width": self.width, "height": 900}
            )
            page = context.new_page()
            page.goto(f"{self.address}/sign-in")
            page.fill("[name=username]", username)
            page.fill("[name=password]", PASSWORD)
            press(page.locator("form .govuk-button[type=submit]"))
            if page.locator("html").get_attribute("lang") != "en":
                press(page.locator("button[value=en]"))
            self.pages[username] = page
        return self.pages[username]

    def fill_in(self, username: str, number: str, kind: str, values: dict[str, str]) -> Page:
        page = self.of(username)
        page.goto(f"{self.address}/cases/{number}/steps/{kind}")
        for name, value in values.items():
            field = page.locator(f"form.desk [name='{name}']").first
            shape = field.evaluate("e => e.tagName + '.' + e.type")
            if shape.startswith("SELECT"):
                field.select_option(value)
            elif shape.endswith("checkbox"):
                field.check()
            else:
                field.fill(value)
        return page

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def desks(browser: Browser, address: str) -> Iterator[Desks]:
    built = Desks(browser, address)
    yield built
    built.close()


def opened(app: Application, day: date) -> str:
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", day, "person", "post", "停车收费标准", {"name": "张三"})
        return app.cases.open(session, Actor.operator(), opening, NOW)


def send(page: Page) -> None:
    press(page.locator(SENT_BY))


@pytest.mark.parametrize("law", sorted(JOURNEYS))
def test_every_step_by_its_form(desks: Desks, demo: Application, law: str) -> None:
    taken: set[str] = set()
    for received, steps in JOURNEYS[law]:
        number = opened(demo, received)
        for username, kind, day, values in steps:
            page = desks.fill_in(username, number, kind, {**values, "day": day})
            if kind in LOOKED_AT - taken:
                check_page(page)
            send(page)
            message = page.locator(".govuk-error-summary")
            assert message.count() == 0, (kind, message.inner_text())
            expect(page.locator(".said:not(.others)")).to_contain_text("Completed")
            taken.add(kind)
        check_page(page)
        with demo.context() as session:
            view = view_case(session, Actor.operator(), number)
        assert view.state.law == law
        assert [event.kind for event in view.events[1:]] == [kind for _, kind, _, _ in steps]
    known = {
        kind
        for kind, step in DEFINITIONS.items()
        if step.at_desk and law_pack(law).step(kind, JOURNEYS[law][0][0])
    }
    assert known <= taken


def test_every_page_of_the_desk_fits_a_telephone(
    browser: Browser, address: str, demo: Application
) -> None:
    desks = Desks(browser, address, width=390)
    number = opened(demo, date(2026, 11, 2))
    page = desks.of("approver")
    for path in (
        "/cases",
        "/cases?whose=nobody",
        f"/cases/{number}",
        f"/cases/{number}/steps/drafted",
        f"/cases/{number}/steps/consultation_started",
        f"/cases/{number}/on-the-spot",
        f"/cases/{number}/correct",
        f"/cases/{number}/correct?event=1",
        "/cases/new",
        "/questions",
        "/remedies/register?state=all",
        "/office",
    ):
        page.goto(f"{address}{path}")
        check_page(page)
    desks.close()


def test_every_refusal_stands_at_its_field_and_nothing_is_stored(
    desks: Desks, demo: Application
) -> None:
    for received, before, username, kind, day, values, field, words in (
        *UNDER_ORDER_711,
        *UNDER_ORDER_492,
    ):
        number = opened(demo, received)
        for done, on, message in before:
            who = Actor("clerk", "clerk", "LZ/LZ-S01/") if done == "drafted" else Actor.operator()
            step = Step(done, date.fromisoformat(on), message)
            with demo.context():
                demo.casework.take_step(who, number, step, NOW)
        page = desks.fill_in(username, number, kind, {**values, "day": day})
        send(page)
        link = page.locator(f".govuk-error-summary a[href='#{field}']")
        assert link.count() == 1, (kind, values, page.locator("main").inner_text()[:400])
        message = link.inner_text().replace(". (art", " (art")
        assert words.replace(". (art", " (art") in message, (kind, message)
        expect(page.locator(f"#{field}-error")).to_contain_text(link.inner_text())
        # What was typed is still there.
        for name, value in values.items():
            stored = page.locator(f"form.desk [name='{name}']").first
            if stored.get_attribute("type") != "checkbox":
                assert stored.input_value() == value, (kind, name)
        with demo.context() as session:
            assert view_case(session, Actor.operator(), number).version == len(before) + 1


def test_who_drafted_does_not_sign_and_roles_are_kept(desks: Desks, demo: Application) -> None:
    number = opened(demo, NEW)
    for kind, values in (
        ("drafted", DRAFT),
        ("legality_reviewed", {}),
        ("secrecy_reviewed", CHECKS),
    ):
        send(desks.fill_in("approver", number, kind, values))
    page = desks.fill_in("approver", number, "signed", {})
    send(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("cannot sign it.")
    page = desks.of("reviewer")
    for kind in ("drafted", "signed", "delivered"):
        answered = page.goto(f"{desks.address}/cases/{number}/steps/{kind}")
        assert answered
        assert answered.status == 403


def test_back_double_click_and_two_tabs_never_take_a_step_twice(
    desks: Desks, demo: Application
) -> None:
    number = opened(demo, NEW)
    page = desks.fill_in("clerk", number, "noted", {"note": "一次"})
    page.dblclick(SENT_BY)
    page.wait_for_url(f"**/cases/{number}")
    page.go_back()
    page.wait_for_load_state()
    send(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("recorded the same entry")
    other = page.context.new_page()
    other.goto(f"{desks.address}/cases/{number}/steps/noted")
    page.goto(f"{desks.address}/cases/{number}/steps/noted")
    for tab in (page, other):
        tab.fill("[name=note]", "两个窗口")
        send(tab)
    expect(other.locator("[name=note]")).to_have_value("两个窗口")
    with demo.context() as session:
        events = view_case(session, Actor.operator(), number).events
    assert [event.data.get("note") for event in events[1:]] == ["一次", "两个窗口"]


def test_registering_by_keyboard_alone(desks: Desks, demo: Application) -> None:
    page = desks.of("clerk")
    page.goto(f"{desks.address}/cases/new")
    page.focus("[name=channel]")
    typed = {
        "channel": "by f",
        "title": "停车收费标准",
        "applicant_kind": "",
        "name": "王五",
        "phone": "0830 1234567",
    }
    for _ in range(40):
        name = page.evaluate("document.activeElement.name || document.activeElement.textContent")
        if typed.get(name):
            page.keyboard.type(typed[name])
        if "Register" in str(name):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/LZ-S01-2026-*")
    with demo.context() as session:
        number = page.url.rpartition("/")[2]
        state = view_case(session, Actor.operator(), number).state
    assert (state.channel, state.subject) == ("fax", "停车收费标准")
