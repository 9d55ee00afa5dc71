"""Erasing what is kept of people in a case that is over: its key, the applicant's data, its files,
its words, its mails. Number, days, outcome, figures and the chain of its events remain."""

import json
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select, update

from requestflow.accounts import Actor, record_access
from requestflow.cases import Case, CaseView, CaseWords, Party, Step, StepPreview
from requestflow.casework.service import Casework
from requestflow.citizens import CitizenSession, TrackingCode
from requestflow.documents import forget_documents
from requestflow.foundation import OtherKey, db
from requestflow.notices import Message, Notice

Basis = Literal["period_over", "asked_for"]
BATCH = 500


def forget_case(
    casework: Casework,
    actor: Actor,
    case: CaseView | str,
    basis: Basis,
    now: datetime,
    version: int | None = None,
) -> StepPreview:
    """Erases a case that is over; it cannot be undone. What was released of its answer stays
    public. Raises StepRefused where a remedy is open or may still be sought, CaseChanged, Refused,
    NotFound."""
    session = db.session()
    view = casework.cases.load(session, actor, case, version) if isinstance(case, str) else case
    day = casework.cases.day_of(now, view.unit.jurisdiction)
    preview = casework.cases.evaluate(
        session, actor, view, [Step("forgotten", day, {"basis": basis})], now
    )
    with db.transaction() as writing:
        db.overwrite_what_is_deleted(writing)
        casework.cases.append(writing, preview, now, quiet=True)
        contents = forget_documents(writing, view.id, but="release")
        for table in (Party, CaseWords, TrackingCode, CitizenSession):
            writing.execute(delete(table).where(table.case_id == view.id))
        key = update(Case).where(Case.id == view.id).values(record_key=None, subject="")
        writing.execute(key.execution_options(synchronize_session=False))
        record_access(writing, actor, "case erased", view.number, now, basis)
    casework.documents.destroy(contents)
    _forget_messages(Message, view.number)
    _forget_messages(Notice, view.number)
    db.empty_log()
    return preview


def _forget_messages(table: type[Message] | type[Notice], number: str) -> None:
    """Removes what was written to anybody about a case. It is encrypted, and kept for some months:
    so each is looked at."""
    after = 0
    while True:
        session = db.session()
        query = select(table.id).where(table.id > after).order_by(table.id).limit(BATCH)
        ids = list(session.scalars(query))
        session.rollback()
        if not ids:
            return
        after = ids[-1]
        about = [key for key in ids if _is_about(table, key, number)]
        if about:
            with db.transaction() as writing:
                writing.execute(delete(table).where(table.id.in_(about)))


def _is_about(table: type[Message] | type[Notice], key: int, number: str) -> bool:
    try:
        data = db.session().scalar(select(table.data).where(table.id == key))
    except OtherKey:
        return False  # nobody reads it; it goes when its time is over
    return data is not None and number in _texts(json.loads(data))


def _texts(value: Any) -> set[str]:
    """All texts in a message."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return set().union(*map(_texts, value))
    return {value} if isinstance(value, str) else set()
