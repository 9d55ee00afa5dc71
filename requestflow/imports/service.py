"""What a person does with an import: upload, look again, confirm, put aside, take back."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Actor,
    Unit,
    can,
    record_access,
    require,
    sees_subtree,
    unit_by_code,
    within,
)
from requestflow.foundation import Conflict, NotFound, RequestflowError, text
from requestflow.imports.models import AT_WORK, KINDS, TO_DECIDE, Import, Kind
from requestflow.spreadsheets import MOST_BYTES

PAGE = 25
KEPT = timedelta(days=2)
"""How long a file waits for somebody to decide before it is put aside."""
ACTIONS: dict[Kind, str] = {
    "ledger": "case.import",
    "figures": "case.import",
    "units": "unit.import",
    "calendar": "calendar.close",
}


class ImportRefused(RequestflowError):
    """A file that is not taken, at the form's `field`."""

    def __init__(self, field: str, error: RequestflowError) -> None:
        super().__init__(error.text, error.hint)
        self.field = field


@dataclass(frozen=True)
class ImportRequest:
    """What is taken in, and how. `closures`: a calendar file holds closures of one's own
    unit, not the calendar of all; `announced`: years whose notice it holds whole."""

    kind: Kind
    file_name: str
    take_away: bool = False
    skip_faulty: bool = False
    late_reason: str = ""
    closures: bool = False
    announced: tuple[int, ...] = ()


def kinds_open_to(actor: Actor) -> list[Kind]:
    """The kinds of files that somebody may take in."""
    return [kind for kind in KINDS if can(actor, ACTIONS[kind], actor.unit_path)]


def start_import(
    session: Session, actor: Actor, requested: ImportRequest, content: bytes, now: datetime
) -> Import:
    """Keeps a file that waits to be checked; ImportRefused, Refused."""
    if requested.kind not in kinds_open_to(actor) or actor.person_id is None:
        require(actor, ACTIONS.get(requested.kind, "case.import"))
    if not content:
        raise ImportRefused("files", RequestflowError(text("Choose a file.")))
    if len(content) > MOST_BYTES:
        most = text("The file is larger than %(number)s MB.", number=MOST_BYTES >> 20)
        raise ImportRefused("files", RequestflowError(most))
    unit = unit_by_code(session, actor.unit_code)
    row = Import(
        key=secrets.token_hex(16),
        kind=requested.kind,
        file_name=requested.file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        person_id=actor.person_id,
        unit_id=unit.id,
        options=json.dumps(asdict(requested)),
        uploaded_at=now,
        content=content,
    )
    session.add(row)
    session.flush()
    record_access(session, actor, "import uploaded", row.key, now, requested.file_name)
    return row


def options_of(row: Import) -> ImportRequest:
    """How a file is taken in."""
    kept = json.loads(row.options)
    return ImportRequest(**{**kept, "announced": tuple(kept["announced"])})


def list_imports(
    session: Session, actor: Actor, after: int | None = None
) -> tuple[Sequence[Import], int | None]:
    """A page of the imports of the actor's unit (and those below it, for who sees them), the
    newest first, and the key of the next."""
    path, below = sees_subtree(actor)
    query = (
        select(Import)
        .join(Unit, Unit.id == Import.unit_id)
        .where(within(path) if below else Unit.path == path)
        .where(Import.kind.in_(kinds_open_to(actor)))
        .order_by(Import.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(Import.id < after)
    rows = session.scalars(query).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def find_import(session: Session, actor: Actor, key: str, lock: bool = False) -> Import:
    """The import of that key; NotFound where there is none or it is not theirs to see."""
    query = select(Import).where(Import.key == key)
    if lock:
        query = query.with_for_update(of=Import).execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None or not _may_see(actor, row):
        raise NotFound(text("This import does not exist."))
    return row


def _may_see(actor: Actor, row: Import) -> bool:
    return can(actor, ACTIONS[row.kind], row.unit.path)  # type: ignore[index]


def recheck(
    session: Session, actor: Actor, key: str, now: datetime, *, skip_faulty: bool, take_away: bool
) -> Import:
    """Has a file checked again with other options; Conflict where it is past that."""
    row = _to_decide(session, actor, key)
    options = {**json.loads(row.options), "skip_faulty": skip_faulty, "take_away": take_away}
    row.options, row.state, row.attempts = json.dumps(options), "waiting", 0
    record_access(session, actor, "import checked again", key, now)
    return row


def confirm(session: Session, actor: Actor, key: str, now: datetime) -> Import:
    """Has a checked file stored; Conflict where it is not one."""
    row = find_import(session, actor, key, lock=True)
    if row.state != "checked":
        raise _not_now()
    row.state, row.attempts = "confirmed", 0
    record_access(session, actor, "import confirmed", key, now, row.file_name)
    return row


def abandon(session: Session, actor: Actor, key: str, now: datetime) -> Import:
    """Puts a file aside: nothing of it is stored, and its content is forgotten."""
    row = _to_decide(session, actor, key)
    row.state, row.content, row.finished_at = "aside", None, now
    record_access(session, actor, "import put aside", key, now, row.file_name)
    return row


def request_undo(session: Session, actor: Actor, key: str, now: datetime) -> Import:
    """Has what was stored taken back; Conflict where it is not stored."""
    row = find_import(session, actor, key, lock=True)
    if row.state != "stored":
        raise _not_now()
    row.state, row.attempts, row.problem = "undoing", 0, None
    record_access(session, actor, "import taken back", key, now, row.file_name)
    return row


def clear_imports(session: Session, now: datetime) -> int:
    """Puts aside the files that nobody decided on in two days; how many."""
    done = session.execute(
        update(Import)
        .where(Import.state.in_(TO_DECIDE), Import.uploaded_at < now - KEPT)
        .values(state="aside", content=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def is_at_work(row: Import) -> bool:
    """Whether the worker has something to do with it."""
    return row.state in AT_WORK


def _to_decide(session: Session, actor: Actor, key: str) -> Import:
    row = find_import(session, actor, key, lock=True)
    if row.state not in TO_DECIDE:
        raise _not_now()
    return row


def _not_now() -> Conflict:
    return Conflict(
        text("The import has moved on since you opened this page."),
        text("Look at it again."),
    )
