"""The cells of a table: what each says of the groups that it admits."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from requestflow.law import DAYS, MONEY, Measure, ReportTable, Source, TableLine, measured
from requestflow.reported_figures import SCALE
from requestflow.statistics.aggregation import Group, cell_id, merge_groups, sum_groups
from requestflow.statistics.figures import Number, plain_number, share, spread


def tally(table: ReportTable, result: Iterable[Group]) -> dict[tuple[str, str | None], Number]:
    """Every cell of a table, by row and column, from one pass over its groups; those that nothing
    was counted for are not there."""
    cells: dict[tuple[str, str | None], int] = defaultdict(int)
    took: dict[tuple[str, str | None, Measure], Counter[int]] = defaultdict(Counter)
    known = table.known_combinations()
    for group in result:
        rows, columns = known.get(tuple(group.values.values())) or table.admitting(group.values)
        for row in rows:
            row_id = row.id
            for column in columns:
                name = measured(row, column)
                column_id = column.id if column else None
                if name not in DAYS:
                    cells[row_id, column_id] += group.sums[name]
                elif group.days is not None:
                    took[row_id, column_id, name][group.days] += group.sums["count"]
    results: dict[tuple[str, str | None], Number] = {**cells}
    for (row_id, column_id, name), days in took.items():
        results[row_id, column_id] = plain_number(spread(name, days))
    return results


def cells_of(table: ReportTable, result: Sequence[Group]) -> dict[str, Number | None]:
    """The value of every cell of a table by its id."""
    counted = tally(table, result)
    # Where no count was put in at all, how many there were is not known.
    unknown = table.source in COUNTED_SOURCES and not any(
        group.sums["reported"] for group in result
    )
    values: dict[str, Number | None] = {}
    for row in table.rows:
        for column in table.columns or (None,):
            missing = None if measured(row, column) in DAYS else 0
            value = counted.get((row.id, column.id if column else None), missing)
            value = None if unknown else value
            if table.source == "activity":
                when = merge_groups(row.when, column.when) if column else row.when
                value = value if sum_groups(result, when, "reported") > 0 else None
            values[cell_id(table, row, column)] = _shown(table, row, column, value)
    return values | dict(_ratios(table, values))


def _ratios(
    table: ReportTable, values: Mapping[str, Number | None]
) -> Iterator[tuple[str, Number | None]]:
    """The cells of rows that are percentages of others."""
    lines = {line.id: line for line in table.rows}
    for row in table.rows:
        if row.ratio is None:
            continue
        for column in table.columns or (None,):
            part, whole = (
                values[cell_id(table, lines[name], column)]
                for name in (row.ratio.part, row.ratio.whole)
            )
            percent = share(part, whole)
            yield (
                cell_id(table, row, column),
                None if percent is None else plain_number(percent),
            )


COUNTED_SOURCES: tuple[Source, ...] = ("publications", "channels")
"""The sources that hold numbers of items, put in month by month."""


def _shown(
    table: ReportTable, row: TableLine, column: TableLine | None, value: Number | None
) -> Number | None:
    if value is None:
        return None
    if measured(row, column) in MONEY:
        return plain_number(Decimal(value) / 100 / row.per)
    return plain_number(Decimal(value) / SCALE) if table.source == "activity" else value
