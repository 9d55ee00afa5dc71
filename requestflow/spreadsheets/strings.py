"""The strings that a workbook's cells share, kept in a temporary file so that memory stays flat."""

import os
import re
import tempfile
from array import array
from collections.abc import Iterator
from typing import IO, Any

from requestflow.spreadsheets.parts import elements

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
CACHED = 4096


class SharedStrings:
    """Strings by their place; raises IndexError for a place there is none for."""

    def __init__(self, part: IO[bytes] | None) -> None:
        self._file = tempfile.TemporaryFile(buffering=1 << 18)  # noqa: SIM115 - closed by close()
        self._ends = array("Q", [0])
        self._kept: dict[int, str] = {}
        if part is not None:
            for value in _strings(part):
                encoded = value.encode("utf-8", "surrogatepass")
                self._file.write(encoded)
                self._ends.append(self._ends[-1] + len(encoded))
        self._file.flush()
        self._number = self._file.fileno()

    def __getitem__(self, place: int) -> str:
        value = self._kept.get(place)
        if value is None:
            if not 0 <= place < len(self._ends) - 1:
                raise IndexError(place)
            start = self._ends[place]
            content = os.pread(self._number, self._ends[place + 1] - start, start)
            value = content.decode("utf-8", "surrogatepass")
            if len(self._kept) < CACHED:
                self._kept[place] = value
        return value

    def close(self) -> None:
        """Lets the temporary file go."""
        self._file.close()


def _strings(part: IO[bytes]) -> Iterator[str]:
    for element in elements(part, "{*}si"):
        yield string_of(element)


def string_of(element: Any) -> str:
    """The text of a string item: its runs joined, phonetic guides left out, escapes undone
    (ECMA-376 part 1, 22.9.2.19, ST_Xstring)."""
    pieces = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [item.text or "" for item in child if item.tag.rpartition("}")[2] == "t"]
    return unescape("".join(pieces))


def unescape(value: str) -> str:
    """Text without the escapes of the format: _x000D_ is a carriage return, _x005F_ an underscore
    before what is no escape."""
    if "_x" not in value:
        return value
    plain = ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    # Two escapes together may be one character beyond the first plane.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
