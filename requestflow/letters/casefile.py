"""The file of a case (案卷) for the authority or the court: cover, contents, application, steps,
letters and evidence in order, with page numbers; as one PDF, or as a ZIP with every paper as it is.

Internal notes, drafts and remarks on them are no part of it.
"""

import io
import json
import struct
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import typst
from sqlalchemy.orm import Session

from requestflow.accounts import names_of
from requestflow.cases import CaseView, Event, party_details
from requestflow.documents import Document, Documents, documents_of_case
from requestflow.foundation import TooCostly, contained, translate
from requestflow.law import explain, law_pack
from requestflow.letters.glyphs import font_folders
from requestflow.letters.receipts import requested_information

ZH = "zh_CN"
TEMPLATE = Path(__file__).parent / "templates" / "casefile.typ"
INSIDE = frozenset({"noted", "assigned", "drafted", "returned", "due_days_moved"})
"""Steps that stay inside the office: its notes, its drafts and what was said of them."""

PDF, PICTURES, TEXT = "application/pdf", {"image/jpeg": "jpg", "image/png": "png"}, "text/plain"
MOST_TEXT = 200_000
MOST_PAGES = 300
MOST_PIXELS = 50_000_000
"""What is larger stands in the file by name: unpacked, it would fill the machine's memory."""


TOLD = (
    "letter",
    "name",
    "received_on",
    "copy_received_on",
    "held_on",
    "time",
    "place",
    "tracking_number",
    "collected_by",
    "decision_number",
    "authority",
)
"""What a line of the steps says besides outcome and words."""


@dataclass(frozen=True)
class Piece:
    """A paper of the file: its place, when and by which step it came in, the document."""

    place: int
    day: date
    step: str
    document: Document


@dataclass(frozen=True)
class Contents:
    """What a file holds: rows of cover and application, the steps, the clock, the papers."""

    number: str
    unit: str
    subject: str
    application: Sequence[tuple[str, str]]
    applicant: Sequence[tuple[str, str]]
    steps: Sequence[tuple[str, str, str, str]]
    clock: Sequence[tuple[str, Sequence[str]]]
    pieces: Sequence[Piece]


def contents_of(session: Session, view: CaseView) -> Contents:
    """Everything of a case that goes into its file; personal data is whole."""
    state = view.state
    people = names_of(session, (event.actor for event in view.history))
    party = party_details(session, view.id)
    return Contents(
        state.number,
        view.unit.name,
        state.subject,
        [
            (name, value)
            for name, value in requested_information(view.history[0].data, state.subject, ZH)
            if value
        ],
        [
            (translate(f"party.{key}", ZH), _party(key, value))
            for key, value in party.items()
            if value
        ],
        [_step(event, view, people) for event in view.history if event.kind not in INSIDE],
        [
            (item.kind, [explain(step, ZH) for step in item.steps])
            for item in view.deadlines
            if item.kind == "reply"
        ],
        _pieces(view, documents_of_case(session, view.id)),
    )


def _party(key: str, value: str) -> str:
    return translate(f"identity.{value}", ZH) if key.endswith("identity_kind") else value


def _step(event: Event, view: CaseView, people: Mapping[str, str]) -> tuple[str, str, str, str]:
    who = event.actor
    # The receipt of an answer is confirmed by the applicant, or recorded by the office.
    recorded = event.kind == "delivery_confirmed" and who != "applicant"
    named = people.get(who) or translate(f"actor.{who}", ZH)
    return (
        event.day.isoformat(),
        translate(f"{'do' if recorded else 'step'}.{event.kind}", ZH),
        "" if named.startswith("actor.") else named,
        _said(event, view),
    )


def _said(event: Event, view: CaseView) -> str:
    data, pack = event.data, law_pack(view.state.law)
    outcome, ground = pack.outcome(data.get("outcome")), pack.ground(data.get("ground"))
    message = [item.label.zh for item in (outcome, ground) if item]
    message += [
        translate(f"{chapter}.{data[name]}", ZH)
        for name, chapter in (("way", "sent"), ("answer", "opinion"))
        if data.get(name)
    ]
    if data.get("result"):
        results = pack.remedy(data["kind"]).results
        message += [item.label.zh for item in results if item.code == data["result"]]
    message += [
        f"{translate(f'detail.{name}', ZH)}：{data[name]}" for name in TOLD if data.get(name)
    ]
    message += [str(data[name]) for name in ("items", "reason", "facts", "text") if data.get(name)]
    return "；".join(message)


def _pieces(view: CaseView, stored: Sequence[Document]) -> Sequence[Piece]:
    """The papers in the order of the steps that name them, also those that turned up later and came
    with a note; a paper that is there as PDF is not taken in as Word again."""
    by_key = {document.key: document for document in stored}
    results: list[Piece] = []
    seen: set[str] = set()
    for event in view.history:
        if event.kind in INSIDE and event.kind != "noted":
            continue
        named = (event.data.get(name) or () for name in ("documents", "enclosed", "proofs"))
        papers = [item for items in named for item in items]
        names = {item["name"] for item in papers}
        for item in papers:
            document = by_key.get(item["key"])
            twin = item["name"].removesuffix(".docx") + ".pdf"
            if document is None or document.key in seen:
                continue
            if item["name"].endswith(".docx") and twin in names:
                continue
            seen.add(document.key)
            step = translate(f"step.{event.kind}", ZH)
            results.append(Piece(len(results) + 1, event.day, step, document))
    return results


def as_zip(contents: Contents, documents: Documents) -> io.BytesIO:
    """The file as a ZIP: the one PDF, and every paper as it was handed in or out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"00-{contents.number}.pdf", as_one_pdf(contents, documents).getvalue())
        for piece in contents.pieces:
            with documents.open(piece.document) as file:
                archive.writestr(f"{piece.place:02d}-{piece.document.name}", file.read())
    packed.seek(0)
    return packed


def as_one_pdf(contents: Contents, documents: Documents) -> io.BytesIO:
    """The file as one PDF with page numbers. A paper that cannot be set (such as a table for
    Excel) stands there by name, with its SHA-256, and is in the ZIP."""
    with tempfile.TemporaryDirectory(prefix="requestflow-file-") as built:
        folder = Path(built)
        papers = [_laid_out(piece, documents, folder) for piece in contents.pieces]
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        data = {
            "number": contents.number,
            "unit": contents.unit,
            "subject": contents.subject,
            "application": contents.application,
            "applicant": contents.applicant,
            "steps": contents.steps,
            "clock": [line for _, lines in contents.clock for line in lines],
            "papers": papers,
        }
        try:
            return io.BytesIO(_set_file(folder, data))
        except TooCostly:
            # Some of it is too much, or all of it together: then nothing but our own words is set.
            data["papers"] = [{**paper, "kind": "other"} for paper in papers]
            return io.BytesIO(_set_file(folder, data))


def _set_file(folder: Path, data: Mapping[str, Any]) -> bytes:
    (folder / "file.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return contained(_set, folder / TEMPLATE.name)


def _set(template: Path) -> bytes:
    """The PDF of a template whose content lies beside it. Raises TypstError."""
    built = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(fonts) for fonts in font_folders()],
        ignore_system_fonts=True,
        format="pdf",
    )
    assert isinstance(built, bytes)  # noqa: S101 - without an output file it is bytes
    return built


def _laid_out(piece: Piece, documents: Documents, folder: Path) -> dict[str, Any]:
    """A paper as the template takes it, its content beside it in the folder."""
    document = piece.document
    paper: dict[str, Any] = {
        "place": piece.place,
        "name": document.name,
        "day": piece.day.isoformat(),
        "step": piece.step,
        "sha256": document.sha256,
        "size": document.size,
        "kind": "other",
    }
    with documents.open(document) as file:
        content = file.read()
    if document.media_type == PDF:
        name = f"{piece.place}.pdf"
        (folder / name).write_bytes(content)
        pages = _pages_of(folder / name)
        if 0 < pages <= MOST_PAGES:
            paper |= {"kind": "pdf", "file": name, "pages": pages}
    elif document.media_type in PICTURES:
        name = f"{piece.place}.{PICTURES[document.media_type]}"
        (folder / name).write_bytes(content)
        if pixels(content) <= MOST_PIXELS and _can_be_set(folder / name):
            paper |= {"kind": "picture", "file": name}
    elif document.media_type == TEXT:
        words = _decoded(content)
        if len(words) <= MOST_TEXT:
            paper |= {"kind": "text", "text": words}
    return paper


def pixels(content: bytes) -> int:
    """How many pixels a PNG or JPEG says to have, by its header; more than any where it says
    nothing that can be read."""
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width * height)
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in START_OF_FRAME:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return int(width * height)
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    return MOST_PIXELS + 1


START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The markers of a JPEG after which its size stands (ITU-T T.81, table B.1)."""


def _pages_of(path: Path) -> int:
    """How many pages a PDF has that can be set; 0 for one that is damaged, locked or too much."""
    try:
        return contained(_settable_pages, path)
    except TooCostly:
        return 0


def _settable_pages(path: Path) -> int:
    try:
        with pypdfium2.PdfDocument(path) as document:
            pages = len(document)
        if pages <= MOST_PAGES:
            _try_out(path, pages)
    except (pypdfium2.PdfiumError, typst.TypstError):
        return 0
    return pages


def _can_be_set(path: Path) -> bool:
    """Whether the typesetter can read a picture: what applicants hand in may be damaged."""
    try:
        contained(_try_out, path, 1)
    except (typst.TypstError, RuntimeError, TooCostly):
        return False
    return True


def _try_out(path: Path, pages: int) -> None:
    """Sets each page of a file small, which unpacks all that it holds. Raises TypstError."""
    number = "page: n, " if path.suffix == ".pdf" else ""
    probe = path.with_suffix(".typ")
    line = f'#for n in range(1, {pages + 1}) [#image("{path.name}", {number}width: 10mm)]'
    probe.write_text(line, encoding="utf-8")
    _set(probe)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", errors="replace")
