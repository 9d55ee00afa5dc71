"""CSV and tab-separated text, in the encodings in which offices save it."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from requestflow.spreadsheets.workbook import SheetRow

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = (",", "\t", ";", "，")
SAMPLE = 1 << 16
LONGEST_FIELD = 1 << 20


def encoding_of(path: Path) -> str | None:
    """In what encoding a text file is: by its mark; else UTF-8 where all of it is that, GB18030
    where all of it is that (Chinese Excel saves it so), None otherwise."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding if _decodes(path, encoding) else None
    if b"\0" in sample:
        little = sample[1::2].count(0) >= sample[::2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        return encoding if _decodes(path, encoding) else None
    return next((e for e in ("utf-8", "gb18030") if _decodes(path, e)), None)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while content := file.read(SAMPLE):
                if "\0" in decoder.decode(content):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def delimited_rows(path: Path, encoding: str) -> Iterator[SheetRow]:
    """The rows of a text file, numbered by the line on which each begins; csv.Error."""
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(SAMPLE)
        file.seek(0)
        delimiter = max(DELIMITERS, key=first.count)
        csv.field_size_limit(LONGEST_FIELD)
        reader = csv.reader(file, delimiter=delimiter)
        line = 1
        for values in reader:
            if any(values):
                yield SheetRow(line, values)
            line = reader.line_num + 1


def is_text(path: Path) -> bool:
    """Whether a file looks like text rather than something else under a wrong ending."""
    encoding = encoding_of(path)
    if encoding is None:
        return False
    with path.open(encoding=encoding, errors="replace") as file:
        sample = io.StringIO(file.read(SAMPLE)).read()
    return not any(ord(c) < 32 and c not in "\t\n\r\f" for c in sample)
