"""Whether what is stored is what was recorded: cases against their events, numbers against gaps,
everything against the seals. What cannot be read is named, and the rest is looked at."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases import Case, CaseEvent, CaseNumber, Difference, WasForgotten, verify
from requestflow.documents import Document, Store, open_content
from requestflow.foundation import OtherKey
from requestflow.reporting import ReportSnapshot
from requestflow.seals.models import Seal
from requestflow.seals.service import GENESIS, SETTLED, Span, audit_span, public_key

CHUNK = 500
PIECE = 1 << 20


@dataclass(frozen=True)
class Evidence:
    """What a verification is held against: a folder with copies of the seals, the hash of a seal by
    number as it was printed, the store whose files are read as well, and since when the audit
    trail is kept."""

    folder: Path | None = None
    printed: Mapping[int, str] = field(default_factory=dict)
    store: Store | None = None
    audit_since: datetime | None = None


def verify_all(session: Session, evidence: Evidence) -> Iterator[int | Difference | WasForgotten]:
    """Looks at everything; yields each difference, each case that was forgotten, and how many cases
    were seen."""
    yield from verify(session)
    yield from _numbers(session)
    yield from _snapshots(session)
    yield from _references(session)
    yield from _seals(session, evidence)
    if evidence.store is not None:
        yield from _files(session, evidence.store)


def _numbers(session: Session) -> Iterator[Difference]:
    """Numbers that were given out and belong to no case."""
    given = select(Unit.code, CaseNumber.year, CaseNumber.last).join(
        Unit, Unit.id == CaseNumber.unit_id
    )
    for code, year, last in session.execute(given).all():
        like = f"{code}-{year}-%"
        known = set(session.scalars(select(Case.number).where(Case.number.like(like))))
        for place in range(1, last + 1):
            number = f"{code}-{year}-{place:04d}"
            if number not in known:
                yield Difference(number, "the number was given out, and there is no such case")


def _snapshots(session: Session) -> Iterator[Difference]:
    """Reports that were handed in or published and are not as they were."""
    query = select(ReportSnapshot.id, ReportSnapshot.content, ReportSnapshot.hash)
    for key, content, stored in session.execute(query.order_by(ReportSnapshot.id)):
        if hashlib.sha256(content.encode()).hexdigest() != stored:
            yield Difference(f"report snapshot {key}", "its content is not that of its hash")


def _references(session: Session) -> Iterator[Difference]:
    """Files that events name, and that are gone or others."""
    query = select(CaseEvent.id, CaseEvent.data).where(CaseEvent.data.contains('"sha256"'))
    # Of those that were forgotten nothing is left but the hashes.
    query = query.join(Case, Case.id == CaseEvent.case_id).where(Case.forgotten_on.is_(None))
    after = 0
    while rows := session.execute(
        query.where(CaseEvent.id > after).order_by(CaseEvent.id).limit(CHUNK)
    ).all():
        after = rows[-1].id
        named: dict[str, str] = {}
        for row in rows:
            with suppress(ValueError):  # named with its case, whose chain it breaks
                _collect(json.loads(row.data), named)
        for key, _ in _missing(session, Document.key, Document.sha256, named):
            yield Difference(f"file {key}", "it is not the file that was recorded")


def _collect(data: Any, named: dict[str, str]) -> None:
    """The files named anywhere in an event, by key: their SHA-256."""
    if isinstance(data, list):
        for item in data:
            _collect(item, named)
    elif isinstance(data, dict):
        if data.get("key") and data.get("sha256"):
            named[data["key"]] = data["sha256"]
        for item in data.values():
            _collect(item, named)


def _files(session: Session, store: Store) -> Iterator[Difference]:
    """Files that are missing, or are not what was handed in."""
    after = 0
    while True:
        query = select(Document).where(Document.case_id.is_not(None), Document.id > after)
        documents = session.scalars(query.order_by(Document.id).limit(CHUNK)).all()
        if not documents:
            return
        after = documents[-1].id
        for document in documents:
            wrong = _wrong_content(store, document)
            if wrong:
                yield Difference(f"file {document.key}", wrong)


def _wrong_content(store: Store, document: Document) -> str | None:
    digest = hashlib.sha256()
    try:
        with open_content(store, document) as content:
            while piece := content.read(PIECE):
                digest.update(piece)
    except OSError:
        return "its content is missing"
    except OtherKey:
        return "its content is not what was handed in"
    same = digest.hexdigest() == document.sha256
    return None if same else "its content is not what was handed in"


def _seals(session: Session, evidence: Evidence) -> Iterator[Difference]:
    before, number = GENESIS, 0
    latest: datetime | None = None
    for number, seal in enumerate(session.scalars(select(Seal).order_by(Seal.number)).all(), 1):
        name = f"seal {number}"
        if seal.number != number:
            yield Difference(name, "it was removed")
            return
        try:
            yield from _seal_itself(seal, before, latest, evidence)
            yield from _sealed(session, json.loads(seal.content), seal, evidence)
        except (ValueError, KeyError, TypeError):
            yield Difference(name, "it cannot be read")
        before, latest = seal.hash, seal.at
    yield from _removed(number, evidence)


def _seal_itself(
    seal: Seal, before: str, latest: datetime | None, evidence: Evidence
) -> Iterator[Difference]:
    name, content = f"seal {seal.number}", json.loads(seal.content)
    if hashlib.sha256(seal.content.encode()).hexdigest() != seal.hash or not _is_signed(seal):
        yield Difference(name, "it is not as it was signed")
    if content["number"] != seal.number or content["previous"] != before:
        yield Difference(name, "it does not follow from the seal before")
    if content["at"] != seal.at.isoformat() or (latest and seal.at < latest):
        yield Difference(name, "its time is not after that of the seal before")
    kept = _copy(evidence, seal.number)
    if kept is not None and kept["hash"] != seal.hash:
        yield Difference(name, "it is not the one of which a copy was kept")
    printed = evidence.printed.get(seal.number)
    if printed is not None and printed != seal.hash:
        yield Difference(name, "it is not the one that was printed")


def _is_signed(seal: Seal) -> bool:
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key()))
    try:
        key.verify(bytes.fromhex(seal.signature), seal.hash.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _copy(evidence: Evidence, number: int) -> dict[str, Any] | None:
    path = evidence.folder / f"{number:06d}.json" if evidence.folder else None
    if path is None or not path.exists():
        return None
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _removed(last: int, evidence: Evidence) -> Iterator[Difference]:
    """Seals of which there are copies or prints, and no more."""
    copies = sorted(evidence.folder.glob("*.json")) if evidence.folder else []
    known = {int(path.stem) for path in copies if path.stem.isdecimal()} | set(evidence.printed)
    for number in sorted(known):
        if number > last:
            yield Difference(f"seal {number}", "it was removed")


def _sealed(
    session: Session, content: Mapping[str, Any], seal: Seal, evidence: Evidence
) -> Iterator[Difference]:
    """What a seal says against what is stored now."""
    name = f"as seal {seal.number} has it"
    cases = content["cases"]
    for place in range(0, len(cases), CHUNK):
        yield from _sealed_cases(session, cases[place : place + CHUNK], seal, name)
    snapshots = {key: value for key, value in content["snapshots"]}  # noqa: C416 - lists
    for key, _ in _missing(session, ReportSnapshot.id, ReportSnapshot.hash, snapshots):
        yield Difference(f"report snapshot {key}", f"it is not {name}")
    if content["audit"]:
        span = Span(*content["audit"])
        kept = evidence.audit_since is None or span.since > evidence.audit_since.isoformat()
        if kept and audit_span(session, span.first, span.last) != span:
            yield Difference("audit trail", f"rows {span.first} to {span.last} are not {name}")


def _sealed_cases(
    session: Session, cases: list[list[Any]], seal: Seal, name: str
) -> Iterator[Difference]:
    numbers = [item[0] for item in cases]
    query = (
        select(Case.number, CaseEvent)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.number.in_(numbers))
        .order_by(Case.number, CaseEvent.sequence)
    )
    stored: dict[str, dict[int, CaseEvent]] = {}
    for number, row in session.execute(query):
        stored.setdefault(number, {})[row.sequence] = row
    for number, version, head in cases:
        events = stored.get(number)
        if events is None:
            yield Difference(number, f"there is no such case, {name}")
        elif version not in events or head not in _known_as(events[version]):
            yield Difference(number, f"its first {version} events are not {name}")
        elif any(
            row.recorded_at < seal.at - SETTLED - timedelta(minutes=5)
            for sequence, row in events.items()
            if sequence > version
        ):
            yield Difference(number, f"events after seal {seal.number} say that they were before")


def _known_as(event: CaseEvent) -> tuple[str | None, ...]:
    """The hashes by which seals may know an event: its own, and where it was encrypted since, the
    one before. Who changes an event makes its own hash wrong, whatever the other says."""
    return event.hash, event.earlier_hash


def _missing(
    session: Session, key: Any, digest: Any, wanted: Mapping[Any, str]
) -> Iterator[tuple[Any, str]]:
    keys = list(wanted)
    for place in range(0, len(keys), CHUNK):
        some = keys[place : place + CHUNK]
        rows = session.execute(select(key, digest).where(key.in_(some)))
        found = {name: value for name, value in rows}  # noqa: C416 - rows
        yield from ((name, wanted[name]) for name in some if found.get(name) != wanted[name])
