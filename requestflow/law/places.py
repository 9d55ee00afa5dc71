"""Where in the files of a pack or a form a key stands, so that what is wrong is named by line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

HEADER = re.compile(r"\s*\[\[?([\w.]+)\]\]?")
ITEM = re.compile(r"\s*\{")
KEY = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(.*))?")


@dataclass(frozen=True)
class Place:
    """A line of a file, the first is 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class _Entry:
    place: Place
    lines: Sequence[str]

    @property
    def id(self) -> str:
        match = re.search(r'^\s*id = "([^"]+)"', "\n".join(self.lines), re.M)
        return match[1] if match else ""


class Places:
    """The entries of files in the order in which they were read: the main one first."""

    def __init__(self, files: Sequence[tuple[str, str]]) -> None:
        self.main = files[0][0]
        self.top: dict[str, Place] = {}
        self.entries: dict[str, list[_Entry]] = {}
        for name, content in files:
            self._read(name, content.splitlines())

    def _read(self, name: str, lines: Sequence[str]) -> None:
        heads = [n for n, line in enumerate(lines) if HEADER.match(line)]
        for number, line in enumerate(lines[: heads[0] if heads else len(lines)], 1):
            if match := re.match(r"(\w+)\s*=", line):
                self.top.setdefault(match[1], Place(name, number))
        for place, head in enumerate(heads):
            match = HEADER.match(lines[head])
            assert match is not None  # noqa: S101 - it was chosen by this pattern
            end = heads[place + 1] if place + 1 < len(heads) else len(lines)
            entry = _Entry(Place(name, head + 1), lines[head:end])
            self.entries.setdefault(match[1], []).append(entry)

    def of(self, key: str) -> Place:
        """The line of a key such as `limits[3].number`, `tables.t3.rows[2].when` or
        `received_from`; of one that is not there the line where it should be."""
        match = KEY.match(key)
        if match is None:
            return Place(self.main, 1)
        name, number, rest = match[1], match[2], match[3] or ""
        entries = self.entries.get(name, [])
        if number and int(number) <= len(entries):
            return _within(entries[int(number) - 1], rest)
        named = [item for item in entries if item.id and f"{rest}.".startswith(f"{item.id}.")]
        if named:
            longest = max(named, key=lambda item: len(item.id))
            return _within(longest, rest[len(longest.id) + 1 :])
        if name in self.top:
            return self.top[name]
        return entries[0].place if entries else Place(self.main, 1)


def _within(entry: _Entry, rest: str) -> Place:
    """The line of a key in an entry, or of an item of one of its lists."""
    match = KEY.match(rest)
    if match is None:
        return entry.place
    for offset, line in enumerate(entry.lines):
        if re.match(rf"\s*{match[1]}\s*=", line):
            items = [n for n in range(offset + 1, len(entry.lines)) if ITEM.match(entry.lines[n])]
            listed = match[2] and line.rstrip().endswith("[") and int(match[2]) <= len(items)
            at = items[int(match[2]) - 1] if listed else offset
            return Place(entry.place.file, entry.place.line + at)
        if f'id = "{match[1]}' in line:
            return Place(entry.place.file, entry.place.line + offset)
    return entry.place
