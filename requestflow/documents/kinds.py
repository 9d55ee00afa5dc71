"""Which kinds of file are taken, told by their content, and under which name they are kept."""

import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from requestflow.foundation import RequestflowError, Text, text

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 120
MOST_PARTS = 5_000
LONGEST_NAME = 100
MOST_LISTED = 2 * 1024 * 1024
END_AT_MOST = 22 + 65535  # the end record of a ZIP with the longest comment
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
# What turns the direction of writing or is not seen: a name must read as it is.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class DocumentRefused(RequestflowError):
    """The file is not taken, and why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message, text("Select a different file and try again."))


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its media type, the endings it goes by, the bytes it begins with (`after` so
    many others), the part that its package holds."""

    media_type: str
    endings: tuple[str, ...]
    begins: tuple[bytes, ...] = ()
    holds: str | None = None
    after: int = 0


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ACCEPTED = (
    FileKind("application/pdf", ("pdf",), (b"%PDF-",)),
    # Pictures of telephones (ISO 23008-12): a box `ftyp` that names what is in it.
    FileKind(
        "image/heic",
        ("heic", "heif"),
        tuple(b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"mif1", b"msf1", b"hevc")),
        after=4,
    ),
    FileKind("image/jpeg", ("jpg", "jpeg"), (b"\xff\xd8\xff",)),
    FileKind("image/png", ("png",), (b"\x89PNG\r\n\x1a\n",)),
    FileKind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",),
        (b"PK\x03\x04",),
        "word/document.xml",
    ),
    FileKind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",),
        (b"PK\x03\x04",),
        "xl/workbook.xml",
    ),
    FileKind("application/msword", ("doc",), (OLE,)),
    FileKind("application/ofd", ("ofd",), (b"PK\x03\x04",), "OFD.xml"),
    FileKind("text/plain", ("txt",)),
)
ENDINGS = tuple(ending for kind in ACCEPTED for ending in kind.endings)


def told_by_content(path: Path, name: str) -> FileKind:
    """The kind of a file; DocumentRefused for an empty file, one of another kind than its name
    says, one that is not taken, or an archive that unpacks beyond measure."""
    size = path.stat().st_size
    if not size:
        raise DocumentRefused(text("The file '%(name)s' is empty.", name=name))
    result = _kind(path)
    if result is None:
        raise DocumentRefused(
            text(
                "'%(name)s' is not an accepted file type. Accepted types: %(kinds)s.",
                name=name,
                kinds=", ".join(ending.upper() for ending in ENDINGS),
            )
        )
    ending = name.rpartition(".")[2].lower()
    if ending not in result.endings:
        raise DocumentRefused(
            text(
                "The name of '%(name)s' does not match its content, which is %(kind)s.",
                name=name,
                kind=result.endings[0].upper(),
            )
        )
    return result


def _kind(path: Path) -> FileKind | None:
    with path.open("rb") as file:
        head = file.read(8192)
    for kind in ACCEPTED:
        if not head.startswith(kind.begins or (b"\x00not",), kind.after):
            continue
        if kind.begins == (OLE,) and not _is_word(path):
            continue
        if kind.holds is None or kind.holds in _parts(path):
            return kind
    return next(kind for kind in ACCEPTED if not kind.begins) if _is_text(path) else None


def _is_word(path: Path) -> bool:
    """Whether an OLE file is a Word document; DocumentRefused where it holds macros or is
    encrypted ([MS-DOC])."""
    content = path.read_bytes()
    if "WordDocument".encode("utf-16-le") not in content:
        return False
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise DocumentRefused(text("The file contains macros and cannot be accepted."))
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise DocumentRefused(text("The file is password protected and cannot be opened."))
    return True


def _is_text(path: Path) -> bool:
    content = path.read_bytes()
    if NO_TEXT.search(content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        start = decoded.lstrip("\ufeff \t\r\n")[:512].lower()
        return not start.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script"))
    return False


def _parts(path: Path) -> frozenset[str]:
    """The names in a ZIP; DocumentRefused where it would unpack beyond measure."""
    _few_parts(path)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        # The last is how zipfile says that it does not know this version of the format.
        raise DocumentRefused(text("The file is damaged and cannot be opened.")) from error
    full = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    if len(parts) > MOST_PARTS or full > MOST_UNPACKED or full / packed > MOST_RATIO:
        raise DocumentRefused(text("The file is too large when unpacked and cannot be accepted."))
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentRefused(text("The file is password protected and cannot be opened."))
    names = frozenset(part.filename for part in parts)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise DocumentRefused(text("The file contains macros and cannot be accepted."))
    return names


def _few_parts(path: Path) -> None:
    """Looks at the end of a ZIP before anything of it is read: how much its list of parts holds."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - END_AT_MOST, 0))
        tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < 22:
        raise DocumentRefused(text("The file is damaged and cannot be opened."))
    parts, listed = struct.unpack_from("<HL", tail, place + 10)
    if parts > MOST_PARTS or listed > MOST_LISTED:
        raise DocumentRefused(text("The file is too large when unpacked and cannot be accepted."))


def safe_name(name: str) -> str:
    """A file's name without folders, control or invisible characters, not too long."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = INVISIBLE.sub("", name)
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cs", "Co"))
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    short = stem[: LONGEST_NAME - len(ending) - 1] or "file"
    return f"{short}{dot}{ending}"[:LONGEST_NAME]
