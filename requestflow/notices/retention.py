"""Forgetting messages and notices whose time is over: they say who asked what."""

from datetime import datetime

from sqlalchemy import delete, select

from requestflow.foundation import db
from requestflow.notices.models import Message, Notice

BATCH = 500


def clear_messages(before: datetime) -> int:
    """Removes messages that were sent, or could not be, and notices, from before a moment; how many
    messages. What still waits is kept."""
    return _clear(Message, Message.created_at, before, Message.status != "waiting") + _clear(
        Notice, Notice.at, before
    )


def _clear(table: type[Message] | type[Notice], at: object, before: datetime, *also: object) -> int:
    """Removes the oldest rows, a batch a transaction: keys grow with time, so that nothing young is
    looked at."""
    after = removed = 0
    while True:
        with db.transaction() as session:
            query = select(table.id, at).where(table.id > after)  # type: ignore[call-overload]
            rows = session.execute(query.order_by(table.id).limit(BATCH)).all()
            old = [row.id for row in rows if row[1] < before]
            if not old:
                return removed
            gone = delete(table).where(table.id.in_(old), *also)  # type: ignore[arg-type]
            done = session.execute(gone.execution_options(synchronize_session=False))
            removed += done.rowcount  # type: ignore[attr-defined]
            after = old[-1]
