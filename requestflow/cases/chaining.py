"""Chaining events of earlier versions, whose hashes anybody could compute, under the key of the
database."""

from collections.abc import Iterator

from sqlalchemy import bindparam, select, update

from requestflow.cases.events import GENESIS, event_hash
from requestflow.cases.models import Case, CaseEvent
from requestflow.foundation import data_key, db

BATCH = 500


def chain_under_key() -> Iterator[tuple[int, list[str]]]:
    """Chains all cases under the key that are not yet, a batch a transaction: how many, and the
    numbers of those whose chain was not whole, which stay as they are and are named by `verify`.
    Broken off and begun again, it goes on where it stood."""
    after = 0
    while True:
        with db.transaction() as session:
            query = select(Case.id, Case.number, Case.head_hash)
            query = query.where(Case.chain_keyed.is_(False), Case.id > after)
            cases = session.execute(query.order_by(Case.id).limit(BATCH)).all()
            if not cases:
                return
            events: dict[int, list[CaseEvent]] = {case.id: [] for case in cases}
            rows = select(CaseEvent).where(CaseEvent.case_id.in_(events))
            for row in session.scalars(rows.order_by(CaseEvent.case_id, CaseEvent.sequence)):
                events[row.case_id].append(row)
            broken, changed, heads = [], [], []
            for case in cases:
                chained = _chained(case.number, case.head_hash, events[case.id])
                if chained is None:
                    broken.append(case.number)
                    continue
                changed += chained
                head = chained[-1]["new_hash"] if chained else GENESIS
                heads.append({"of": case.id, "head": head})
            _store(changed, heads)
            after = cases[-1].id
            session.expunge_all()
        yield len(heads), broken


def _chained(number: str, head: str, events: list[CaseEvent]) -> list[dict[str, object]] | None:
    """The rows of the same events under the key; None where the chain is not whole."""
    key, plain, keyed = data_key("chain"), GENESIS, GENESIS
    rows: list[dict[str, object]] = []
    for place, row in enumerate(events, 1):
        said = (number, row.sequence, row.kind, row.day, row.recorded_at, row.actor, row.data)
        whole = row.sequence == place and row.previous_hash == plain
        plain = event_hash(plain, *said)
        if not whole or row.hash != plain:
            return None
        rows.append({"of": row.id, "before": keyed, "new_hash": event_hash(keyed, *said, key=key)})
        keyed = str(rows[-1]["new_hash"])
    return rows if plain == head else None


def _store(changed: list[dict[str, object]], heads: list[dict[str, object]]) -> None:
    connection = db.session().connection()
    if changed:
        table = CaseEvent.__table__
        connection.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("of"))
            .values(previous_hash=bindparam("before"), hash=bindparam("new_hash")),
            changed,
        )
    if heads:
        table = Case.__table__
        connection.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("of"))
            .values(head_hash=bindparam("head"), chain_keyed=True),
            heads,
        )
