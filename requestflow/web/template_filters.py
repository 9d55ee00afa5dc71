"""How values are shown on pages: days, stages, steps, links that keep the filters."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, request, url_for
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.exceptions import HTTPException

from requestflow.accounts import can
from requestflow.foundation import Text, catalogue, translate
from requestflow.law import Label, article_text, explain, law_pack, report_form_for
from requestflow.notices import deadline_label, message_subject, page_to_act_on
from requestflow.reporting import origins_in
from requestflow.statistics import figures_listed
from requestflow.web.context import actor, application, locale
from requestflow.web.health import sweep_is_late

SYSTEM = frozenset({"applicant", "operator", "system"})
"""Who acts under no name of their own."""


def register_filters(app: Flask) -> None:
    """Gives the templates their filters and what every page needs."""
    filters: dict[str, Callable[..., str]] = {
        "stage": lambda code: translate(f"stage.{code}", locale()),
        "step": lambda code: translate(f"step.{code}", locale()),
        "word": lambda code: translate(code, locale()),
        "failure": _failure,
        "label": lambda label: label.text(locale()) if label else "",
        "explained": lambda step: explain(step, locale()),
        "acted": lambda name: translate(f"actor.{name}", locale()) if name in SYSTEM else name,
        "moment": _moment,
        "named": _named,
        "number": lambda value: "—" if value is None else f"{value:,}",
        "article": lambda value: article_text(value, locale()[:2]),
        "deadline": lambda kind: deadline_label(kind, locale()),
        "reminder": lambda data: message_subject(data, locale()),
        "acted_on": page_to_act_on,
        "outcome": _outcome,
        "ground": _ground,
    }
    # With the context, so that Jinja does not work out a constant when it compiles the page, in
    # the language of whoever came first.
    app.jinja_env.filters.update({name: _not_folded(built) for name, built in filters.items()})
    app.jinja_env.globals.update(
        changed_query=_changed_query,
        file_megabytes=app.extensions["requestflow"].settings.file_megabytes,
        value_of=_value_of,
        link_of=_link_of,
        open_link_of=_open_link_of,
        origins_in=lambda content, table: origins_in(content, table, locale()),
    )
    # Those of Flask-Babel look for the locale at every word.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: catalogue(locale()).gettext(message),
        lambda one, many, number: catalogue(locale()).ngettext(one, many, number),
        newstyle=True,
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

    def link(figure: str) -> str | None:
        if report_form_for(content.year).code != content.form or figure not in figures_listed(
            content.year
        ):
            return None
        return url_for("public.open_data", figure=figure, of=content.year, unit=content.unit.code)

    return link


def _outcome(code: str | None, law: str) -> str:
    result = law_pack(law).outcome(code)
    return result.label.text(locale()) if result else ""


def _ground(code: str | None, law: str) -> str:
    result = law_pack(law).ground(code)
    return result.label.text(locale()) if result else ""


def _changed_query(**changes: Any) -> str:
    values: Mapping[str, Any] = {**request.args.to_dict(), **changes}
    return "?" + urlencode({key: value for key, value in values.items() if value})


def _not_folded(built: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def shown(_context: Context, *values: Any) -> str:
        return built(*values)

    return shown


def _failure(value: str) -> str:
    """Why a message could not be sent, in words, with what the machine said behind it."""
    key = f"failure.{value.partition(' ')[0]}"
    shown = translate(key, locale())
    return value if shown == key else f"{shown} ({value})"


def _named(shown: object) -> str:
    """A choice as it is called: a text, a label of the law, or a name as it stands."""
    if isinstance(shown, Text):
        return shown.in_locale(locale())
    return shown.text(locale()) if isinstance(shown, Label) else str(shown)


def _moment(value: datetime) -> str:
    """A moment in the body's own zone."""
    return value.astimezone(application().settings.timezone).strftime("%Y-%m-%d %H:%M")


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


def _may(action: str, unit_path: str | None = None, handler: str | None = None) -> bool:
    return can(actor(), action, unit_path, handler=handler)


def _context() -> dict[str, Any]:
    person = current_user if current_user and current_user.is_authenticated else None
    answers = person is not None and can(actor(), "consultation.answer")
    return {
        "here": _here(),
        "locale": locale(),
        "base_url": application().settings.base_url,
        "report_year": application().today().year - 1,
        "unread": person.unread if person else 0,
        "questions_open": person.questions if person and answers else 0,
        "may": _may,
        "worker_is_dead": _may("health.read") and sweep_is_late(),
    }
