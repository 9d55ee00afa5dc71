"""A site in a thread, and a real Chromium to look at it."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from werkzeug.serving import make_server

from requestflow.application import Application
from requestflow.web import create_app

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what drives a browser; the message of scripts/chromium.sh says how to get one."""
    missing = pytest.mark.skipif(
        CHROMIUM is None, reason="Chromium is missing: apt-get install chromium"
    )
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(missing)


@pytest.fixture
def address(demo: Application) -> Iterator[str]:
    app = create_app(demo)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield chromium
        chromium.close()


def serious(page: Page) -> list[str]:
    """What axe finds that is serious or worse."""
    result = Axe().run(page).response["violations"]
    return [item["id"] for item in result if item["impact"] in ("serious", "critical")]


def press(link_or_button: Locator) -> None:
    """Follows a link or sends a form, and waits until the page that it leads to is there whole.

    A click alone returns when the answer begins; what is counted then may be half a table.
    """
    with link_or_button.page.expect_navigation(wait_until="load"):
        link_or_button.click()


def check_page(page: Page, *, scripts: bool = True) -> None:
    """A title, no scrolling sideways, one heading, and nothing serious for axe."""
    page.wait_for_load_state()
    expect(page).not_to_have_title("")
    assert page.locator("h1").count() == 1, page.url
    width = page.viewport_size["width"] if page.viewport_size else 0
    if scripts:
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} wide at {width}"
        assert serious(page) == [], page.url
