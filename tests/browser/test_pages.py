"""The pages in a real Chromium: both languages, both widths, axe finds nothing serious."""

import pytest
from playwright.sync_api import Browser, Page

from requestflow.demo import PASSWORD
from tests.browser.conftest import check_page, press

ABOVE = (
    "/oversight",
    "/report/2014",
    "/report/2026",
    "/report/2026/reported",
    "/report/2014/stated?figure=publications.total",
    "/reports",
    "/open-data",
)
PAGES = (
    "/",
    "/reports/LZ/2014",
    "/sign-in",
    "/cases",
    "/cases?due=overdue",
    "/cases/LZ-S01-2026-0005",
    "/cases/LZ-S01-2026-0005/steps/drafted",
    "/cases/LZ-S01-2026-0005/steps/consultation_started",
    "/cases/new",
    "/report/2014?unit=LZ-S01",
    "/notices",
    "/nothing",
)


def sign_in(page: Page, address: str, username: str = "clerk") -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    press(page.locator("main button[type=submit]"))


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_every_page_in_both_languages_and_widths(
    browser: Browser, address: str, language: str
) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    sign_in(page, address)
    wanted = "English" if language == "zh-CN" else "中文"
    if not page.get_by_role("button", name=wanted).count():
        press(page.get_by_role("button", name="English" if wanted == "中文" else "中文"))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in PAGES:
            page.goto(address + path)
            check_page(page)
    context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_pages_of_those_who_answer_for_the_whole(
    browser: Browser, address: str, language: str
) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    sign_in(page, address, "supervisor")
    page.goto(f"{address}/report/2026")
    if not page.locator("html").get_attribute("lang").startswith(language[:2]):
        press(page.locator('header form[action="/language"] button'))
    press(page.locator('form[action*="/begin"] button'))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in (*ABOVE, "/report/2026/read", "/report/2026/words/overview?field=3.1"):
            page.goto(address + path)
            check_page(page)
    page.goto(f"{address}/report/2026/words/problems")
    page.locator("#content-zh_CN").fill("本年新收{{t3.1.total}}件。")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as requested:
        page.locator(".govuk-back-link").click(no_wait_after=True)
    assert requested.value.type == "beforeunload"
    page.locator("#field").fill("3.1")
    press(page.locator('button[form="words"]'))
    assert page.url.endswith("#fields")
    assert page.locator("#content-zh_CN").input_value() == "本年新收{{t3.1.total}}件。"
    press(page.locator("#words > button.govuk-button").first)
    assert "本年新收62件。" in page.locator("#shown-zh_CN").inner_text()
    page.locator("#content-en").focus()
    press(page.locator(".govuk-back-link"))
    assert page.url.endswith("/report/2026?unit=LZ")
    context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_pages_of_administrators(browser: Browser, address: str, language: str) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    sign_in(page, address, "administrator")
    if not page.locator("html").get_attribute("lang").startswith(language[:2]):
        press(page.locator('header form[action="/language"] button'))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/people", "/people/1", "/audit", "/audit?from=x", "/my-account"):
            page.goto(address + path)
            check_page(page)
    context.close()


def test_from_the_published_number_to_its_cases(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{address}/")
    press(page.locator(".years a").first)
    press(page.locator('[data-figure="applications.partial"] a'))
    assert page.locator("tbody").first.locator("tr").count() == 46
    page.close()


def test_a_figure_leads_to_the_cases_it_counted(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="zh-CN")
    sign_in(page, address)
    page.goto(f"{address}/report/2014?unit=LZ-S01")
    cell = page.locator('[data-figure="applications.granted"] a')
    shown = int(cell.inner_text())
    press(cell)
    assert page.locator("tbody tr").count() == shown > 0
    page.close()


def test_it_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address)
    page.get_by_label("到期").select_option("overdue")
    press(page.get_by_role("button", name="显示"))
    assert page.locator(".late").count() > 0
    context.close()
