"""How values are shown on pages: days, stages, steps, links that keep the filters."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from requestflow.accounts import can
from requestflow.foundation import Text, catalogue, translate
from requestflow.law import (
    Deadline,
    Label,
    article_text,
    explain,
    law_pack,
    report_form_for,
    report_forms,
)
from requestflow.notices import deadline_label, message_subject, page_to_act_on
from requestflow.reporting import origins_in
from requestflow.statistics import figures_listed
from requestflow.web.context import actor, application, local_day, local_zone, locale
from requestflow.web.health import sweep_is_late
from requestflow.web.templating import PageEnvironment

SYSTEM = frozenset({"applicant", "operator", "system"})
"""Who acts under no name of their own."""


def register_filters(app: Flask) -> None:
    """Gives the templates their filters and what every page needs."""
    pages = app.jinja_env
    assert isinstance(pages, PageEnvironment)  # noqa: S101 - the site is made with it
    pages.filters.update(
        moment=lambda value: value.astimezone(local_zone()).strftime("%Y-%m-%d %H:%M"),
        code_points=lambda letters: "、".join(f"{c} (U+{ord(c):04X})" for c in letters),
        number=lambda value: "—" if value is None else f"{value:,}",
        acted_on=page_to_act_on,
    )
    pages.globals.update(
        changed_query=_changed_query,
        file_megabytes=app.extensions["requestflow"].settings.file_megabytes,
        value_of=_value_of,
        link_of=_link_of,
        open_link_of=_open_link_of,
    )
    # Those of Flask-Babel look for the locale at every word.
    pages.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: catalogue(locale()).gettext(message),
        lambda one, many, number: catalogue(locale()).ngettext(one, many, number),
        newstyle=True,
    )
    pages.speak(
        filters={
            "stage": lambda code, language: translate(f"stage.{code}", language),
            "step": lambda code, language: translate(f"step.{code}", language),
            "word": translate,
            "failure": _failure,
            "label": lambda label, language: label.text(language) if label else "",
            "explained": explain,
            "acted": _acted,
            "named": _named,
            "article": lambda value, language: article_text(value, language[:2]),
            "deadline": deadline_label,
            "unverified": _unverified,
            "reminder": message_subject,
            "outcome": _outcome,
            "ground": _ground,
            "choices": _choices,
            "worded": lambda codes, chapter, language: [
                (code, translate(f"{chapter}.{code}", language)) for code in codes
            ],
            "labelled": lambda labels, language: [
                (code, label.text(language)) for code, label in labels.items()
            ],
        },
        functions={"origins_in": origins_in},
    )
    app.context_processor(_context)


def _value_of(index: Mapping[str, Any]) -> Callable[[Any], Any]:
    """What stands in a field of a report's table."""
    return lambda cell: getattr(index[cell.figure], cell.part)


def _link_of(index: Mapping[str, Any]) -> Callable[[str], str | None]:
    """Where a figure leads among the staff: to its records, or to what units state of it."""

    def link(figure: str) -> str | None:
        result = index.get(figure)
        return result.link or result.stated_at if result else None

    return link


def _open_link_of(content: Any) -> Callable[[str], str | None]:
    """Where a published figure leads: to its cases in the open data."""

    form = next(form for form in report_forms() if form.code == content.form)
    listed: frozenset[str] = frozenset()
    if report_form_for(content.year, form.jurisdiction) is form:
        listed = figures_listed(content.year, form.jurisdiction)

    def link(figure: str) -> str | None:
        if figure not in listed:
            return None
        return url_for("public.open_data", figure=figure, of=content.year, unit=content.unit.code)

    return link


def _unverified(deadline: Deadline, law: str, _language: str) -> bool:
    """Whether the limit of a deadline was not checked against the text of the law."""
    limit = law_pack(law).limit(deadline.kind, deadline.started_on)
    return limit is not None and limit.unverified


def _acted(name: str, language: str) -> str:
    return translate(f"actor.{name}", language) if name in SYSTEM else name


def _choices(items: Iterable[Any], key: str, name: str, language: str) -> list[tuple[Any, str]]:
    """What a list may be narrowed to: each item by its key, and as it is called."""
    return [(getattr(item, key), _named(getattr(item, name), language)) for item in items]


def _outcome(code: str | None, law: str, language: str) -> str:
    result = law_pack(law).outcome(code)
    return result.label.text(language) if result else ""


def _ground(code: str | None, law: str, language: str) -> str:
    result = law_pack(law).ground(code)
    return result.label.text(language) if result else ""


def _changed_query(**changes: Any) -> str:
    values: Mapping[str, Any] = {**request.args.to_dict(), **changes}
    return "?" + urlencode({key: value for key, value in values.items() if value})


def _failure(value: str, language: str) -> str:
    """Why a message could not be sent, in words, with what the machine said behind it."""
    key = f"failure.{value.partition(' ')[0]}"
    shown = translate(key, language)
    return value if shown == key else f"{shown} ({value})"


def _named(shown: object, language: str) -> str:
    """A choice as it is called: a text, a label of the law, or a name as it stands."""
    if isinstance(shown, Text):
        return shown.in_locale(language)
    return shown.text(language) if isinstance(shown, Label) else str(shown)


def _here() -> str:
    """The address at which this page can be loaded again: its own, where it has a GET, else that of
    the page it was sent from."""
    if request.method == "GET":
        return request.full_path
    if _has_page(request.path):
        return request.full_path.removesuffix("?")
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return url_for("public.home")
    path = came_from.path
    if came_from.netloc != request.host or not re.match(r"/(?![/\\])", path):
        return url_for("public.home")
    query = f"?{came_from.query}" if came_from.query else ""
    return path + query if _has_page(path) else url_for("public.home")


def _has_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        adapter.match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return True


def _context() -> dict[str, Any]:
    who = actor()
    person = current_user if who else None

    def may(action: str, unit_path: str | None = None, handler: str | None = None) -> bool:
        return can(who, action, unit_path, handler=handler)

    return {
        "here": _here(),
        "locale": locale(),
        "base_url": application().settings.base_url,
        "report_year": local_day().year - 1,
        "unread": person.unread if person else 0,
        "questions_open": person.questions if person and may("consultation.answer") else 0,
        "may": may,
        "worker_is_dead": may("health.read") and sweep_is_late(),
    }
