"""Encrypting what was written in cases of earlier versions, each under a key of its own, and
chaining their events anew under the key of the database."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from requestflow.cases.events import GENESIS, canonical, event_hash
from requestflow.cases.models import Case, CaseEvent, CaseWords
from requestflow.cases.queries import parties_of
from requestflow.cases.search_words import words_of_party, words_of_subject, words_row
from requestflow.cases.written import CaseCipher
from requestflow.foundation import data_key, db

BATCH = 500
Row = dict[str, Any]


def encrypt_earlier_cases() -> Iterator[tuple[int, list[str]]]:
    """Encrypts all cases that are not yet, a batch a transaction: how many, and the numbers of
    those whose chain was not whole, which stay as they are and are named by `verify`. Broken off
    and begun again, it goes on where it stood."""
    after = 0
    while True:
        with db.transaction() as session:
            query = select(Case).where(Case.record_key.is_(None), Case.forgotten_on.is_(None))
            query = query.where(Case.id > after).order_by(Case.id).limit(BATCH)
            cases = session.scalars(query).all()
            if not cases:
                return
            after = cases[-1].id
            done, broken = _encrypt(session, cases)
            session.expunge_all()
        yield done, broken


def _encrypt(session: Session, cases: Sequence[Case]) -> tuple[int, list[str]]:
    events: dict[int, list[CaseEvent]] = {case.id: [] for case in cases}
    rows = select(CaseEvent).where(CaseEvent.case_id.in_(events))
    for row in session.scalars(rows.order_by(CaseEvent.case_id, CaseEvent.sequence)):
        events[row.case_id].append(row)
    parties = parties_of(session, list(events))
    broken, changed, stored, words = [], list[Row](), list[Row](), list[Row]()
    for case in cases:
        cipher = CaseCipher.make(case.number)
        chained = _chained(case, events[case.id], cipher)
        if chained is None:
            broken.append(case.number)
            continue
        changed += chained
        stored.append(
            {
                "of": case.id,
                "head": chained[-1]["new_hash"] if chained else GENESIS,
                "kept": cipher.encrypt(case.subject),
                "key": cipher.record_key(),
            }
        )
        words.append(words_row(case.id, words_of_subject(case.subject)))
        if case.id in parties:
            words.append(words_row(case.id, words_of_party(parties[case.id])))
    _store(session, changed, stored)
    session.execute(delete(CaseWords).where(CaseWords.case_id.in_(events)))
    if words:
        session.execute(insert(CaseWords), words)
    return len(stored), broken


def _chained(case: Case, events: list[CaseEvent], cipher: CaseCipher) -> list[Row] | None:
    """The rows of the same events, encrypted and under the key; None where the chain is not
    whole."""
    key = data_key("chain")
    earlier_key = key if case.chain_keyed else None
    earlier, head = GENESIS, GENESIS
    rows: list[Row] = []
    for place, row in enumerate(events, 1):
        said = (case.number, row.sequence, row.kind, row.day, row.recorded_at, row.actor)
        whole = row.sequence == place and row.previous_hash == earlier
        earlier = event_hash(earlier, *said, row.data, key=earlier_key)
        if not whole or row.hash != earlier:
            return None
        data = canonical(cipher.encrypted(row.kind, json.loads(row.data)))
        before, head = head, event_hash(head, *said, data, key=key)
        rows.append(
            {
                "of": row.id,
                "kept": data,
                "before": before,
                "new_hash": head,
                "known_as": row.hash if case.chain_keyed else None,
            }
        )
    return rows if earlier == case.head_hash else None


def _store(session: Session, changed: list[Row], stored: list[Row]) -> None:
    connection = session.connection()
    if changed:
        table = CaseEvent.__table__
        connection.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("of"))
            .values(
                data=bindparam("kept"),
                previous_hash=bindparam("before"),
                hash=bindparam("new_hash"),
                earlier_hash=bindparam("known_as"),
            ),
            changed,
        )
    if stored:
        table = Case.__table__
        connection.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("of"))
            .values(
                head_hash=bindparam("head"),
                chain_keyed=True,
                subject=bindparam("kept"),
                record_key=bindparam("key"),
            ),
            stored,
        )
