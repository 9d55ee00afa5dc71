"""A form as a page shows it: what was typed, what is wrong with it, the summary on top."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from requestflow.documents import DocumentRefused, Incoming, bytes_of_drafts
from requestflow.foundation import NotFound, RequestflowError, Text, db, parse_moment, text
from requestflow.web.context import application, locale
from requestflow.web.extensions import count_attempt, network, too_often

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
MEGABYTE = 1024 * 1024
BESIDE_FILES = 5
"""Megabytes that a form may have beside its files."""


@dataclass
class Form:
    """Values and errors by field name."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Text] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed."""
        return self.values.get(name, "")

    def error(self, name: str) -> dict[str, str] | None:
        """What is wrong with a field, as the components want it."""
        problem = self.errors.get(name)
        if problem is None:
            return None
        return {"text": problem.in_locale(locale()), "visuallyHiddenText": gettext("Error")}

    @property
    def summary(self) -> Sequence[dict[str, str]]:
        """All that is wrong, each leading to its field."""
        return [
            {"text": problem.in_locale(locale()), "href": f"#{name}"}
            for name, problem in self.errors.items()
        ]


def no_store(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page with somebody's data: kept by no cache."""

    @wraps(view)
    def shown(*args: Any, **values: Any) -> ResponseReturnValue:
        response = make_response(view(*args, **values))
        response.headers["Cache-Control"] = "no-store"
        return response

    return shown


KEPT_SECONDS = 300
"""How long a cache may keep a page that is the same for all."""


def cacheable(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that is the same for all who read its language, without a session: a proxy may keep
    it. Not for whoever is signed in, nor where something was said to a visitor."""

    @wraps(view)
    def shown(*args: Any, **values: Any) -> ResponseReturnValue:
        response = make_response(view(*args, **values))
        response.vary.update(("Accept-Language", "Cookie"))
        if not current_user.is_authenticated and not session.modified:
            response.headers.setdefault("Cache-Control", f"public, max-age={KEPT_SECONDS}")
        return response

    return shown


def from_our_page() -> bool:
    """Whether the browser says that a form was sent from a page of ours (Fetch Metadata; older
    browsers tell the origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def accept_files() -> None:
    """Lets this request be as large as the files of a case may be."""
    most = application().settings.case_megabytes + BESIDE_FILES
    request.max_content_length = most * MEGABYTE


def takes_files(view: View) -> View:
    """A page to which whoever is signed in may send files. It is known before anything of the
    form is read: the guard against forged forms reads it first."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def make_room_for_files() -> None:
    """Before each request: lets it be large where its page takes files. Others who send much are
    stopped before it is read."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False) and current_user.is_authenticated:
        accept_files()


def files(name: str = "files") -> Sequence[FileStorage]:
    """The files that were chosen."""
    return [item for item in request.files.getlist(name) if item.filename]


def receive_files(name: str = "files") -> tuple[list[Incoming], Text | None]:
    """Takes in the content of the files that were chosen, before anything is locked; and what is
    wrong with the first that is not taken."""
    taken: list[Incoming] = []
    for file in files(name):
        wrong = None if current_user.is_authenticated else _no_room_for(file)
        if wrong is not None:
            return taken, wrong
        try:
            taken.append(application().documents.receive(file.stream, file.filename or ""))
        except DocumentRefused as error:
            return taken, problem_of(error)
    return taken, None


def _no_room_for(file: FileStorage) -> Text | None:
    """Why nothing more is taken of somebody who is not of the staff: so much in a time from one
    network, and so much in all that belongs to applications which were not sent."""
    settings = application().settings
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    megabytes = -(-size // MEGABYTE)
    if too_often(settings.upload_limit, "upload", network(), cost=megabytes):
        return text("You have uploaded too many files. Wait a while (up to a day) and try again.")
    if bytes_of_drafts(db.session()) + size > settings.draft_gigabytes * 1024 * MEGABYTE:
        return text("No more files can be taken at the moment. Try again later, or post them.")
    count_attempt(settings.upload_limit, "upload", network(), cost=megabytes)
    return None


def problem_of(error: RequestflowError) -> Text:
    """An error as the message of a field."""
    if error.hint is None:
        return error.text
    return text("%(problem)s %(hint)s", problem=error.text, hint=error.hint)


def versions_of(chosen: Sequence[str]) -> dict[str, int]:
    """The cases that were chosen in a list, each with the version that was seen: `number@7`."""
    parts = (item.rpartition("@") for item in chosen)
    seen = {number: whole_number(version) for number, _, version in parts if number}
    return {number: version for number, version in seen.items() if version is not None}


def read_day(value: str) -> date | None:
    """A day in the ways people type it: 2026-03-31, 2026/3/31, 2026年3月31日."""
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", value)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def parse_day_parts(name: str) -> tuple[date | None, dict[str, str]]:
    """A day typed as year, month and day; None where it is not one. And what was typed."""
    parts = {part: request.form.get(f"{name}-{part}", "").strip()[:4] for part in DAY_PARTS}
    try:
        day = date(*(int(parts[part]) for part in DAY_PARTS))
    except ValueError:
        day = None
    return day, {f"{name}-{part}": value for part, value in parts.items()}


DAY_PARTS = ("year", "month", "day")


FIRST_YEAR, LAST_YEAR = 1990, 2098
"""Years that pages ask about: those that the calendar can count in, with some to spare."""


def year_of(value: str) -> int:
    """A year in an address; NotFound for anything else."""
    if not re.fullmatch(r"[0-9]{4}", value) or not FIRST_YEAR <= int(value) <= LAST_YEAR:
        raise NotFound(text("The year is not valid."))
    return int(value)


def moment_of(value: str, zone: tzinfo) -> datetime:
    """A moment in an address, or a day, whose end is meant, in that zone; NotFound for what is
    none."""
    try:
        moment = parse_moment(value, zone)
    except (ValueError, OverflowError) as error:
        raise NotFound(text("The date or time is not valid.")) from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise NotFound(text("The date or time is not valid."))
    return moment


LARGEST = 2**31 - 1


def whole_number(message: str | None) -> int | None:
    """A whole number such as a key or a version; None for anything else."""
    message = (message or "").strip()
    if not message.isascii() or not message.isdecimal() or len(message) > 10:
        return None
    number = int(message)
    return number if number <= LARGEST else None
