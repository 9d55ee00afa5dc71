"""What an applicant does not want mail about. What the law requires to be told is told always."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.foundation import BigId, Model, UtcDateTime

REQUIRED = frozenset(
    {
        "received",  # the receipt with the day to answer by
        "clarification_requested",  # Order 711 art. 30
        "clarification_lapsed",  # 30
        "reasons_requested",  # 35
        "delay_set",  # 35
        "extended",  # 33
        "fee_notified",  # 42
        "fee_defaulted",  # 42
        "transferred",  # 36(5)
        "redirected",  # 36(5)
        "delivered",  # 33, 36
        "due_days_moved",
    }
)
"""The steps that the law wants told, or on which a day of the applicant hangs."""


class MailPreference(Model):
    """That the applicant of a case wants mail only about what the law requires."""

    __tablename__ = "silences"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def wants_required_mail_only(session: Session, case_id: int) -> bool:
    """Whether only what is required is mailed."""
    return session.get(MailPreference, case_id) is not None


def set_mail_preference(session: Session, case_id: int, wanted: bool, now: datetime) -> None:
    """Turns mail about the rest on (`wanted`) or off."""
    row = session.get(MailPreference, case_id)
    if wanted and row is not None:
        session.delete(row)
    if not wanted and row is None:
        session.add(MailPreference(case_id=case_id, since=now))
    session.flush()
