"""What was written in cases of earlier versions is encrypted, and their chains are made anew under
the key, if they were whole; nothing else of the cases changes."""

import pytest
from sqlalchemy import func, select, update

from requestflow.application import Application
from requestflow.cases import (
    Case,
    CaseEvent,
    Difference,
    canonical,
    cipher_of,
    encrypt_earlier_cases,
    encrypting,
    event_of,
    verify,
)
from requestflow.cases.events import GENESIS, event_hash
from requestflow.foundation import db


@pytest.fixture
def earlier(demo: Application) -> Application:
    """The sample data as an earlier version chained them."""
    with demo.context(), db.transaction() as session:
        query = select(CaseEvent, Case.number).join(Case, Case.id == CaseEvent.case_id)
        heads: dict[int, str] = {}
        for row, number in session.execute(query.order_by(CaseEvent.case_id, CaseEvent.sequence)):
            case = session.get_one(Case, row.case_id)
            row.data = canonical(event_of(row, cipher_of(case)).data)
            said = (number, row.sequence, row.kind, row.day, row.recorded_at, row.actor, row.data)
            row.previous_hash = heads.get(row.case_id, GENESIS)
            row.hash = heads[row.case_id] = event_hash(row.previous_hash, *said)
        session.flush()
        for case_id, head in heads.items():
            case = session.get_one(Case, case_id)
            values = {
                "head_hash": head,
                "chain_keyed": False,
                "subject": cipher_of(case).decrypt(case.subject),
                "record_key": None,
            }
            session.execute(update(Case).where(Case.id == case_id).values(values))
    return demo


def found(app: Application) -> list[Difference]:
    with app.context() as session:
        return [item for item in verify(session) if isinstance(item, Difference)]


def test_all_are_chained_under_the_key(earlier: Application) -> None:
    assert found(earlier)
    with earlier.context():
        told = list(encrypt_earlier_cases())
        cases = db.session().scalar(select(func.count()).select_from(Case))
    assert sum(number for number, _ in told) == cases
    assert [broken for _, broken in told if broken] == []
    assert found(earlier) == []


def test_it_goes_on_where_it_was_broken_off(
    earlier: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encrypting, "BATCH", 100)
    with earlier.context():
        first = next(encrypt_earlier_cases())
    assert first == (100, [])
    with earlier.context():
        assert sum(number for number, _ in encrypt_earlier_cases()) > 0
    assert found(earlier) == []


def test_one_that_was_not_whole_is_named_and_stays_as_it_is(earlier: Application) -> None:
    with earlier.context(), db.transaction() as session:
        row = session.scalars(select(CaseEvent).order_by(CaseEvent.id).limit(1)).one()
        number = session.scalars(select(Case.number).where(Case.id == row.case_id)).one()
        row.actor = "somebody else"
        before = row.hash
    with earlier.context():
        broken = [name for _, names in encrypt_earlier_cases() for name in names]
    assert broken == [number]
    assert {item.number for item in found(earlier)} == {number}
    with earlier.context() as session:
        first = session.scalars(select(CaseEvent).order_by(CaseEvent.id).limit(1)).one()
        assert first.hash == before
