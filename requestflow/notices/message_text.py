"""What a message says, in the reader's language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from requestflow.foundation import EncryptedText, Text, text
from requestflow.law import packs

OFFICE = {
    "dispatch": text("signed and not sent"),
    "question": text("question of another unit"),
    "remedy_window": text("period to object"),
    "calendar": text("holidays of next year"),
    "report.departments": text("annual report of the unit"),
    "report.governments": text("annual report of the government"),
}
"""What is called otherwise than in the law's packs: what the office sets itself."""


def deadline_label(kind: str, locale: str) -> str:
    """The name of a kind of deadline."""
    if kind in OFFICE:
        return OFFICE[kind].in_locale(locale)
    for pack in reversed(packs()):
        for limit in pack.limits:
            if limit.kind == kind:
                return limit.label.text(locale)
    return kind


def subject(data: Mapping[str, Any], locale: str) -> str:
    """One line: which case, and which deadline how near, or what the applicant did."""
    if "items" in data:
        late = sum(1 for item in data["items"] if item["threshold"] < 0)
        return text(
            "%(number)s due days, %(late)s of them overdue", number=len(data["items"]), late=late
        ).in_locale(locale)
    if "report" in data:
        return text(
            "Annual report %(year)s of %(unit)s: %(state)s",
            year=data["report"],
            unit=data["unit"],
            state=text(f"report.{data['state']}"),
        ).in_locale(locale)
    if "step" in data:
        step = text(f"step.{data['step']}")
        message = text(
            "%(number)s: the applicant acted: %(step)s", number=data["number"], step=step
        )
        return message.in_locale(locale)
    label = deadline_label(data["deadline"], locale)
    threshold = data["threshold"]
    about = data["number"] or text("office").in_locale(locale)
    values = {"number": about, "deadline": label, "due": data["due"], "days": threshold}
    if threshold > 0:
        message = text(
            "%(number)s: %(deadline)s due on %(due)s, in %(days)s working days", **values
        )
    elif threshold == 0:
        message = text("%(number)s: %(deadline)s is due today, %(due)s", **values)
    else:
        message = text("%(number)s: %(deadline)s was due on %(due)s", **values)
    return message.in_locale(locale)


ADDRESS = re.compile(r"https?://\S+")
UNBROKEN = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+){2,}")


@dataclass(frozen=True)
class MessageText:
    """A mail's subject and body."""

    subject: str
    body: str

    def html(self, locale: str) -> str:
        """The body for readers who prefer HTML: the same words, with links and quiet lines."""
        language = "zh-CN" if locale.startswith("zh") else "en"
        parts = [part for part in self.body.split("\n\n") if part.strip()]
        paragraphs = "".join(f"<p>{_linked(part)}</p>" for part in parts)
        return (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head>"
            '<body style="font:16px/1.6 sans-serif;color:#1a2129;max-width:40em;margin:1em auto;'
            f'padding:0 1em"><h1 style="font-size:1.15em">{escape(self.subject)}</h1>'
            f"{paragraphs}</body></html>"
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


def message_text_for(kind: str, data: Mapping[str, Any], locale: str, base_url: str) -> MessageText:
    """What a mail says: to staff of a deadline, to applicants of their case, or a link."""
    if kind == "case":
        return _to_applicant(data, locale, base_url)
    if kind == "link":
        return _with_link(data, locale)
    if kind == "trial":
        lines = [text("Reminders of %(unit)s will come here.", unit=data["unit"])]
        return MessageText(text("A trial message").in_locale(locale), _body(lines, locale))
    return MessageText(subject(data, locale), body(data, locale, base_url))


def _to_applicant(data: Mapping[str, Any], locale: str, base_url: str) -> MessageText:
    due = text("By %(day)s at the latest.", day=data["due"]) if data["due"] else None
    lines = [
        text("Your application %(number)s to %(unit)s", number=data["number"], unit=data["unit"]),
        None,
        text("%(day)s: %(what)s", day=data["day"], what=data["happened"]),
        None,
        text("What happens next: %(what)s", what=data["next"]),
        *_files(data),
        due,
        None,
        text("Follow it here: %(link)s", link=f"{base_url}/follow?number={data['number']}"),
        text("You need the case number and the tracking code from your receipt."),
        None,
        text("Please do not answer this mail; write to the office on the page above."),
    ]
    heading = text("%(number)s: %(what)s", number=data["number"], what=data["happened"])
    return MessageText(heading.in_locale(locale), _body(lines, locale))


def _files(data: Mapping[str, Any]) -> Sequence[Text]:
    if data.get("too_many"):
        return [text("The files are too large for a mail; please save them from the page below.")]
    if data.get("files"):
        return [text("The answer and its files are attached to this mail.")]
    return []


def _with_link(data: Mapping[str, Any], locale: str) -> MessageText:
    lines = [
        text(
            "Somebody, probably you, asked for a link to sign in with. It is good once, for "
            "30 minutes:"
        ),
        None,
        text("%(link)s", link=EncryptedText.unseal(data["link"])),
        None,
        text("If it was not you, you need not do anything."),
    ]
    return MessageText(
        text("Your link to sign in").in_locale(locale),
        _body(lines, locale),
    )


def _body(lines: Sequence[Text | None], locale: str) -> str:
    return "\n".join(line.in_locale(locale) if line else "" for line in lines)


def body(data: Mapping[str, Any], locale: str, base_url: str) -> str:
    """The text of a mail."""
    lines: list[str] = []
    for item in data.get("items") or (data,):
        lines += [subject(item, locale), f"  {base_url}{path_of(item)}", ""]
        if item.get("said"):
            lines += [item["said"], ""]
    lines.append(text("You receive this because it is with you or your unit.").in_locale(locale))
    return "\n".join(lines)


def path_of(item: Mapping[str, Any]) -> str:
    """The page on which one acts on what one is reminded of."""
    kind, number = item.get("deadline"), item.get("number")
    if "report" in item:
        return f"/report/{item['report']}?unit={item['code']}"
    if kind == "question" and number:
        return f"/questions/{number}/{item['key']}"
    if number:
        return f"/cases/{number}"
    if kind and kind.startswith("report."):
        return f"/report/{int(item['due'][:4]) - 1}"
    return "/notices"


def due_day(data: Mapping[str, Any]) -> date:
    """The due day of a reminder's data."""
    return date.fromisoformat(data["due"])
