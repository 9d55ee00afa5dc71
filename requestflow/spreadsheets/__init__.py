"""Reading the offices' spreadsheets as they stand: workbooks, CSV files, heads, rows and cells."""

from requestflow.spreadsheets.cells import (
    NOTHING,
    CellUnreadable,
    clean_text,
    day_of,
    fen_of,
    identifier_of,
    is_blank,
    normal_identifier,
    plain_word,
    shown,
    text_of,
    word_of,
)
from requestflow.spreadsheets.heads import (
    Column,
    Fault,
    Head,
    first_rows,
    head_faults,
    header_text,
    read_head,
)
from requestflow.spreadsheets.lists import FileFaulty, ListFile, ListRow, read_list
from requestflow.spreadsheets.opening import MOST_BYTES, Table, open_tables
from requestflow.spreadsheets.tables import Reading, TableRow, read_rows
from requestflow.spreadsheets.values import (
    MISSING,
    UNCOMPUTED,
    Cell,
    ErrorValue,
    Missing,
    Number,
    NumberFormat,
)
from requestflow.spreadsheets.workbook import Merges

__all__ = [
    "MISSING",
    "MOST_BYTES",
    "NOTHING",
    "UNCOMPUTED",
    "Cell",
    "CellUnreadable",
    "Column",
    "ErrorValue",
    "Fault",
    "FileFaulty",
    "Head",
    "ListFile",
    "ListRow",
    "Merges",
    "Missing",
    "Number",
    "NumberFormat",
    "Reading",
    "Table",
    "TableRow",
    "clean_text",
    "day_of",
    "fen_of",
    "first_rows",
    "head_faults",
    "header_text",
    "identifier_of",
    "is_blank",
    "normal_identifier",
    "open_tables",
    "plain_word",
    "read_head",
    "read_list",
    "read_rows",
    "shown",
    "text_of",
    "word_of",
]
