"""The parts of a workbook's package, read with limits on how much they may unpack to."""

import zipfile
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

MOST_UNPACKED = 400 << 20
"""Bytes that all parts together may unpack to: some 200,000 rows of a ledger."""
MOST_BETWEEN = 8 << 20
"""Bytes between one element and the next of those that are read: a row has 16,384 cells at most."""
SMALL = 16 << 20
"""Bytes of a part that is read as one tree."""


class PartDamaged(Exception):
    """A part that cannot be what it should be."""


class _Metered:
    """A stream that refuses to go on for long without anything having been read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.since = stream, 0

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size if size > 0 else 1 << 15)
        self.since += len(content)
        if self.since > MOST_BETWEEN:
            raise PartDamaged
        return content


def elements(part: IO[bytes], *tags: str) -> Iterator[Any]:
    """The elements of these names, one after the other, each forgotten with all before it when the
    next is asked for. No entity is resolved and no document type is taken."""
    stream = _Metered(part)
    parser = etree.iterparse(
        stream,
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    checked = False
    for _event, element in parser:
        if not checked:
            require_no_doctype(element)
            checked = True
        stream.since = 0
        yield element
        element.clear()
        item = element
        while item is not None:
            parent = item.getparent()
            while item.getprevious() is not None and parent is not None:
                del parent[0]
            item = parent


def tree(part: IO[bytes]) -> Any:
    """A small part as a tree."""
    content = part.read(SMALL + 1)
    if len(content) > SMALL:
        raise PartDamaged
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(content, parser)
    require_no_doctype(root)
    return root


def require_no_doctype(element: Any) -> None:
    """Refuses XML that brings a document type: no office program writes one."""
    if element.getroottree().docinfo.doctype:
        raise PartDamaged


def is_moderate(archive: zipfile.ZipFile) -> bool:
    """Whether all that the package holds is of a size that can be read."""
    return sum(item.file_size for item in archive.infolist()) <= MOST_UNPACKED
