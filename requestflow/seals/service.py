"""Sealing (封存): a signed line a day over the heads of all cases (whose events name their files),
reports and the audit trail. Each names the one before, so that an office that keeps one elsewhere
can prove what stood in the records on that day."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from requestflow.accounts import AuditEntry
from requestflow.cases import Case, canonical
from requestflow.foundation import data_key, db
from requestflow.reporting import ReportSnapshot
from requestflow.seals.models import Seal, SealedCase

MOST = 5_000
"""Cases that one seal names; there are as many seals as it takes."""
SETTLED = timedelta(minutes=10)
"""Rows without a chain are sealed when they are older: one with a lower number may still be
written."""
DAILY = timedelta(hours=20)
"""How long after a seal the next one is due."""
GENESIS = "0" * 64


@dataclass(frozen=True)
class Span:
    """Rows of the audit trail, from one key to another, both included: how many there are, the
    SHA-256 (hex) over them, and the moment of the first (ISO 8601)."""

    first: int
    last: int
    count: int
    digest: str
    since: str


def seal_is_due(session: Session, now: datetime) -> bool:
    """Whether the last seal is from another day."""
    last = session.scalar(select(func.max(Seal.at)))
    return last is None or now - last > DAILY


def make_seals(now: datetime, folder: Path) -> list[Seal]:
    """Seals what was recorded since the last seal, one transaction each, and keeps a copy of each
    in a folder, out of reach of whoever has the database alone; the seals that were made."""
    made: list[Seal] = []
    while True:
        with db.transaction() as session:
            seal, whole = _make(session, now)
        made.append(seal)
        keep_copy(folder, seal)
        if whole:
            return made


def keep_copy(folder: Path, seal: Seal) -> None:
    """Writes a seal beside the database; a copy that is there already stays as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{seal.number:06d}.json"
    if not path.exists():
        copy = {"content": seal.content, "hash": seal.hash, "signature": seal.signature}
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps(copy, ensure_ascii=False), encoding="utf-8")
        aside.replace(path)


def public_key() -> str:
    """The key (Ed25519, hex) by which signatures are checked, also elsewhere."""
    raw = _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return raw.hex()


def signature_of(digest: str) -> str:
    """The signature (hex) of a seal's hash."""
    return _private_key().sign(digest.encode()).hex()


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(data_key("seal"))


def audit_span(session: Session, first: int, last: int) -> Span:
    """The rows of the audit trail between two keys."""
    digest, count, since = hashlib.sha256(), 0, ""
    query = (
        select(AuditEntry)
        .where(AuditEntry.id.between(first, last))
        .order_by(AuditEntry.id)
        .execution_options(yield_per=1000)
    )
    for row in session.scalars(query):
        line = (
            row.id,
            row.at.isoformat(),
            row.actor,
            row.action,
            row.subject,
            row.reason,
            row.address,
            row.session_id,
        )
        digest.update(canonical(line).encode())
        count, since = count + 1, since or row.at.isoformat()
    return Span(first, last, count, digest.hexdigest(), since)


def _make(session: Session, now: datetime) -> tuple[Seal, bool]:
    """The next seal, and whether nothing is left for another."""
    before = session.scalar(select(Seal).order_by(Seal.number.desc()).limit(1).with_for_update())
    to = json.loads(before.content)["to"] if before else {}
    cases = _changed_cases(session)
    settled = now - SETTLED
    snapshots = _new_snapshots(session, to.get("snapshots", 0), settled)
    audit = _new_audit_span(session, to.get("audit", 0), settled)
    number = before.number + 1 if before else 1
    content = canonical(
        {
            "number": number,
            "at": now.isoformat(),
            "previous": before.hash if before else GENESIS,
            "key": public_key(),
            "cases": [[row.number, row.version, row.head_hash] for row in cases],
            "snapshots": [[row.id, row.hash] for row in snapshots],
            "audit": astuple(audit) if audit else None,
            "to": {
                "snapshots": snapshots[-1].id if snapshots else to.get("snapshots", 0),
                "audit": audit.last if audit else to.get("audit", 0),
            },
        }
    )
    digest = hashlib.sha256(content.encode()).hexdigest()
    seal = Seal(number=number, at=now, content=content, hash=digest, signature=signature_of(digest))
    session.add(seal)
    _remember(session, cases)
    session.flush()
    return seal, len(cases) < MOST


def _changed_cases(session: Session) -> Sequence[Any]:
    query = (
        select(Case.id, Case.number, Case.version, Case.head_hash)
        .outerjoin(SealedCase, SealedCase.case_id == Case.id)
        .where(or_(SealedCase.case_id.is_(None), SealedCase.head_hash != Case.head_hash))
        .order_by(Case.id)
        .limit(MOST)
    )
    return session.execute(query).all()


def _remember(session: Session, cases: Sequence[Any]) -> None:
    for some in _in_parts(cases, 400):
        session.execute(delete(SealedCase).where(SealedCase.case_id.in_([c.id for c in some])))
        session.execute(
            insert(SealedCase), [{"case_id": c.id, "head_hash": c.head_hash} for c in some]
        )


def _in_parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for place in range(0, len(rows), size):
        yield rows[place : place + size]


def _new_snapshots(session: Session, after: int, until: datetime) -> Sequence[Any]:
    query = select(ReportSnapshot.id, ReportSnapshot.hash).where(
        ReportSnapshot.id > after, ReportSnapshot.taken_at < until
    )
    return session.execute(query.order_by(ReportSnapshot.id)).all()


def _new_audit_span(session: Session, after: int, until: datetime) -> Span | None:
    query = select(func.min(AuditEntry.id), func.max(AuditEntry.id))
    first, last = session.execute(query.where(AuditEntry.id > after, AuditEntry.at < until)).one()
    return audit_span(session, first, last) if last else None
