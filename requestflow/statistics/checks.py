"""The checks of a report: both sides, and the records that make them differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy import case as sql_case

from requestflow.accounts import Unit
from requestflow.foundation import NotFound, text
from requestflow.law import FormCheck, Label, Predicate, ReportForm, ReportTable, Source, TableLine
from requestflow.statistics.aggregation import (
    RECORDS,
    Group,
    Scope,
    as_condition,
    predicate_condition,
    sum_groups,
)
from requestflow.statistics.figures import Figure, Number, summed

MISSING = "reported.missing"


@dataclass(frozen=True)
class CheckResult:
    """A check of the form: both sides, and whether they are equal. A side is None where one of
    its figures is not known. `link` leads to the records that make them differ; `about` says in
    words what is wrong, `causes` names each of what is."""

    id: str
    label: Label
    left: Number | None
    right: Number | None
    link: str | None = None
    about: Label | None = None
    causes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the two sides are known and agree."""
        return self.left is not None and self.left == self.right


def checks_of(
    form: ReportForm,
    figures: Sequence[Figure],
    counted: Mapping[Source, Sequence[Group]],
    carried_out: Mapping[str, Mapping[str | None, Number]],
    year: int,
    unit: Unit,
) -> Iterator[CheckResult]:
    """Every check of the form over its figures and its records. `counted` are the groups of the
    year, `carried_out` is what the year before carried over, by rule and column."""
    cells = {(f.table, f.row, f.column): f.value for f in figures}
    for check in form.checks:
        table = form.table(check.table)
        lines: list[str | None] = [c.id for c in table.columns] or [None]
        if check.across == "columns":
            lines = [row.id for row in table.rows]
        for line in lines:
            yield _checked(check, line, cells, table, year, unit)
    for rule in form.carried_forward:
        for column, out in carried_out[rule.id].items():
            name = rule.id + (f".{column}" if column else "")
            label = _of(rule.label, form.table(rule.table), column)
            yield CheckResult(name, label, cells[rule.table, rule.carried_in, column], out)
    for item in form.record_checks:
        wrong = sum_groups(counted[item.source], item.when, "count")
        link = None
        if wrong:
            query = urlencode({"figure": f"check:{item.id}", "year": year, "unit": unit.code})
            link = f"{RECORDS[item.source]}?{query}"
        yield CheckResult(item.id, item.label, wrong, 0, link)
    yield from _not_reported(form, figures)


def _checked(
    check: FormCheck,
    line: str | None,
    cells: Mapping[tuple[str, str, str | None], Number | None],
    table: ReportTable,
    year: int,
    unit: Unit,
) -> CheckResult:
    def side(ids: Sequence[str]) -> Number | None:
        if check.across == "columns":
            return summed({column: cells[table.id, str(line), column] for column in ids})
        return summed({row: cells[table.id, row, line] for row in ids})

    name = check.id + (f".{line}" if line else "")
    left, right = side(check.left), side(check.right)
    link = None
    if left != right and table.source in RECORDS:
        query = urlencode({"figure": f"check:{name}", "year": year, "unit": unit.code})
        link = f"{RECORDS[table.source]}?{query}"
    return CheckResult(name, _of(check.label, table, line), left, right, link)


def _of(label: Label, table: ReportTable, line: str | None) -> Label:
    """What a check is called where it is run for every column or row."""
    lines = {item.id: item.label for item in (*table.rows, *table.columns)}
    if line is None:
        return label
    return Label(zh=f"{label.zh}（{lines[line].zh}）", en=f"{label.en} ({lines[line].en})")


def _not_reported(form: ReportForm, figures: Sequence[Figure]) -> Iterator[CheckResult]:
    """A check that units reported what they must report: each figure that the form asks for, and
    the numbers of items of each table that is added up from them."""
    requested = [(figure.label, figure.value) for figure in figures if figure.reported]
    for table in form.tables:
        if table.source in ("publications", "channels"):
            requested.append((table.label, next(f.value for f in figures if f.table == table.id)))
    missing = [label for label, value in requested if value is None]
    if not requested:
        return
    about = None
    if missing:
        about = Label(
            zh="、".join(label.zh for label in missing),
            en="; ".join(label.en for label in missing),
        )
    label = Label(
        zh="应当报送的数字均已报送（没有的填 0）",
        en="All required figures have been reported (0 if there were none)",
    )
    causes = tuple(item.zh for item in missing)
    yield CheckResult(
        MISSING, label, len(requested) - len(missing), len(requested), None, about, causes
    )


def causes(
    forms: Sequence[ReportForm | None], name: str, scope: Scope
) -> tuple[Label, Source, ColumnElement[bool]]:
    """The records that the two sides of a check count differently, as a condition; NotFound for a
    check that no form has."""
    for check, table in ((c, f.table(c.table)) for f in forms if f for c in f.checks):
        if name == check.id or name.startswith(f"{check.id}."):
            line = name[len(check.id) + 1 :] or None
            if table.source not in RECORDS:
                break
            return check.label, table.source, _differing(check, table, line, scope)
    for item in (item for form in forms if form for item in form.record_checks):
        if name == item.id:
            return item.label, item.source, as_condition(item.source, scope, item.when)
    raise NotFound(text("The report form does not have a check '%(id)s'.", id=name))


def _differing(
    check: FormCheck, table: ReportTable, line: str | None, scope: Scope
) -> ColumnElement[bool]:
    lines: dict[str, TableLine] = {item.id: item for item in (*table.rows, *table.columns)}
    if line is not None and line not in lines:
        return false()
    fixed: Predicate = lines[line].when if line else {}

    def times(ids: Sequence[str]) -> ColumnElement[int]:
        counted: ColumnElement[int] = sql_case((false(), 1), else_=0)
        for item in ids:
            admitted = predicate_condition(table.source, scope, lines[item].when)
            counted = counted + sql_case((admitted, 1), else_=0)
        return counted

    return and_(as_condition(table.source, scope, fixed), times(check.left) != times(check.right))
