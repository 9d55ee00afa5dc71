"""A citizen's whole way in a real Chromium: zh and en, with scripts and without, two widths."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from requestflow.application import Application
from requestflow.demo import followed
from tests.browser.conftest import check_page, press
from tests.web.citizens import resident_number

TITLE = "社会救助资金使用情况𠮷"


@dataclass
class Visitor:
    """Somebody with a browser; each page they come to is checked."""

    page: Page
    address: str
    scripts: bool

    def visit(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.look()

    def look(self) -> None:
        check_page(self.page, scripts=self.scripts)

    def go_on(self, **typed: str) -> None:
        """Types into fields, and presses the page's main button."""
        for name, value in typed.items():
            self.page.fill(f"#{name}", value)
        button = "main form:not([role=search]) button.govuk-button:not([name])"
        press(self.page.locator(button).last)
        self.look()

    def choose(self, value: str) -> None:
        self.page.check(f"input[type=radio][value='{value}']")

    def problem(self) -> str:
        """The first message of the summary on top, which has the focus where scripts run."""
        summary = self.page.locator(".govuk-error-summary")
        if self.scripts:
            expect(summary).to_be_focused()
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Enter")
            left = "document.activeElement.closest('.govuk-error-summary') === null"
            assert self.page.evaluate(left), "the message leads to its field"
        return summary.locator("a").first.inner_text()


@pytest.mark.parametrize(
    ("language", "scripts", "width"),
    [
        ("zh-CN", True, 390),
        ("zh-CN", False, 1280),
        ("en-GB", True, 1280),
        ("en-GB", False, 390),
    ],
)
def test_the_whole_way(
    browser: Browser, address: str, demo: Application, language: str, scripts: bool, width: int
) -> None:
    context = browser.new_context(
        locale=language,
        java_script_enabled=scripts,
        viewport={"width": width, "height": 900},
        accept_downloads=True,
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    visitor = Visitor(page, address, scripts)
    _look_around(visitor)
    _fill_in(visitor)
    number, code = page.inner_text("#number"), page.inner_text("#code")
    due = page.inner_text(".due")
    with page.expect_download() as receipt:
        page.locator("a[href$='receipt.pdf']").click()
    assert receipt.value.suggested_filename == f"{number}.pdf"
    _follow(visitor, number, code, due)
    with demo.context() as session:
        for sample, its_code, stage in followed(session):
            _sample(visitor, sample, its_code, stage)
    visitor.visit("/account/sign-in")
    visitor.go_on(email="zhang@example.org")
    context.close()


def _look_around(visitor: Visitor) -> None:
    page = visitor.page
    visitor.visit("/")
    page.fill("#q", "污水处理厂监测")
    press(page.locator("main [role=search] button"))
    visitor.look()
    assert "污水处理厂出水水质监测数据" in page.inner_text(".results")
    visitor.visit("/units?q=低保")
    assert page.locator(".results li").count() == 1
    press(page.locator(".results a"))
    visitor.look()
    visitor.visit("/apply")


def _fill_in(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go_on()
    visitor.go_on()
    assert visitor.problem()
    visitor.choose("LZ-S14")
    visitor.go_on()
    visitor.go_on()
    assert visitor.problem()
    page.fill("#title", TITLE)
    if visitor.scripts:
        expect(page.locator("#similar li").first).to_contain_text("社会救助资金使用情况公示")
    visitor.go_on(period="2025", description="<script>document.title='x'</script>")
    assert "社会救助资金使用情况公示" in page.inner_text(".similar")
    file = {"name": "说明.txt", "mimeType": "text/plain", "buffer": "说明".encode()}
    page.set_input_files("#files", [file])
    press(page.locator("button[name=add]"))
    assert "说明.txt" in page.inner_text(".files")
    wrong = {"name": "program.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x00"}
    page.set_input_files("#files", [wrong])
    visitor.go_on()
    assert "program.pdf" in visitor.problem()
    visitor.go_on()
    visitor.choose("person")
    visitor.go_on()
    visitor.choose("resident")
    visitor.go_on(name="张三", identity_number="123")
    assert visitor.problem()
    visitor.go_on(identity_number=resident_number())
    visitor.go_on(email="zhang@example.org")
    press(page.locator(".govuk-back-link"))
    assert page.input_value("#email") == "zhang@example.org"
    visitor.go_on()
    visitor.choose("no")
    visitor.go_on()
    visitor.choose("page")
    visitor.go_on()
    visitor.choose("no")
    visitor.go_on()
    assert TITLE in page.inner_text(".govuk-summary-list")
    press(page.locator("dd a[href*='/contact']").first)
    visitor.go_on(phone="0830 1234567")
    assert "0830 1234567" in page.inner_text(".govuk-summary-list")
    visitor.go_on()


def _follow(visitor: Visitor, number: str, code: str, due: str) -> None:
    page = visitor.page
    visitor.visit(f"/follow?number={number}")
    visitor.go_on(code="AAAA-AAAA-AAAA")
    assert visitor.problem()
    visitor.go_on(code=code)
    assert due in page.inner_text(".next")
    assert TITLE in page.inner_text("main")
    press(page.locator("a[href$='message_sent']"))
    visitor.go_on(text="请问进展如何？")
    assert "请问进展如何？" in page.inner_text(".timeline")
    press(page.locator("a[href$='withdrawn']"))
    visitor.look()
    visitor.go_on()
    assert page.locator(".next .due").count() == 0


def _sample(visitor: Visitor, number: str, code: str, stage: str) -> None:
    page = visitor.page
    visitor.visit(f"/follow?number={number}")
    visitor.go_on(code=code)
    if stage == "clarifying":
        press(page.locator(".next .govuk-button"))
        visitor.go_on()
        assert visitor.problem()
        visitor.go_on(text="2024年度")
        assert "2024年度" in page.inner_text(".timeline")
    elif stage == "awaiting_payment":
        press(page.locator("a[href$='payment_reported']"))
        visitor.go_on()
        assert visitor.problem()
        press(page.locator(".govuk-back-link"))
        press(page.locator("a[href$='fee_waiver_requested']"))
        visitor.go_on(reason="低保户")
    else:
        press(page.locator("a[href$='object']"))
        visitor.look()
        with page.expect_download() as paper:
            page.locator("a[href$='.docx']").click()
        assert paper.value.suggested_filename == f"行政复议申请书-{number}.docx"
        press(page.locator("a[href$='remedy_reported']"))
        visitor.go_on()
        assert visitor.problem()


def test_it_can_be_done_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{address}/apply?unit=LZ-S14")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("govuk-skip-link")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/information$"))
    page.locator("#title").focus()
    page.keyboard.type("农村公路养护计划")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/files$"))
    page.close()


def test_at_twice_the_size_nothing_is_cut_off(browser: Browser, address: str) -> None:
    # 200 % of a window of 1280 is a window of 640 for the page.
    page = browser.new_page(locale="en-GB", viewport={"width": 640, "height": 450})
    for path in ("/", "/units", "/apply", "/follow", "/account/sign-in", "/find?q=财政"):
        page.goto(address + path)
        check_page(page)
    page.close()
