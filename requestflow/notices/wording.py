"""What a message says, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from requestflow.foundation import text
from requestflow.law import packs


def deadline_label(kind: str, locale: str) -> str:
    """The name of a kind of deadline."""
    for pack in reversed(packs()):
        for limit in pack.limits:
            if limit.kind == kind:
                return limit.label.text(locale)
    return kind


def subject(data: Mapping[str, Any], locale: str) -> str:
    """One line: which case, which deadline, how near."""
    label = deadline_label(data["deadline"], locale)
    threshold = data["threshold"]
    values = {"number": data["number"], "deadline": label, "due": data["due"], "days": threshold}
    if threshold > 0:
        message = text(
            "%(number)s: %(deadline)s due on %(due)s, in %(days)s working days", **values
        )
    elif threshold == 0:
        message = text("%(number)s: %(deadline)s is due today, %(due)s", **values)
    else:
        message = text("%(number)s: %(deadline)s was due on %(due)s", **values)
    return message.in_locale(locale)


def body(data: Mapping[str, Any], locale: str, base_url: str) -> str:
    """The text of a mail."""
    lines = [
        subject(data, locale),
        "",
        text("Open the case: %(link)s", link=f"{base_url}/cases/{data['number']}").in_locale(
            locale
        ),
        "",
        text("You receive this because the case is with you or your unit.").in_locale(locale),
    ]
    return "\n".join(lines)


def due_day(data: Mapping[str, Any]) -> date:
    """The due day of a reminder's data."""
    return date.fromisoformat(data["due"])
