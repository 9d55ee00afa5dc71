"""The tables as the form prints them: cells with their place and span, the same for page, Word, PDF
and workbook."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from requestflow.law import Label, ReportTable, TableLine
from requestflow.statistics.aggregation import cell_id

Head = Literal["column", "row"]


@dataclass(frozen=True)
class Cell:
    """A field of the printed table, or several that are one. `figure` is the id of a figure;
    `part` what of it stands here. `inner`: a row that is part of the one above; `signed`: a change,
    which has its sign."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    label: Label | None = None
    head: Head | None = None
    figure: str | None = None
    part: str = "value"
    inner: bool = False
    signed: bool = False


@dataclass(frozen=True)
class Grid:
    """A printed table: its cells in reading order, its height and width, and how many columns on
    the left are headings. `shares` are the widths of its columns against each other, where it has
    its own."""

    id: str
    label: Label
    cells: Sequence[Cell]
    height: int
    width: int
    left: int
    shares: tuple[float, ...] = ()

    @property
    def long(self) -> bool:
        """Whether it goes on over several pages."""
        return self.height > MOST_LINES

    def lines(self) -> Iterator[list[Cell]]:
        """The cells line by line; one that spans several stands in its first."""
        for row in range(self.height):
            yield [cell for cell in self.cells if cell.row == row]


MOST_LINES = 45
"""How many lines a page has room for."""
SHARE = Label(zh="占比", en="Share")
FIGURE = Label(zh="数量", en="Figure")
BEFORE = Label(zh="上年", en="Previous year")


INDICATOR = Label(zh="统计指标", en="Indicator")
UNIT = Label(zh="单位", en="Unit")
COUNTED = Label(zh="统计数", en="Figure")
NONE = Label(zh="——", en="—")


def printed_tables(tables: Sequence[ReportTable]) -> list[list[ReportTable]]:
    """Tables in order, those together that are printed as one."""
    results: list[list[ReportTable]] = []
    for table in tables:
        if table.joined and results:
            results[-1].append(table)
        else:
            results.append([table])
    return results


def listed_grid(tables: Sequence[ReportTable]) -> Grid:
    """Tables printed as one list: indicator, unit, figure; each heading is a line of its own."""
    heads = (INDICATOR, UNIT, COUNTED)
    cells = [Cell(0, place, label=label, head="column") for place, label in enumerate(heads)]
    line, shown = 1, []
    for table in tables:
        rows = [row.label for row in table.rows]
        for row in table.rows:
            over = [label for label in table.over(row) if label not in rows]
            for label in (item for item in over if item not in shown):
                shown.append(label)
                cells.append(Cell(line, 0, label=label, head="row"))
                cells += [Cell(line, place, label=NONE) for place in (1, 2)]
                line += 1
            inner = bool(row.heading)
            cells.append(Cell(line, 0, label=row.label, head="row", inner=inner))
            measure = row.counted_in or table.counted_in or ""
            cells.append(Cell(line, 1, label=Label(zh=measure or "——", en=measure or "—")))
            cells.append(Cell(line, 2, figure=cell_id(table, row, None)))
            line += 1
    return Grid(tables[0].id, tables[0].label, cells, line, 3, 1, (7, 1, 1.6))


def _signed(table: ReportTable, row: TableLine, column: TableLine) -> bool:
    measure = column.reported_in or row.reported_in or table.reported_in
    return measure is not None and measure.signed


def grid_of(table: ReportTable, has: Callable[[str, str], bool] | None = None) -> Grid:
    """How a table is printed. `has` says whether a figure has a part (share, previous), so that
    a table without columns gets a column for it."""
    if not table.columns:
        return _list(table, has or (lambda _figure, _part: False))
    return _across(table) if table.across else _down(table)


def _list(table: ReportTable, has: Callable[[str, str], bool]) -> Grid:
    ids = [cell_id(table, row, None) for row in table.rows]
    parts = ["value", *(p for p in ("share", "previous") if any(has(name, p) for name in ids))]
    labels = {"value": FIGURE, "share": SHARE, "previous": BEFORE}
    cells = [Cell(0, 0, label=table.corner or table.label, head="column")]
    cells += [Cell(0, place, label=labels[p], head="column") for place, p in enumerate(parts, 1)]
    for place, row in enumerate(table.rows, 1):
        cells.append(Cell(place, 0, label=row.label, head="row", inner=bool(row.heading)))
        cells += [
            Cell(place, number, figure=ids[place - 1], part=part)
            for number, part in enumerate(parts, 1)
        ]
    return Grid(table.id, table.label, cells, len(table.rows) + 1, len(parts) + 1, 1)


def _down(table: ReportTable) -> Grid:
    """Rows under each other, their headings on the left, the columns' headings on top."""
    left_chains = [[*table.over(row), row.label] for row in table.rows]
    top_chains = [[*table.over(column), column.label] for column in table.columns]
    left, top = max(map(len, left_chains)), max(map(len, top_chains))
    corner = Cell(0, 0, top, left, table.corner or table.label, "column")
    cells = [corner, *_over([_deep(chain, top, -1) for chain in top_chains], left)]
    for place, row in enumerate(table.rows):
        cells += _beside(left_chains, place, left, top)
        cells += [
            Cell(
                top + place,
                left + number,
                figure=cell_id(table, row, column),
                signed=_signed(table, row, column),
            )
            for number, column in enumerate(table.columns)
        ]
    height, width = top + len(table.rows), left + len(table.columns)
    return Grid(table.id, table.label, cells, height, width, left)


def _across(table: ReportTable) -> Grid:
    """Rows side by side: each a group of columns, and one line of figures."""
    chains = [
        [*table.over(row), row.label, column.label]
        for row in table.rows
        for column in table.columns
    ]
    top = max(map(len, chains))
    figures = [cell_id(table, row, column) for row in table.rows for column in table.columns]
    cells = list(_over([_deep(chain, top, -2) for chain in chains], 0))
    cells += [Cell(top, place, figure=figure) for place, figure in enumerate(figures)]
    return Grid(table.id, table.label, cells, top + 1, len(figures), 0)


def _over(chains: Sequence[Sequence[Label]], left: int) -> Iterator[Cell]:
    """Headings over columns: neighbours under the same heading share it. Every chain is as deep as
    the others (see `_deep`)."""
    for level in range(len(chains[0])):
        place = 0
        while place < len(chains):
            chain = chains[place]
            span = 1
            while (
                level < len(chain) - 1
                and place + span < len(chains)
                and chains[place + span][: level + 1] == chain[: level + 1]
            ):
                span += 1
            # A heading that reaches down stands in its first line.
            if level == 0 or chain[level] is not chain[level - 1]:
                rows = sum(1 for label in chain[level:] if label is chain[level])
                yield Cell(level, left + place, rows, span, chain[level], "column")
            place += span


def _deep(chain: Sequence[Label], depth: int, stretched: int) -> list[Label]:
    """A chain of headings over the whole depth: the one at `stretched` reaches down where the
    chain is short."""
    at = range(len(chain))[stretched]
    return [*chain[:at], *([chain[at]] * (depth - len(chain) + 1)), *chain[at + 1 :]]


def _beside(chains: Sequence[Sequence[Label]], place: int, left: int, top: int) -> Iterator[Cell]:
    """Headings beside a row: those that it does not share with the row above."""
    chain = chains[place]
    for level, label in enumerate(chain):
        last = level == len(chain) - 1
        same_above = place > 0 and list(chains[place - 1][: level + 1]) == list(chain[: level + 1])
        if same_above and not last:
            continue
        span = 1
        if not last:
            while (
                place + span < len(chains)
                and list(chains[place + span][: level + 1]) == list(chain[: level + 1])
                and len(chains[place + span]) > level + 1
            ):
                span += 1
        columns = left - level if last else 1
        yield Cell(top + place, level, span, columns, label, "row")


def printed_cell(value: Any, locale: str, part: str = "value", signed: bool = False) -> str:
    """A value as the form prints it: nothing known is a dash, a share has its sign, and so has a
    change."""
    if value is None:
        return "—"
    shown = f"{value.normalize():f}" if not isinstance(value, int) else f"{value:,}"
    if locale.startswith("zh"):
        shown = shown.replace(",", "")
    if signed and value > 0:
        shown = f"+{shown}"
    return f"{shown}%" if part == "share" else shown
