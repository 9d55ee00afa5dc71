"""The table of applications that are not sent yet."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import BigId, EncryptedText, Model, UtcDateTime


class ApplicationDraft(Model):
    """An application being filled in: found by the secret in its link, gone after seven days.

    `content` is what was typed, as JSON, encrypted; emptied once it has become a case.
    `code_shown_at` is when the tracking code was first shown.
    """

    __tablename__ = "application_drafts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code_shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
