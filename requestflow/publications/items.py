"""Taking in the list of published items (主动公开目录) that the search box finds."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.foundation import RequestflowError, Text, joined, text
from requestflow.publications.models import Findable
from requestflow.publications.search import remember

COLUMNS = ("unit", "number", "title", "category", "published_on", "summary", "link")
_COMPARED = ("title", "summary", "category", "link", "day", "unit_id")


def is_item_list(header: list[str]) -> bool:
    """Whether a CSV with this header is a list of published items."""
    return {"unit", "number", "title", "published_on"} <= set(header)


def at_line(path: Path, line: int, problem: Text) -> Text:
    """What is wrong with a line of a file, and which it is."""
    return text("%(file)s, line %(line)s: %(problem)s", file=path.name, line=line, problem=problem)


def read_items(session: Session, path: Path) -> list[dict[str, Any]]:
    """The items of a file; RequestflowError naming every faulty line."""
    units = {code: unit_id for code, unit_id in session.execute(select(Unit.code, Unit.id))}  # noqa: C416
    rows, faults = [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            item, fault = _item(row, units)
            if fault:
                faults.append(at_line(path, line, fault))
            elif item:
                rows.append(item)
    if faults:
        raise RequestflowError(joined(faults))
    return rows


def _item(
    row: Mapping[str, str | None], units: Mapping[str, int]
) -> tuple[dict[str, Any] | None, Text | None]:
    value = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if value["unit"] not in units:
        return None, text("unit '%(code)s' does not exist", code=value["unit"])
    if not value["number"] or not value["title"]:
        return None, text("an item must have a number and a title")
    if value["link"] and not value["link"].startswith(("https://", "http://", "/")):
        return None, text("the link must start with https:// or http://")
    try:
        day = date.fromisoformat(value["published_on"])
    except ValueError:
        return None, text("the date must use the format 2026-01-31")
    return {
        "kind": "published",
        "reference": value["number"],
        "unit_id": units[value["unit"]],
        "title": value["title"],
        "summary": value["summary"] or None,
        "category": value["category"] or None,
        "link": value["link"] or None,
        "day": day,
    }, None


def store_items(session: Session, rows: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Stores items by their number; how many were added, changed, and the same before."""
    wanted = [row["reference"] for row in rows]
    known = {
        item.reference: item
        for place in range(0, len(wanted), 400)
        for item in session.scalars(
            select(Findable).where(
                Findable.kind == "published",
                Findable.reference.in_(wanted[place : place + 400]),
            )
        )
    }
    changed = [
        row
        for row in rows
        if (old := known.get(row["reference"]))
        and any(getattr(old, name) != row[name] for name in _COMPARED)
    ]
    added = [row for row in rows if row["reference"] not in known]
    remember(session, [*added, *changed])
    return len(added), len(changed), len(rows) - len(added) - len(changed)
