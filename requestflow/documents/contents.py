"""What a file of a kind that is taken may not hold: what runs by itself, what is fetched from
elsewhere, what unpacks beyond measure."""

import posixpath
import re
import zipfile
from pathlib import Path

import pypdfium2
from lxml import etree

from requestflow.documents.kinds import DocumentRefused
from requestflow.foundation import TooCostly, contained, text

PDF, DOC = "application/pdf", "application/msword"
MOST_PAGES = 300
"""Pages of a PDF that are looked at; in the file of a case longer ones stand by name alone."""
MOST_OF_RELATIONS = 1 << 20
"""Bytes of a part of a package that names what another part refers to."""
PROGRAMS = re.compile(
    r".*\.(bat|cmd|com|cpl|dll|exe|hta|jar|jse?|lnk|msi|ps1|scr|sh|vb[es]?|wsf)", re.IGNORECASE
)
"""Names of files that run when they are opened (also inside of packages)."""
EMBEDDED = re.compile(r".*/(embeddings/.*\.bin|activex/.*)", re.IGNORECASE)
"""Objects of other programs and controls in packages of Office Open XML (ECMA-376 part 1, 15.2)."""
FETCHED = frozenset({"attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk", "control"})
"""What an office program fetches from elsewhere and works with when it opens a file."""
NATIVE = "\x01Ole10Native".encode("utf-16-le")
"""The stream in which a .doc keeps a file of any kind ([MS-OLEDS] 2.3.6)."""


def require_harmless(path: Path, media_type: str, name: str) -> None:
    """Raises DocumentRefused for a file that holds programs, lets something be fetched that works
    when it is opened, or takes too much to open."""
    if media_type == PDF:
        _require_bounded(path, name)
    elif media_type == DOC:
        if NATIVE in path.read_bytes():
            raise _embedded(name)
    elif zipfile.is_zipfile(path):
        _require_plain(path, name)


def _require_bounded(path: Path, name: str) -> None:
    try:
        contained(_read_pages, path)
    except TooCostly as error:
        raise DocumentRefused(
            text("'%(name)s' takes too much memory or time to open.", name=name)
        ) from error


def _read_pages(path: Path) -> int:
    """Unpacks what is drawn on each page; how many there are. What is damaged or locked is not
    opened by us either."""
    try:
        document = pypdfium2.PdfDocument(path)
        for number in range(min(len(document), MOST_PAGES)):
            document[number].close()
        return len(document)
    except pypdfium2.PdfiumError:
        return 0


def _require_plain(path: Path, name: str) -> None:
    """The same for a package: a ZIP whose parts refer to each other and to the outside."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if PROGRAMS.fullmatch(part) or EMBEDDED.fullmatch(part):
                raise _embedded(name)
            if part.endswith(".rels") and (fetched := _fetched(archive, part)):
                raise DocumentRefused(
                    text(
                        "'%(name)s' loads content from another place when it is opened: %(what)s.",
                        name=name,
                        what=fetched,
                    )
                )


def _fetched(archive: zipfile.ZipFile, part: str) -> str:
    """What a part lets be fetched from elsewhere; '' where it is nothing."""
    with archive.open(part) as file:
        content = file.read(MOST_OF_RELATIONS)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return ""
    for item in root.iter("{*}Relationship") if root is not None else ():
        kind = posixpath.basename(item.get("Type", ""))
        if item.get("TargetMode") == "External" and kind in FETCHED:
            return str(item.get("Target", ""))[:100]
    return ""


def _embedded(name: str) -> DocumentRefused:
    return DocumentRefused(
        text("'%(name)s' contains an embedded program or object and cannot be accepted.", name=name)
    )
