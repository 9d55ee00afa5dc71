"""The record of who looked at what."""

from datetime import datetime

from sqlalchemy.orm import Session

from requestflow.accounts.models import AuditEntry
from requestflow.accounts.policy import Actor


def record_access(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Writes one line of the audit trail into the caller's transaction."""
    session.add(AuditEntry(at=at, actor=actor.name, action=action, subject=subject, reason=reason))
