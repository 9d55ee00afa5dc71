"""Loading units from the office's list."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts.models import Unit
from requestflow.accounts.policy import Actor, can
from requestflow.foundation import Text, text
from requestflow.law import HOME, jurisdictions
from requestflow.spreadsheets import Column, ListRow, read_list

COLUMNS = (
    Column("code", "code", ("代码", "单位代码", "编码"), True),
    Column("name", "name", ("名称", "单位名称"), True),
    Column("parent", "parent", ("上级", "上级单位", "上级代码"), True),
    Column("kind", "kind", ("类型", "单位类型"), True),
    Column("responsibilities", "responsibilities", ("职责", "职能")),
    Column("address", "address", ("地址",)),
    Column("opening_hours", "opening_hours", ("办公时间",)),
    Column("phone", "phone", ("电话", "联系电话")),
    Column("reconsideration_authority", "reconsideration_authority", ("复议机关",)),
    Column("court", "court", ("管辖法院",)),
    Column("jurisdiction", "jurisdiction", ("法域",)),
)
DETAILS = tuple(column.key for column in COLUMNS if not column.required)
"""What a units file may say besides; a column that is not there changes nothing."""


@dataclass
class UnitsLoaded:
    """What loading a units file did."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """What a unit's details are now, by code."""
    before: dict[str, dict[str, str | None] | None] = field(default_factory=dict)
    """What they were, by code; None for a unit that is new."""
    unchanged: int = 0
    noticed: list[Text] = field(default_factory=list)


def load_units(session: Session, path: Path, actor: Actor | None = None) -> UnitsLoaded:
    """Adds or renames the units of a list (code, name, parent, kind, and what citizens need to
    know of each). An `actor` loads units of their own unit and below it alone.

    Raises FileFaulty naming every line that is wrong; then nothing is stored.
    """
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    done, seen = UnitsLoaded(), set[str]()
    with session.begin_nested(), read_list(path, COLUMNS) as file:
        for row in file.rows():
            _load(session, row, known, seen, done, actor)
        done.noticed = file.unused()
    return done


def _load(
    session: Session,
    row: ListRow,
    known: dict[str, Unit],
    seen: set[str],
    done: UnitsLoaded,
    actor: Actor | None,
) -> None:
    code, name, parent_code = row.value("code"), row.value("name"), row.value("parent")
    if not code or not name or "/" in code:
        row.fault("code", text("a unit must have a name and a code without '/'"))
        return
    if code in seen:
        row.fault("code", text("the code '%(code)s' stands twice", code=code))
        return
    seen.add(code)
    parent = known.get(parent_code) if parent_code else None
    if parent_code and parent is None:
        row.fault(
            "parent", text("its parent '%(code)s' must be listed before it", code=parent_code)
        )
        return
    root = next((item for item in known.values() if item.parent_id is None), None)
    if parent is None and root is not None and root.code != code:
        row.fault("parent", text("'%(code)s' is already the top-level unit", code=root.code))
        return
    unit_path = f"{parent.path if parent else ''}{code}/"
    where = row.value("jurisdiction") if row.has("jurisdiction") else ""
    if where and where not in jurisdictions():
        names = "、".join(jurisdictions())
        row.fault(
            "jurisdiction",
            text("there is no law of '%(code)s': %(names)s", code=where, names=names),
        )
        return
    unit = known.get(code)
    if unit is not None and unit.path != unit_path:
        row.fault("parent", text("the unit is already elsewhere in the hierarchy"))
        return
    if actor is not None and not can(actor, "unit.import", unit_path):
        row.fault("code", text("the unit does not belong to yours"))
        return
    if unit is None:
        unit = Unit(code=code, name=name, kind=row.value("kind"), path=unit_path)
        unit.parent_id = parent.id if parent else None
        unit.jurisdiction = parent.jurisdiction if parent else HOME
        _describe(unit, row)
        session.add(unit)
        session.flush()
        known[code] = unit
        done.added.append(code)
        done.before[code] = None
        return
    before = _describe(unit, row)
    if before:
        done.before[code] = before
        done.changed[code] = {name: getattr(unit, name) for name in before}
    else:
        done.unchanged += 1


def _describe(unit: Unit, row: ListRow) -> dict[str, str | None]:
    """Sets what the row says of a unit; what was otherwise before."""
    values: dict[str, str | None] = {"name": row.value("name"), "kind": row.value("kind")}
    values |= {key: row.value(key) or None for key in DETAILS if row.has(key)}
    if not values.get("jurisdiction"):
        # A unit always has one: that of the unit above it, where the list does not say.
        values.pop("jurisdiction", None)
    before = {key: getattr(unit, key) for key in values if getattr(unit, key) != values[key]}
    for key, value in values.items():
        setattr(unit, key, value)
    return before
