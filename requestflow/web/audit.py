"""Recording on a page that only reads that somebody looked at personal data."""

from requestflow.accounts import Actor, record_access
from requestflow.foundation import db
from requestflow.web.context import application


def record(actor: Actor, action: str, subject: str, reason: str | None = None) -> None:
    """Writes one line of the audit trail in a transaction of its own: after what takes long was
    made, and before it is handed out."""
    with db.transaction() as session:
        record_access(session, actor, action, subject, application().now(), reason)
