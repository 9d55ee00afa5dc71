"""What a report form may not say although its own form allows it: lines that lead nowhere, forms
that overlap."""

from collections.abc import Iterable, Sequence

from requestflow.law.pack_checks import unique
from requestflow.law.report_forms import (
    DAYS,
    DIMENSIONS,
    NAMED_GROUND,
    Predicate,
    ReportForm,
    ReportTable,
    Source,
    TableLine,
)


def form_problems(form: ReportForm) -> Iterable[str]:
    """Each as the key where it stands, and what is wrong."""
    tables = {table.id: table for table in form.tables}
    sections = {section.id for section in form.sections}
    for table in form.tables:
        if table.section not in sections:
            yield f"tables.{table.id}.section: no section '{table.section}'"
        yield from _table_problems(table)
    for check in form.checks:
        if check.table not in tables:
            yield f"checks.{check.id}.table: no table '{check.table}'"
            continue
        table = tables[check.table]
        lines = {x.id: x for x in (table.rows if check.across == "rows" else table.columns)}
        for line_id in (*check.left, *check.right):
            if line_id not in lines:
                yield f"checks.{check.id}: no {check.across[:-1]} '{line_id}' in {table.id}"
            elif lines[line_id].ratio or lines[line_id].measure in DAYS:
                yield f"checks.{check.id}: '{line_id}' cannot be added up"
    for item in form.record_checks:
        yield from _predicate_problems("record_checks", item.source, item.id, item.when)


def _table_problems(table: ReportTable) -> Iterable[str]:
    rows = [row.id for row in table.rows]
    yield from unique(f"tables.{table.id}.rows", rows)
    if (table.source == "activity") != (table.reported_in is not None):
        yield f"tables.{table.id}.reported_in: goes with source 'activity', and only with it"
    heads = {heading.id for heading in table.headings} | set(rows)
    for heading in table.headings:
        if heading.heading and heading.heading not in heads:
            yield f"tables.{table.id}.headings.{heading.id}: no heading '{heading.heading}'"
    for line in (*table.rows, *table.columns):
        yield from _predicate_problems(table.id, table.source, line.id, line.when)
        if line.heading and line.heading not in heads:
            yield f"tables.{table.id}.{line.id}.heading: no heading '{line.heading}'"
        if line.share_of and line.share_of not in rows:
            yield f"tables.{table.id}.{line.id}.share_of: no row '{line.share_of}'"
        if line.measure not in ("count", "reported") and table.source != "cases":
            yield f"tables.{table.id}.{line.id}.measure: '{line.measure}' is known of cases only"
        yield from _ratio_problems(table, line)
    for name in ("measure", "when"):
        if _twice(table, name):
            yield f"tables.{table.id}.columns: '{name}' of rows and columns exclude each other"


def _twice(table: ReportTable, name: str) -> bool:
    """Whether both rows and columns say in what a cell is measured, or which grounds are named."""

    def speaks(line: TableLine) -> bool:
        return line.measure != "count" if name == "measure" else NAMED_GROUND in line.when

    return any(map(speaks, table.rows)) and any(map(speaks, table.columns))


def _ratio_problems(table: ReportTable, line: TableLine) -> Iterable[str]:
    if line.ratio is None:
        return
    where = f"tables.{table.id}.{line.id}"
    countable = {row.id for row in table.rows if row.ratio is None and row.measure not in DAYS}
    for name in (line.ratio.part, line.ratio.whole):
        if name not in countable:
            yield f"{where}.ratio: no row '{name}' that counts something"
    if line in table.columns:
        yield f"{where}.ratio: a column has none"
    if line.when or line.measure != "count":
        yield f"{where}.ratio: goes with neither 'when' nor 'measure'"


def _predicate_problems(table: str, source: Source, line: str, when: Predicate) -> Iterable[str]:
    for dimension in when:
        if dimension not in DIMENSIONS[source]:
            yield (
                f"tables.{table}.{line}.when: '{dimension}' is not known of "
                f"{source} (known: {', '.join(sorted(DIMENSIONS[source]))})"
            )


def forms_apart(forms: Sequence[ReportForm]) -> Iterable[tuple[ReportForm, str]]:
    """Forms that stand for the same years, those beside the report aside."""
    for place, form in enumerate(forms):
        for other in forms[:place]:
            if other.code == form.code:
                yield form, f"code: '{form.code}' stands twice"
            elif _alike(form, other) and _overlap(form, other):
                yield form, f"year_from: overlaps '{other.code}'"


def _alike(one: ReportForm, other: ReportForm) -> bool:
    return (one.jurisdiction, one.beside) == (other.jurisdiction, other.beside)


def _overlap(one: ReportForm, other: ReportForm) -> bool:
    last, other_last = one.year_until or 9999, other.year_until or 9999
    return one.year_from <= other_last and other.year_from <= last
