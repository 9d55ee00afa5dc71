"""Heads of tables: found, in one row or in two, and which column is which."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, zip_longest

from requestflow.foundation import Text, text
from requestflow.spreadsheets.cells import UNSEEN, shown
from requestflow.spreadsheets.opening import Table
from requestflow.spreadsheets.values import Cell
from requestflow.spreadsheets.workbook import Merges, SheetRow

HEAD_WITHIN = 30
"""The head stands in one of the first rows that hold something; a title, also a long one, may
stand above it."""
MOST_ACROSS = 1000
"""Columns over which one head may be merged."""
BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
MARKS = re.compile(r"[*※#★☆▲△●:;,.、。_\-–—]+")


@dataclass(frozen=True)
class Column:
    """A column: its key, its own head, other heads it goes by, whether it must be there, and words
    that stand in it for nothing."""

    key: str
    header: str
    others: tuple[str, ...] = ()
    required: bool = False
    nothing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be taken as it is. `row` counts as the file does, from 1."""

    sheet: str
    row: int
    column: str
    value: str
    problem: Text
    hint: Text


@dataclass(frozen=True)
class Head:
    """The head of a table: where it ends, and what stands over each column, as compared."""

    row: int
    names: tuple[str, ...]
    keys: Mapping[int, str]
    """The key of a column by its place."""
    headers: Mapping[str, str]
    """The head as the file has it, by key."""
    kept: tuple[str, ...] = ()
    """Heads of columns that are not known."""
    doubtful: tuple[tuple[str, str], ...] = ()
    """Heads of two columns of one meaning, neither of which is the very name."""


def header_text(value: object) -> str:
    """A head as it is compared: no blanks, full-width forms made plain."""
    plain = unicodedata.normalize("NFKC", str(value or "").translate(UNSEEN))
    return re.sub(r"\s", "", plain)


def bare_header(value: object) -> str:
    """A head without notes in brackets and marks: 延期告知日期 of 延期告知日期(年月日)*."""
    plain = header_text(value)
    bare = MARKS.sub("", BRACKETED.sub("", plain))
    return re.sub(r"^\d{1,2}(?=\D)", "", bare) or plain


@lru_cache(maxsize=64)
def known_headers(columns: tuple[Column, ...]) -> dict[str, str]:
    """The key of a column by every head it goes by, as compared."""
    names = [(name, c.key) for c in columns for name in (c.header, *c.others)]
    return {
        **{bare_header(name): key for name, key in names},
        **{header_text(name): key for name, key in names},
    }


def first_rows(table: Table) -> list[SheetRow]:
    """The rows among which the head is looked for."""
    return list(islice(table.rows(), HEAD_WITHIN))


def read_head(rows: Sequence[SheetRow], columns: Sequence[Column], merges: Merges) -> Head | None:
    """The head that knows most columns, in one row or in two; None where no row knows any."""
    best: Head | None = None
    for place, row in enumerate(rows):
        upper = _heads_of(row, merges)
        candidates = [_head(row.number, [[head] for head in upper], columns)]
        below = rows[place + 1] if place + 1 < len(rows) else None
        if below is not None and below.number == row.number + 1:
            lower = _heads_of(below, merges)
            if _is_head(lower, columns):
                pairs = zip_longest(upper, lower, fillvalue="")
                names = [[b, a + b] if b else [a] for a, b in pairs]
                candidates.append(_head(below.number, names, columns))
        for candidate in candidates:
            if best is None or len(candidate.headers) > len(best.headers):
                best = candidate
    return best if best and best.headers else None


def missing_columns(head: Head, columns: Sequence[Column]) -> list[Column]:
    """The columns that must be there and are not."""
    return [c for c in columns if c.required and c.key not in head.headers]


def head_faults(table: Table, head: Head, columns: Sequence[Column]) -> list[Fault]:
    """What is wrong with a head: columns that must be there, and two that mean the same."""
    missing = [
        Fault(
            table.name,
            head.row,
            column.header,
            "",
            text("The column is missing."),
            text("Add a column with this header."),
        )
        for column in missing_columns(head, columns)
    ]
    doubtful = [
        Fault(
            table.name,
            head.row,
            one,
            other,
            text("The columns %(one)s and %(other)s mean the same.", one=one, other=other),
            text("Keep one of them, or name the right one exactly as in the sample ledger."),
        )
        for one, other in head.doubtful
    ]
    return [*missing, *doubtful]


def head_words(cell: Cell) -> str:
    """A cell as a head is compared; '' where it is no text."""
    return header_text(shown(cell)) if isinstance(cell, str) else ""


def _heads_of(row: SheetRow, merges: Merges) -> list[str]:
    """The heads of a row as they were typed, each over all columns that are merged with its own."""
    heads = [re.sub(r"\s", "", shown(c)) if isinstance(c, str) else "" for c in row.cells]
    for first, last in merges.across(row.number) if merges.ranges else ():
        if first < len(heads) and last - first < MOST_ACROSS:
            heads += [""] * (last + 1 - len(heads))
            heads[first : last + 1] = [heads[first]] * (last + 1 - first)
    return heads


def _is_head(heads: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether most of what stands in a row are heads: else it is data that happens to hold one."""
    known = known_headers(tuple(columns))
    typed = [head for head in heads if head]
    return sum(bare_header(head) in known for head in typed) * 2 > len(typed)


def _head(row: int, heads: Sequence[Sequence[str]], columns: Sequence[Column]) -> Head:
    """What a row of heads says; each column's heads in the order in which they are tried."""
    known = known_headers(tuple(columns))
    own = {header_text(column.header) for column in columns}
    by_key: dict[str, list[tuple[int, str]]] = {}
    names = []
    for place, tried in enumerate(heads):
        hit = next(
            (h for form in (header_text, bare_header) for h in tried if form(h) in known), ""
        )
        names.append(hit or (tried[0] if tried else ""))
        if hit:
            key = known.get(header_text(hit)) or known[bare_header(hit)]
            by_key.setdefault(key, []).append((place, hit))
    keys: dict[int, str] = {}
    headers: dict[str, str] = {}
    doubtful = []
    for key, places in by_key.items():
        exact = [item for item in places if header_text(item[1]) in own]
        place, headers[key] = (exact or places)[0]
        keys[place] = key
        if len(places) > 1 and len(exact) != 1:
            doubtful.append((places[0][1], places[1][1]))
    kept = tuple(name for place, name in enumerate(names) if name and place not in keys)
    compared = tuple(map(header_text, names))
    return Head(row, compared, keys, headers, kept, tuple(doubtful))
