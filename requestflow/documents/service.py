"""Taking files in, listing them, handing them over from a draft to its case, clearing up."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    delete,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from requestflow.documents.contents import require_harmless
from requestflow.documents.kinds import DocumentRefused, safe_name, told_by_content
from requestflow.documents.models import Document
from requestflow.documents.scanning import Scanner
from requestflow.documents.store import Received, Store, TooLarge
from requestflow.foundation import OtherKey, RecordKey, db, decrypted_file, encryption, text

MEGABYTE = 1024 * 1024
MOST_FILES = 100
ANY_SIZE = 1 << 40
BATCH = 500
SHORTEST_TOKEN = 100


@dataclass(frozen=True)
class Incoming:
    """A file whose content is kept and that belongs to nothing yet; `size` in bytes. The content
    lies under `stored_as`, encrypted under `file_key`, itself encrypted."""

    name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str
    file_key: bytes


@dataclass(frozen=True)
class Documents:
    """The files of an installation: the store, the scanner that looks at each first, and how many
    megabytes a file and all files of a case may have."""

    store: Store
    scanner: Scanner
    file_megabytes: int = 20
    case_megabytes: int = 100

    @property
    def most_of_a_case(self) -> int:
        """How many bytes all files of a case may have."""
        return self.case_megabytes * MEGABYTE

    def receive(self, stream: IO[bytes], name: str) -> Incoming:
        """Takes in one file's content, looks at it and keeps it; DocumentRefused says why not.

        Outside any transaction: a slow sender or scanner must hold up nobody. What is never
        attached is cleared away.
        """
        shown = safe_name(name)
        try:
            with self.store.receive(stream, self.file_megabytes * MEGABYTE) as received:
                kind = told_by_content(received.path, shown)
                require_harmless(received.path, kind.media_type, shown)
                self.scanner.check(received.path)
                stored_as, file_key = self._keep_encrypted(received)
        except TooLarge as error:
            raise DocumentRefused(
                text("'%(name)s' is larger than %(most)s MB.", name=shown, most=self.file_megabytes)
            ) from error
        return Incoming(shown, kind.media_type, received.size, received.sha256, stored_as, file_key)

    def _keep_encrypted(self, received: Received) -> tuple[str, bytes]:
        """Keeps a received file under a key of its own: where it lies, and the key as it is
        kept."""
        key = RecordKey.make(_about(received.sha256))
        with self.store.encrypted(received, key.secret) as sealed:
            self.store.keep(sealed)
        return sealed.sha256, key.wrapped("file")

    def attach(
        self,
        session: Session,
        incoming: Incoming,
        purpose: str,
        now: datetime,
        *,
        case_id: int | None = None,
        draft_id: int | None = None,
        from_applicant: bool = True,
    ) -> Document:
        """Gives a received file to a draft or a case, whose row the caller holds (or that is
        opened in the same transaction); DocumentRefused where there is no room."""
        number, used = _used(session, case_id, draft_id)
        self._require_room(number, used, incoming.size)
        document = _document(incoming, purpose, now, case_id, draft_id, from_applicant)
        session.add(document)
        session.flush()
        return document

    def _require_room(self, number: int, used: int, size: int) -> None:
        """Raises DocumentRefused where a case or draft with so many files and bytes takes no
        more."""
        if size > self.most_of_a_case - used:
            raise DocumentRefused(
                text(
                    "The files of a case must total no more than %(most)s MB.",
                    most=self.case_megabytes,
                )
            )
        if number >= MOST_FILES:
            raise DocumentRefused(
                text("A case can have no more than %(number)s files.", number=MOST_FILES)
            )

    def attach_all(
        self,
        session: Session,
        incoming: Sequence[Incoming],
        purpose: str,
        now: datetime,
        *,
        case_id: int,
        from_applicant: bool,
    ) -> list[Document]:
        """The same for several files of a case, such as a letter for Word and as PDF."""
        number, used = _used(session, case_id, None)
        self._require_room(number + len(incoming) - 1, used, sum(item.size for item in incoming))
        documents = [
            _document(item, purpose, now, case_id, None, from_applicant) for item in incoming
        ]
        session.add_all(documents)
        session.flush()
        return documents

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
        """Both at once, for content that is at hand; DocumentRefused says why not."""
        return self.attach(
            session,
            self.receive(stream, name),
            purpose,
            now,
            case_id=case_id,
            draft_id=draft_id,
            from_applicant=from_applicant,
        )

    def open(self, document: Document) -> IO[bytes]:
        """The content of a document; FileNotFoundError, OtherKey."""
        return open_content(self.store, document)

    def open_hash(self, sha256: str) -> IO[bytes]:
        """The content of any document of that hash; FileNotFoundError, OtherKey."""
        query = select(Document).where(Document.sha256 == sha256).order_by(Document.id.desc())
        document = db.session().scalars(query.limit(1)).first()
        if document is None:
            raise FileNotFoundError(sha256)
        return self.open(document)

    def content(self, incoming: Incoming) -> IO[bytes]:
        """The content of a file that belongs to nothing yet."""
        return open_content(self.store, incoming)

    @contextmanager
    def as_file(self, document: Document) -> Iterator[Path]:
        """The content of a document as a file of its own, for the time of a block."""
        with self.open(document) as content, self.store.in_clear(content) as path:
            yield path

    def encrypt_earlier(self) -> int:
        """Encrypts the contents that an earlier version kept in clear, each in a transaction; how
        many. Passes over what is done, and over what is missing, which `verify` names."""
        after = done = 0
        while True:
            session = db.session()
            query = select(Document.id, Document.sha256).where(Document.id > after)
            query = query.where(Document.file_key.is_(None)).order_by(Document.id).limit(BATCH)
            rows = session.execute(query).all()
            session.rollback()
            if not rows:
                return done
            after = rows[-1].id
            done += sum(self._encrypt(row.id, row.sha256) for row in rows)

    def _encrypt(self, document_id: int, sha256: str) -> bool:
        try:
            with self.store.open(sha256) as content, self.store.receive(content, ANY_SIZE) as again:
                if again.sha256 != sha256:
                    return False  # somebody changed it, which encrypting would hide
                stored_as, file_key = self._keep_encrypted(again)
        except FileNotFoundError:
            return False
        with db.transaction() as session:
            values = {"stored_as": stored_as, "file_key": file_key}
            session.execute(update(Document).where(Document.id == document_id).values(values))
        self.destroy([sha256])
        return True

    def remove(self, session: Session, document: Document) -> None:
        """Takes a file out of a draft; its content goes when nothing else refers to it."""
        session.delete(document)
        session.flush()

    def destroy(self, contents: Iterable[str]) -> None:
        """Removes contents at once, those aside to which a document still refers."""
        for sha256 in contents:
            with db.transaction() as session:
                query = select(Document.id).where(Document.stored_as == sha256).limit(1)
                if session.scalar(query) is None:
                    self.store.path(sha256).unlink(missing_ok=True)

    def clear(self) -> int:
        """Removes contents that no document refers to (an hour after they came); how many."""
        removed = 0
        for sha256 in self.store.older_than():
            # One transaction each, so that nobody refers to it between the look and the removal.
            with db.transaction() as session:
                query = select(Document.id).where(Document.stored_as == sha256).limit(1)
                if session.scalar(query) is None:
                    removed += self.store.remove_old(sha256)
        return removed


def _document(
    incoming: Incoming,
    purpose: str,
    now: datetime,
    case_id: int | None,
    draft_id: int | None,
    from_applicant: bool,
) -> Document:
    return Document(
        key=secrets.token_hex(16),
        case_id=case_id,
        draft_id=draft_id,
        purpose=purpose,
        name=incoming.name,
        media_type=incoming.media_type,
        size=incoming.size,
        sha256=incoming.sha256,
        stored_as=incoming.stored_as,
        file_key=incoming.file_key,
        from_applicant=from_applicant,
        added_at=now,
    )


def _used(session: Session, case_id: int | None, draft_id: int | None) -> tuple[int, int]:
    if case_id is None and draft_id is None:
        return 0, 0
    query = select(func.count(), func.coalesce(func.sum(Document.size), 0))
    number, used = session.execute(query.where(_of(case_id, draft_id))).one()
    return int(number), int(used)


def _of(case_id: int | None, draft_id: int | None) -> ColumnElement[bool]:
    if case_id is not None:
        return Document.case_id == case_id
    return Document.draft_id == draft_id


def bytes_of_drafts(session: Session) -> int:
    """How many bytes the files of all applications have that were not sent."""
    query = select(func.coalesce(func.sum(Document.size), 0)).where(Document.draft_id.is_not(None))
    return int(session.scalar(query) or 0)


_OF_CASE = select(Document).where(Document.case_id == bindparam("case_id")).order_by(Document.id)


def documents_of_case(session: Session, case_id: int) -> Sequence[Document]:
    """The files of a case, in the order they came."""
    return list(session.scalars(_OF_CASE, {"case_id": case_id}))


def open_content(store: Store, document: Document | Incoming) -> IO[bytes]:
    """The content of a file in a store; FileNotFoundError, OtherKey."""
    content = store.open(document.stored_as)
    if document.file_key is None:
        return content
    key = RecordKey.unwrapped(bytes(document.file_key), "file", _about(document.sha256))
    return decrypted_file(content, key.secret)


def _about(sha256: str) -> str:
    """What the key of a file is bound to."""
    return f"file {sha256}"


def encrypt_earlier_names() -> None:
    """Encrypts the names of files that an earlier version kept in clear, a batch a transaction;
    passes over what is done."""
    after = 0
    kept = type_coerce(Document.name, Text)
    while True:
        with db.transaction() as session:
            query = select(Document.id, kept.label("kept")).where(Document.id > after)
            rows = session.execute(query.order_by(Document.id).limit(BATCH)).all()
            if not rows:
                return
            after = rows[-1].id
            in_clear = [
                {"id": row.id, "name": row.kept} for row in rows if not _is_encrypted(row.kept)
            ]
            if in_clear:
                session.execute(update(Document), in_clear)


def _is_encrypted(kept: str) -> bool:
    try:
        encryption.cipher.decrypt(kept.encode())
    except OtherKey:
        # Encrypted with a key that is not there, or a name; tokens begin so and names are short.
        return kept.startswith("gAAAA") and len(kept) >= SHORTEST_TOKEN
    return True


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


def forget_documents(session: Session, case_id: int, but: str) -> list[str]:
    """Takes all files out of a case but those for a purpose, and destroys their keys; where their
    contents lie, which are to be destroyed."""
    of_case = (Document.case_id == case_id, Document.purpose != but)
    contents = list(session.scalars(select(Document.stored_as).where(*of_case)))
    session.execute(delete(Document).where(*of_case))
    return contents


def document_references(documents: Iterable[Document]) -> list[dict[str, object]]:
    """Files as an event names them."""
    return [
        {"key": item.key, "name": item.name, "sha256": item.sha256, "size": item.size}
        for item in documents
    ]


def document_by_key(session: Session, key: str) -> Document | None:
    """The file of that key, or None."""
    return session.scalar(select(Document).where(Document.key == key))
