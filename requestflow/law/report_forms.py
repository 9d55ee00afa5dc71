"""The typed form of a report form: tables whose cells are predicates, never numbers.

A form (see `forms/*.toml`) is in force for a span of report years. A cell's predicate is the
predicate of its row and of its column taken together: for each dimension the values it admits.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

from pydantic import Field, PrivateAttr

from requestflow.law.model import HOME, Label, StrictModel

Source = Literal["cases", "remedies", "publications", "channels", "activity"]
Measure = Literal[
    "count",
    "fee_charged",
    "fee_waived",
    "fee_notices",
    "reported",
    "days_average",
    "days_median",
    "days_lowest",
    "days_highest",
]
"""What a cell says of its records: how many they are (for publications, items), money in fen (1/100
yuan), how many fee notices went out, in how many working days of the period they were answered.
`reported` is how many units reported a figure."""
MONEY = ("fee_charged", "fee_waived")
DAYS = ("days_average", "days_median", "days_lowest", "days_highest")

DIMENSIONS: dict[str, frozenset[str]] = {
    "cases": frozenset(
        {
            "received",
            "concluded",
            "law",
            "outcome",
            "ground",
            "applicant",
            "channel",
            "extended",
            "late",
            "fee_notified",
            "named_ground",
        }
    ),
    "remedies": frozenset({"kind", "route", "filed", "concluded", "result"}),
    "publications": frozenset({"category"}),
    "channels": frozenset({"channel"}),
    "activity": frozenset({"figure"}),
}
"""What a predicate may speak of, by source. `received` and `filed` are `before` or `in` the
year; `concluded` is `in` the year or `open` at its end (concluded later, or not yet); `extended`,
`late` and `fee_notified` are `yes` or `no`. `named_ground` is each ground that the answer names,
where `ground` is the one that counts."""
SELDOM = ("channel", "extended", "late", "fee_notified", "named_ground", "fee_notices", "days")
"""What few forms speak of or measure; the others group records without it."""
NAMED_GROUND = "named_ground"
"""The dimension of which a record has several values, with | between them."""

Predicate = dict[str, tuple[str, ...]]


def admits(predicate: Predicate, values: Mapping[str, str]) -> bool:
    """Whether records with these values satisfy a predicate."""
    return all(
        not wanted.isdisjoint(values[name].split("|"))
        if name == NAMED_GROUND
        else values[name] in wanted
        for name, wanted in ((name, frozenset(wanted)) for name, wanted in predicate.items())
    )


class Ratio(StrictModel):
    """How many percent the row `part` is of the row `whole`, two decimals, half up."""

    part: str
    whole: str


class ReportedMeasure(StrictModel):
    """In what the figures of a table are counted that units report for it, such as 件 or 万元;
    `whole`: in whole numbers only; `signed`: it may be less than zero, and is printed with its
    sign, as a change is."""

    measure: str = Field(min_length=1, max_length=20)
    whole: bool = False
    signed: bool = False


class TableHeading(StrictModel):
    """A heading over rows or columns, as the printed form has it; it may stand under another."""

    id: str
    label: Label
    heading: str | None = None


class TableLine(StrictModel):
    """A row or a column: its name, which records it admits, the heading it stands under.

    `counted_in` is the measure that is printed beside it, `per` how many of what is counted make
    one of it (10,000 yuan); `reported_in` is what units count it in, where the table's other lines
    are counted in something else. A row with a `ratio` counts nothing itself.
    """

    id: str
    label: Label
    when: Predicate = Field(default_factory=dict)
    measure: Measure = "count"
    share_of: str | None = None
    ratio: Ratio | None = None
    heading: str | None = None
    counted_in: str | None = None
    per: int = Field(default=1, gt=0)
    reported_in: ReportedMeasure | None = None

    def admits(self, values: Mapping[str, str]) -> bool:
        """Whether records with these values satisfy the predicate."""
        return admits(self.when, values)


def measured(row: TableLine, column: TableLine | None) -> Measure:
    """What a cell says of its records: as its column has it, else its row."""
    return column.measure if column and column.measure != "count" else row.measure


def named_in(row: TableLine, column: TableLine | None) -> tuple[str, ...]:
    """The figures that units report for a cell."""
    names = row.when.get("figure", ())
    if column is None or "figure" not in column.when:
        return names
    return tuple(name for name in names if name in column.when["figure"])


def _joined(labels: Sequence[Label]) -> Label:
    return Label(zh="：".join(item.zh for item in labels), en=": ".join(item.en for item in labels))


Admitting = tuple[tuple[TableLine, ...], tuple[TableLine | None, ...]]


class ReportTable(StrictModel):
    """A table of the form; without columns each row is one figure.

    `corner` is printed in its upper left field. `across`: the form prints rows side by side, as
    headings over the columns. `listed`: its headings are lines of their own and each row says what
    it is counted in; `joined`: it goes on in the printed table before it. `counted_in` is the
    measure that is written behind its figures, such as 件; `reported_in` is for a table of figures
    that units report.
    """

    id: str
    label: Label
    section: str
    source: Source
    rows: tuple[TableLine, ...] = Field(min_length=1)
    columns: tuple[TableLine, ...] = ()
    headings: tuple[TableHeading, ...] = ()
    corner: Label | None = None
    across: bool = False
    listed: bool = False
    joined: bool = False
    compare_with_year_before: str | None = None
    reported_total: str | None = None
    counted_in: str | None = None
    reported_in: ReportedMeasure | None = None
    _known: dict[tuple[str, ...], Admitting] = PrivateAttr(default_factory=dict)

    def admitting(self, values: Mapping[str, str]) -> Admitting:
        """The rows and the columns that admit records with these values, the columns (None,)
        where the table has none. Found once for each combination: there are few of them."""
        known = self.known_combinations()
        key = tuple(values.values())
        if key not in known:
            rows = tuple(row for row in self.rows if row.admits(values))
            columns = tuple(column for column in self.columns if column.admits(values))
            known[key] = rows, columns if self.columns else (None,)
        return known[key]

    def over(self, line: TableLine) -> tuple[Label, ...]:
        """The headings over a row or a column, the outermost first; a row may stand under another
        row."""
        known: dict[str, TableHeading | TableLine] = {row.id: row for row in self.rows}
        known |= {heading.id: heading for heading in self.headings}
        results: list[Label] = []
        above = known.get(line.heading or "")
        while above is not None:
            results.insert(0, above.label)
            above = known.get(above.heading or "")
        return tuple(results)

    @cached_property
    def names(self) -> dict[tuple[str, str | None], Label]:
        """What each cell is called where it stands alone, by row and column: with the headings
        over it, as rows of different groups bear the same words. Of a column's headings without
        the outermost, which is the same over all of them."""
        results: dict[tuple[str, str | None], Label] = {}
        for row in self.rows:
            labels = (*self.over(row), row.label)
            for column in self.columns:
                cell = (*labels, *self.over(column)[1:], column.label)
                results[row.id, column.id] = _joined(cell)
            if not self.columns:
                results[row.id, None] = _joined(labels)
        return results

    def known_combinations(self) -> dict[tuple[str, ...], Admitting]:
        """What `admitting` has found so far. For who asks many times: a private attribute of a
        pydantic model is slow to reach."""
        return self._known


class FormCheck(StrictModel):
    """Rows of `left` together must equal rows of `right` together, column by column."""

    id: str
    table: str
    label: Label
    left: tuple[str, ...]
    right: tuple[str, ...]
    across: Literal["rows", "columns"] = "rows"


class CarriedForward(StrictModel):
    """What was open at the end of the year before must be what this year carries in."""

    id: str
    table: str
    label: Label
    carried_in: str
    carried_out: str


class ReportedSection(StrictModel):
    """A section that shows figures reported by units, never counted here."""

    section: str
    label: Label


class RecordCheck(StrictModel):
    """Records that cannot be right: any that satisfy `when` make the check fail."""

    id: str
    label: Label
    source: Source
    when: Predicate


class Sentence(StrictModel):
    """A sentence from which the words of a chapter are drafted, with figures as fields (see
    `statistics.narrative`); left out where the field `when` says nothing."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    when: str | None = None


class ReportSection(StrictModel):
    """A chapter of the printed report, and what its words are drafted from. `last`: its words
    stand after its tables. `needed`: it may not be left empty."""

    id: str
    label: Label
    draft: tuple[Sentence, ...] = ()
    last: bool = False
    needed: bool = False


class ReportForm(StrictModel):
    """The form of the annual report (年度报告) for the years from `year_from` to `year_until`;
    `beside`: a table that is handed in beside the report of the same years. It is made by the units
    of its jurisdiction."""

    code: str
    jurisdiction: str = HOME
    title: Label
    source: Label
    year_from: int
    year_until: int | None = None
    beside: bool = False
    sections: tuple[ReportSection, ...]
    tables: tuple[ReportTable, ...]
    checks: tuple[FormCheck, ...] = ()
    carried_forward: tuple[CarriedForward, ...] = ()
    record_checks: tuple[RecordCheck, ...] = ()
    reported: ReportedSection | None = None
    counting: tuple[Label, ...] = ()
    """How cases that cross years or laws are counted, in words, for whoever reads the figures."""

    @cached_property
    def seldom(self) -> tuple[str, ...]:
        """What its tables and checks over cases speak of that others do not."""
        tables = [table for table in self.tables if table.source == "cases"]
        lines = [line for table in tables for line in (*table.rows, *table.columns)]
        named = {name for line in lines for name in (*line.when, line.measure)}
        named |= {name for x in self.record_checks if x.source == "cases" for name in x.when}
        if not named.isdisjoint(DAYS):
            named.add("days")
        return tuple(name for name in SELDOM if name in named)

    @cached_property
    def asked_labels(self) -> Mapping[str, Label]:
        """What the figures that units must report are called in the tables."""
        results: dict[str, Label] = {}
        for table in self.tables:
            for row in table.rows if table.source == "activity" else ():
                for column in table.columns or (None,):
                    names = named_in(row, column)
                    if len(names) == 1:
                        label = table.names[row.id, column.id if column else None]
                        results.setdefault(names[0], label)
        return results

    @cached_property
    def asked(self) -> Mapping[str, ReportedMeasure]:
        """The figures that units must report for the tables, in the order of the form, and in what
        each is counted."""
        results: dict[str, ReportedMeasure] = {}
        for table in self.tables:
            for row in table.rows if table.reported_in else ():
                for column in table.columns or (None,):
                    own = (column.reported_in if column else None) or row.reported_in
                    measure = own or table.reported_in
                    if measure is not None:
                        results |= dict.fromkeys(named_in(row, column), measure)
        return results

    def table(self, table_id: str) -> ReportTable:
        """The table of that id; KeyError if the form has none."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)
