"""The table of documents."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import BigId, EncryptedText, Model, UtcDateTime


class Document(Model):
    """A file that belongs to a case, or to a draft until the draft is sent.

    `key` is what addresses and events call it; `sha256` is that of its content, `size` in bytes.
    The content lies under `stored_as`, encrypted under `file_key`, itself encrypted: a file comes
    before its case, and has a key of its own. Without one an earlier version kept it in clear.
    `purpose` says what it was handed in or out for.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_case", "case_id", "id"),
        Index("ix_documents_draft", "draft_id", "id"),
        Index("ix_documents_content", "sha256"),
        Index("ix_documents_stored", "stored_as"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id"))
    draft_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("application_drafts.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(EncryptedText)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(64), server_default="")
    file_key: Mapped[bytes | None]
    from_applicant: Mapped[bool]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
