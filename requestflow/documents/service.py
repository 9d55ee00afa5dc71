"""Taking files in, listing them, handing them over from a draft to its case, clearing up."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from requestflow.documents.kinds import DocumentRefused, safe_name, told_by_content
from requestflow.documents.models import Document
from requestflow.documents.scanning import Scanner
from requestflow.documents.store import Store, TooLarge
from requestflow.foundation import text

MEGABYTE = 1024 * 1024
MOST_OF_A_FILE = 20 * MEGABYTE
MOST_OF_A_CASE = 100 * MEGABYTE


@dataclass(frozen=True)
class Documents:
    """The files of an installation: the store, and the scanner that looks at each first."""

    store: Store
    scanner: Scanner

    def add(
        self,
        session: Session,
        stream: IO[bytes],
        name: str,
        purpose: str,
        now: datetime,
        *,
        case_id: int | None = None,
        draft_id: int | None = None,
        from_applicant: bool = True,
    ) -> Document:
        """Takes in one file for a case or a draft (or for a case that is opened in the same
        transaction); DocumentRefused says why not."""
        shown = safe_name(name)
        room = MOST_OF_A_CASE - _used(session, case_id, draft_id)
        try:
            with self.store.receive(stream, MOST_OF_A_FILE) as received:
                if received.size > room:
                    raise DocumentRefused(
                        text("All files of a case together may be at most 100 MB.")
                    )
                kind = told_by_content(received.path, shown)
                self.scanner.check(received.path)
                self.store.keep(received)
        except TooLarge as error:
            raise DocumentRefused(text("'%(name)s' is larger than 20 MB.", name=shown)) from error
        document = Document(
            key=secrets.token_hex(16),
            case_id=case_id,
            draft_id=draft_id,
            purpose=purpose,
            name=shown,
            media_type=kind.media_type,
            size=received.size,
            sha256=received.sha256,
            from_applicant=from_applicant,
            added_at=now,
        )
        session.add(document)
        session.flush()
        return document

    def open(self, document: Document) -> IO[bytes]:
        """The content of a document."""
        return self.store.open(document.sha256)

    def remove(self, session: Session, document: Document) -> None:
        """Takes a file out of a draft; its content goes when nothing else refers to it."""
        session.delete(document)
        session.flush()

    def clear(self, session: Session) -> int:
        """Removes contents that no document refers to (a day after they came); how many."""
        removed = 0
        for sha256 in self.store.older_than():
            if session.scalar(select(Document.id).where(Document.sha256 == sha256).limit(1)):
                continue
            self.store.remove(sha256)
            removed += 1
        return removed


def _used(session: Session, case_id: int | None, draft_id: int | None) -> int:
    if case_id is None and draft_id is None:
        return 0
    query = select(func.coalesce(func.sum(Document.size), 0)).where(_of(case_id, draft_id))
    return int(session.scalar(query) or 0)


def _of(case_id: int | None, draft_id: int | None) -> ColumnElement[bool]:
    if case_id is not None:
        return Document.case_id == case_id
    return Document.draft_id == draft_id


def documents_of_case(session: Session, case_id: int) -> Sequence[Document]:
    """The files of a case, in the order they came."""
    return list(
        session.scalars(select(Document).where(Document.case_id == case_id).order_by(Document.id))
    )


def documents_of_draft(session: Session, draft_id: int) -> Sequence[Document]:
    """The files of a draft, in the order they came."""
    return list(
        session.scalars(select(Document).where(Document.draft_id == draft_id).order_by(Document.id))
    )


def give_to_case(session: Session, documents: Iterable[Document], case_id: int) -> None:
    """Hands the files of a draft over to the case it became."""
    ids = [document.id for document in documents]
    if ids:
        session.execute(
            update(Document).where(Document.id.in_(ids)).values(case_id=case_id, draft_id=None)
        )


def named(documents: Iterable[Document]) -> list[dict[str, object]]:
    """Files as an event names them."""
    return [
        {"key": item.key, "name": item.name, "sha256": item.sha256, "size": item.size}
        for item in documents
    ]


def document_by_key(session: Session, key: str) -> Document | None:
    """The file of that key, or None."""
    return session.scalar(select(Document).where(Document.key == key))
