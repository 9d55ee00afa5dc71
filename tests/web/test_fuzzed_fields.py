"""Every field that citizens can fill in, with what nobody should type: a clear page, never an error
of ours, and nothing of it as markup."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requestflow.application import Application
from requestflow.applications import PAGES
from requestflow.web.extensions import limiter
from tests.sites import site_of
from tests.web.citizens import ANSWERS, begin, fill, open_case, send

SCRIPT = "<script>alert(1)</script>"
NASTY = (
    "\0",
    "a\0b",
    "\r\nSet-Cookie: x=1",
    "\u202e\u200b\ufeff",
    "\ud83d",
    "𠮷𡈽",
    SCRIPT,
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "%(name)s %s {0}",
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "=HYPERLINK(1)",
    "' OR 1=1 --",
    "x" * 100_000,
    "9" * 400,
    "-1",
    "2026-02-30",
    "٣",
)
text = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)


PUBLIC = ("/find", "/find/similar", "/units", "/reports", "/open-data", "/sign-in", "/apply")


class Fields(HTMLParser):
    """The names of the fields of a page's forms, and what it has of elements that run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_as = dict(attrs)
        if tag in {"input", "select", "textarea", "button"} and given_as.get("name"):
            self.names.add(str(given_as["name"]))
        if tag == "script" and not given_as.get("src"):
            self.running.append(tag)
        self.running += [name for name in given_as if name.startswith("on")]


def fields_of(page: str) -> Fields:
    found = Fields()
    found.feed(page)
    return found


@pytest.fixture
def open_site(demo: Application) -> Iterator[Flask]:
    with site_of(demo) as site:
        site.config.update(WTF_CSRF_ENABLED=False)
        limiter.enabled = False
        yield site


@pytest.fixture
def pages(open_site: Flask) -> Mapping[str, tuple[FlaskClient, str]]:
    """Each page with a form that is open to citizens: who has it open, and where it is sent."""
    drafting, following = open_site.test_client(), open_site.test_client()
    token = begin(drafting, "LZ-S14")
    number, code = send(following, fill(following))
    assert open_case(following, number, code).status_code == 302
    steps = re.findall(
        rf"/follow/{number}/step/\w+", following.get(f"/follow/{number}").get_data(as_text=True)
    )
    assert steps
    found = {f"/apply/{token}/{name}": drafting for name in (*PAGES, "check")}
    found |= dict.fromkeys((*steps, "/follow", "/account/sign-in"), following)
    return {path: (client, path) for path, client in found.items()}


def answers_well(client: FlaskClient, path: str, values: Mapping[str, str]) -> None:
    answer = client.post(
        path, data={name: value.encode("utf-8", "replace") for name, value in values.items()}
    )
    assert answer.status_code in {200, 302, 400, 404, 413}, (path, answer.status_code)
    assert "\n" not in answer.headers.get("Location", "")
    assert "Set-Cookie: x=1" not in str(answer.headers)
    page = answer.get_data(as_text=True)
    assert SCRIPT not in page
    assert fields_of(page).running == [], path
    assert "Traceback" not in page


def test_each_field_with_each_nasty_value(pages: Mapping[str, tuple[FlaskClient, str]]) -> None:
    tried = 0
    for client, path in pages.values():
        names = fields_of(client.get(path).get_data(as_text=True)).names - {"locale", "next"}
        page = path.rpartition("/")[2]
        for name in names:
            for value in NASTY:
                answers_well(client, path, {**ANSWERS.get(page, {}), name: value})
                tried += 1
    assert tried > 30 * len(NASTY)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_all_fields_of_a_page_with_anything(
    pages: Mapping[str, tuple[FlaskClient, str]], data: st.DataObject
) -> None:
    client, path = data.draw(st.sampled_from(sorted(pages.values(), key=lambda pair: pair[1])))
    names = fields_of(client.get(path).get_data(as_text=True)).names
    answers_well(client, path, {name: data.draw(text) for name in sorted(names)})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text,
    st.sampled_from(
        ["/find", "/find/similar", "/units", "/reports", "/open-data", "/sign-in", "/apply"]
    ),
)
def test_what_is_asked_of_a_public_page(open_site: Flask, value: str, path: str) -> None:
    query = dict.fromkeys(
        ("q", "unit", "after", "next", "page", "year"), value.encode("utf-8", "replace")
    )
    answer = open_site.test_client().get(path, query_string=query)
    assert answer.status_code in {200, 302, 400, 404, 414}
    assert fields_of(answer.get_data(as_text=True)).running == []


def test_no_host_or_address_that_a_request_names_is_believed(open_site: Flask) -> None:
    client = open_site.test_client()
    forged = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
    }
    for path in ("/", "/reports", "/apply", "/open-data", "/sign-in", "/cases"):
        answer = client.get(path, headers=forged)
        assert answer.status_code in {200, 302}
        assert "evil.example" not in answer.get_data(as_text=True) + str(answer.headers), path
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/metrics", headers=forged, environ_overrides=stranger).status_code == 404
