"""Taking in the list of published items (主动公开目录) that the search box finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.foundation import Conflict, text
from requestflow.publications.models import Findable
from requestflow.publications.search import forget, remember
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


Details = Mapping[str, Any]


@dataclass(frozen=True)
class ItemChanges:
    """What storing a list has changed: by number what an item was before (None: it is new), and
    what it is now."""

    before: Mapping[str, Details | None]
    after: Mapping[str, Details]
    unchanged: int

    @property
    def added(self) -> int:
        """How many items are new."""
        return sum(item is None for item in self.before.values())

    @property
    def changed(self) -> int:
        """How many items are otherwise than before."""
        return len(self.before) - self.added


def _known(session: Session, references: Sequence[str]) -> dict[str, Findable]:
    return {
        item.reference: item
        for place in range(0, len(references), 400)
        for item in session.scalars(
            select(Findable).where(
                Findable.kind == "published",
                Findable.reference.in_(references[place : place + 400]),
            )
        )
    }


def _details(item: Findable) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _COMPARED}


def store_items(session: Session, rows: list[dict[str, Any]]) -> ItemChanges:
    """Stores items by their number."""
    known = _known(session, [row["reference"] for row in rows])
    changed = [
        row
        for row in rows
        if (old := known.get(row["reference"]))
        and any(getattr(old, name) != row[name] for name in _COMPARED)
    ]
    added = [row for row in rows if row["reference"] not in known]
    before: dict[str, Details | None] = dict.fromkeys(row["reference"] for row in added)
    before |= {row["reference"]: _details(known[row["reference"]]) for row in changed}
    stored = [*added, *changed]
    after = {row["reference"]: {name: row[name] for name in _COMPARED} for row in stored}
    remember(session, stored)
    return ItemChanges(before, after, len(rows) - len(stored))


def undo_items(session: Session, done: ItemChanges) -> None:
    """Takes back what storing a list has changed; Conflict where an item was changed since."""
    known = _known(session, list(done.after))
    for number, after in done.after.items():
        item = known.get(number)
        if item is None or _details(item) != after:
            raise Conflict(
                text("%(name)s has changed since the import.", name=number),
                text("Import a corrected list: it replaces items of the same number."),
            )
    forget(session, [("published", number) for number in done.after])
    remember(
        session,
        [
            {"kind": "published", "reference": number, **item}
            for number, item in done.before.items()
            if item is not None
        ],
    )
