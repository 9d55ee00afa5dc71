"""Templates compiled for each language, and the paths that pages remember."""

import pytest
from flask import Flask, render_template, render_template_string, url_for
from jinja2 import DictLoader

from requestflow.application import Application
from requestflow.web import create_app

PAGES = {
    "plain.html": "{{ _('Cases') }}|{{ 'received'|stage }}|{{ ('due.' ~ key)|word }}",
    "filled.html": "{{ _('Sign out %(name)s', name=name) }}",
    "asked.html": "{{ ngettext('%(num)s result', '%(num)s results', number) }}",
    "outer.html": "{% from 'inner.html' import heading %}{{ heading() }}",
    "inner.html": "{% macro heading() %}{{ _('Cases') }}{% endmacro %}",
}


@pytest.fixture
def site(demo: Application) -> Flask:
    """A site of its own, whose templates are other ones."""
    return create_app(demo)


def shown(site: Flask, language: str, template: str, **values: object) -> str:
    """The template as a visitor reads it whose browser asks for that language."""
    for environment in site.jinja_env.languages.values():  # type: ignore[attr-defined]
        environment.loader = DictLoader(PAGES)
    with site.test_request_context("/", headers={"Accept-Language": language}):
        return render_template(template, **values)


def test_each_language_has_its_own_words(site: Flask) -> None:
    english = shown(site, "en", "plain.html", key="today")
    chinese = shown(site, "zh", "plain.html", key="today")
    assert english == "Cases|received|due today"
    assert not set(english) & set(chinese) - {"|"}
    assert shown(site, "en", "plain.html", key="today") == english


def test_what_fills_a_text_is_escaped(site: Flask) -> None:
    assert shown(site, "en", "filled.html", name="<b>") == "Sign out &lt;b&gt;"
    assert "&lt;b&gt;" in shown(site, "zh", "filled.html", name="<b>")


def test_numbers_choose_the_plural(site: Flask) -> None:
    assert shown(site, "en", "asked.html", number=1) == "1 result"
    assert shown(site, "en", "asked.html", number=2) == "2 results"


def test_macros_are_in_the_language_of_the_page(site: Flask) -> None:
    assert shown(site, "en", "outer.html") == "Cases"
    assert shown(site, "zh", "outer.html") != "Cases"
    assert shown(site, "en", "outer.html") == "Cases"


@pytest.mark.parametrize("root", ["", "/requests"])
def test_a_remembered_path_stands_under_the_root_of_the_site(site: Flask, root: str) -> None:
    environ = {"SCRIPT_NAME": root}
    for _ in range(2):
        with site.test_request_context("/", environ_overrides=environ):
            assert url_for("casework.case", number="A 1") == f"{root}/cases/A%201"
            assert url_for("casework.cases", due=["a", "b"]) == f"{root}/cases?due=a&due=b"


def test_a_path_relative_to_its_page_is_not_mixed_up(site: Flask) -> None:
    for page, expected in (("/cases", "/cases"), ("/reports", None)):
        with site.test_request_context(page):
            if expected:
                assert url_for(".cases") == expected
            else:
                assert url_for(".reports") == "/reports"


def test_a_text_written_in_a_page_itself_is_translated_too(site: Flask) -> None:
    with site.test_request_context("/", headers={"Accept-Language": "en"}):
        assert render_template_string("{{ _('Cases') }}") == "Cases"
