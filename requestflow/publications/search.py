"""Finding what was published or answered: bigrams for Chinese, words for the rest, one function
for both databases (SQLite FTS5, PostgreSQL tsvector)."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    table,
    tuple_,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.foundation import bigrams
from requestflow.publications.models import Findable

MOST = 50
MOST_WORDS = 40
ENOUGH = 3
HALF = 0.5
NEAREST = 5
# In nearly every application, so that they tell nothing apart.
COMMON = frozenset({"申请", "请公", "公开", "开政", "政府", "府信", "信息", "关于", "情况", "有关"})

_INDEX = table("findables_index", column("rowid"))


@dataclass(frozen=True)
class SearchResult:
    """One thing found; `share` is how much of what was asked it holds, 0 to 1."""

    kind: str
    reference: str
    title: str
    summary: str | None
    link: str | None
    day: date
    unit_code: str
    unit_name: str
    share: float


def find(
    session: Session, requested: str, unit_path: str = "", most: int = MOST
) -> Sequence[SearchResult]:
    """What fits best, best first: all words where that finds enough, else most of them, else the
    few that come nearest."""
    words = list(dict.fromkeys(bigrams(requested)))[:MOST_WORDS]
    words = [word for word in words if word not in COMMON] or words
    if not words:
        return []
    rows = _matching(session, words, unit_path, most, every=True)
    if len(rows) < ENOUGH and len(words) > 1:
        rows = _matching(session, words, unit_path, most, every=False)
    results = [_found(row, words) for row in rows]
    ranked = sorted(results, key=lambda item: -item.share)
    return [item for item in ranked if item.share >= HALF][:most] or ranked[:NEAREST]


_FOUND = select(
    Findable.kind,
    Findable.reference,
    Findable.title,
    Findable.summary,
    Findable.link,
    Findable.day,
    Findable.words,
    Unit.code,
    Unit.name,
).join(Unit, Unit.id == Findable.unit_id)


@cache
def _statement(dialect: str, of_unit: bool) -> Select[*tuple[Any, ...]]:
    """What asks the search's index, as each kind of database has it."""
    query: Select[*tuple[Any, ...]] = _FOUND
    if of_unit:
        above = func.substr(Unit.path, 1, bindparam("length"))
        query = query.where(above == bindparam("path"))
    if dialect == "postgresql":
        requested = func.to_tsquery("simple", bindparam("asked"))
        vector = func.to_tsvector(sql("'simple'"), Findable.words)
        query = query.where(vector.op("@@")(requested))
        query = query.order_by(func.ts_rank(vector, requested).desc(), Findable.id.desc())
    else:
        query = query.join(_INDEX, _INDEX.c.rowid == Findable.id)
        query = query.where(sql("findables_index MATCH :asked"))
        query = query.order_by(sql("bm25(findables_index)"), Findable.id.desc())
    return query.limit(bindparam("most", type_=Integer))


def _matching(
    session: Session, words: Sequence[str], unit_path: str, most: int, *, every: bool
) -> Sequence[Any]:
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        asked = (" & " if every else " | ").join(words)
    else:
        asked = (" AND " if every else " OR ").join(f'"{word}"' for word in words)
    given: dict[str, Any] = {"asked": asked, "most": most}
    if unit_path:
        given |= {"path": unit_path, "length": len(unit_path)}
    return session.execute(_statement(dialect, bool(unit_path)), given).all()


def _found(row: Any, words: Sequence[str]) -> SearchResult:
    held = set(row.words.split())
    share = sum(word in held for word in words) / len(words)
    return SearchResult(
        row.kind,
        row.reference,
        row.title,
        row.summary,
        row.link,
        row.day,
        row.code,
        row.name,
        share,
    )


def remember(
    session: Session, rows: Iterable[dict[str, Any]], unheard_of: Container[str] = ()
) -> None:
    """Lets things be found; what was there under the same kind and reference is replaced. Of the
    references that are `unheard_of` nothing can be there."""
    fresh = {(row["kind"], row["reference"]): row for row in rows}
    forget(session, [key for key in fresh if key[1] not in unheard_of])
    if fresh:
        session.execute(
            insert(Findable.__table__),  # type: ignore[arg-type]
            [
                {
                    "summary": None,
                    "category": None,
                    "link": None,
                    **row,
                    "words": " ".join(bigrams(f"{row['title']} {row.get('summary') or ''}")),
                }
                for row in fresh.values()
            ],
        )


def forget(session: Session, keys: Iterable[tuple[str, str]]) -> None:
    """Takes things out of the search, by kind and reference."""
    gone = list(keys)
    for place in range(0, len(gone), 400):
        pairs = gone[place : place + 400]
        session.execute(
            delete(Findable).where(tuple_(Findable.kind, Findable.reference).in_(pairs))
        )
