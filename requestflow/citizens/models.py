"""Tables of what citizens prove themselves with."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import BigId, EncryptedText, Model, UtcDateTime


class TrackingCode(Model):
    """The code (查询码) with which an applicant follows a case; its keyed digest."""

    __tablename__ = "tracking_codes"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CitizenAccount(Model):
    """A citizen who chose to have an account: a mail address that was shown to be theirs, and a
    password if they want one."""

    __tablename__ = "citizen_accounts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(EncryptedText)
    email_digest: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CitizenSession(Model):
    """A browser with which the code of a case was shown, or an account signed in. It keeps a
    secret, of which the SHA-256 stands here; a row that is gone is a session that is over.
    `code_made_at` tells the code that was shown."""

    __tablename__ = "citizen_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("citizen_accounts.id"), index=True
    )
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id"), index=True)
    code_made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SignInLink(Model):
    """A link that was mailed to sign in with: once, and not for long."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(EncryptedText)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
