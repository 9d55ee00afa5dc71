"""Taking in the list of published items (主动公开目录) that the search box finds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.foundation import text
from requestflow.publications.models import Findable
from requestflow.publications.search import remember
from requestflow.spreadsheets import CellUnreadable, Column, ListFile, ListRow, day_of

COLUMNS = (
    Column("unit", "unit", ("单位", "单位代码"), True),
    Column("number", "number", ("索引号", "编号", "文号"), True),
    Column("title", "title", ("标题", "名称"), True),
    Column("published_on", "published_on", ("发布日期", "公开日期"), True),
    Column("category", "category", ("类别", "栏目")),
    Column("summary", "summary", ("摘要", "内容概述")),
    Column("link", "link", ("链接", "网址")),
)
_COMPARED = ("title", "summary", "category", "link", "day", "unit_id")


def read_items(file: ListFile, units: Mapping[str, Unit]) -> list[dict[str, Any]]:
    """The items of a list, of these units by code; faults are noted in it."""
    read = (_item(row, units) for row in file.rows())
    return [item for item in read if item]


def _item(row: ListRow, units: Mapping[str, Unit]) -> dict[str, Any] | None:
    value = {column.key: row.value(column.key) for column in COLUMNS}
    if value["unit"] not in units:
        row.fault("unit", text("unit '%(code)s' does not exist", code=value["unit"]))
        return None
    if not value["number"] or not value["title"]:
        row.fault("title", text("an item must have a number and a title"))
        return None
    if value["link"] and not value["link"].startswith(("https://", "http://", "/")):
        row.fault("link", text("the link must start with https:// or http://"))
        return None
    try:
        day = day_of(row.cell("published_on"))
    except CellUnreadable:
        day = None
    if day is None:
        row.fault("published_on", text("the date must use the format 2026-01-31"))
        return None
    return {
        "kind": "published",
        "reference": value["number"],
        "unit_id": units[value["unit"]].id,
        "title": value["title"],
        "summary": value["summary"] or None,
        "category": value["category"] or None,
        "link": value["link"] or None,
        "day": day,
    }


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
