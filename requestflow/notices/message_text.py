"""What a message says, in the reader's language: the words stand in templates/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from requestflow.foundation import text, translate
from requestflow.law import law_pack, packs

TEMPLATES = Path(__file__).parent / "templates"

OFFICE = {
    "dispatch": text("signed but not sent"),
    "question": text("consultation from another unit"),
    "remedy_window": text("time limit to challenge the decision"),
    "calendar": text("next year's public holidays"),
    "report.departments": text("the unit's annual report"),
    "report.governments": text("the government's annual report"),
}
"""What is called otherwise than in the law's packs: what the office sets itself."""


def deadline_label(kind: str, law: str | None, locale: str) -> str:
    """The name of a kind of deadline, as the law of the case calls it; without a law, as the
    newest that knows it does."""
    if kind in OFFICE:
        return OFFICE[kind].in_locale(locale)
    for pack in [law_pack(law)] if law else reversed(packs()):
        for limit in pack.limits_of(kind):
            return limit.label.text(locale)
    return kind


def message_subject(data: Mapping[str, Any], locale: str) -> str:
    """One line: which case, and which deadline how near, or what the applicant did."""
    template = _environment().get_template("reminder_subject.txt")
    return template.render(_words_in(locale), data=data).strip()


ADDRESS = re.compile(r"https?://\S+")
UNBROKEN = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+){2,}")


@dataclass(frozen=True)
class MessageText:
    """A mail's subject and body."""

    subject: str
    body: str

    def html(self, locale: str) -> str:
        """The body for readers who prefer HTML: the same words, with links and quiet lines."""
        parts = [part for part in self.body.split("\n\n") if part.strip()]
        return (
            _environment()
            .get_template("mail.html")
            .render(
                language="zh-CN" if locale.startswith("zh") else "en",
                subject=self.subject,
                paragraphs=[Markup(_linked(part)) for part in parts],  # noqa: S704 - escaped there
            )
        )


def _linked(part: str) -> str:
    """Text as HTML: addresses become links, lines stay lines; what people typed stays text."""
    built, place = [], 0
    for result in ADDRESS.finditer(part):
        address = escape(result[0])
        built.append(_unbroken(escape(part[place : result.start()])))
        built.append(f'<a href="{address}" style="color:#1d4e89">{address}</a>')
        place = result.end()
    built.append(_unbroken(escape(part[place:])))
    return "".join(built).replace("\n", "<br>")


def _unbroken(escaped: str) -> str:
    """Days and numbers of cases stay on one line."""
    return UNBROKEN.sub(r'<span style="white-space:nowrap">\g<0></span>', escaped)


KINDS = {
    "case": "applicant_case.txt",
    "link": "sign_in_link.txt",
    "invitation": "staff_invitation.txt",
    "account": "account.txt",
    "trial": "trial.txt",
    "former_address": "former_address.txt",
}
"""The template of each kind of message; all others remind staff."""


def message_text_for(kind: str, data: Mapping[str, Any], locale: str, base_url: str) -> MessageText:
    """What a mail says: to staff of a deadline, to applicants of their case, or a link."""
    template = _environment().get_template(KINDS.get(kind, "reminder.txt"))
    values = {
        **_words_in(locale),
        "data": data,
        "base_url": base_url,
        "link": data.get("link"),
        "subject_of": partial(message_subject, locale=locale),
        "path_of": page_to_act_on,
    }
    module = template.make_module(values)
    return MessageText(str(module.subject), str(module))  # type: ignore[attr-defined]


def _words_in(locale: str) -> dict[str, Any]:
    """What templates call for words: texts of the catalogue, words of codes, deadlines."""
    return {
        "_": lambda message, /, **values: text(message, **values).in_locale(locale),
        "word": lambda code: translate(code, locale),
        "deadline_label": lambda kind, law: deadline_label(kind, law, locale),
    }


@cache
def _environment() -> Environment:
    """Text as it is written, HTML with what people typed kept from being markup."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_to_act_on(item: Mapping[str, Any]) -> str:
    """The page on which one acts on what one is reminded of."""
    kind, number = item.get("deadline"), item.get("number")
    if "account" in item:
        return "/my-account"
    if "report" in item:
        return f"/report/{item['report']}?unit={item['code']}"
    if kind == "question" and number:
        return f"/questions/{number}/{item['key']}"
    if number:
        return f"/cases/{number}"
    if kind and kind.startswith("report."):
        return f"/report/{int(item['due'][:4]) - 1}"
    return "/notices"
