"""The record of who looked at what: writing it, and reading it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, tzinfo
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, Select, delete, func, literal, select, tuple_, union
from sqlalchemy.orm import Session

from requestflow.accounts.models import AuditEntry, Person, Unit
from requestflow.accounts.policy import Actor, require
from requestflow.accounts.tree import is_whole, within
from requestflow.foundation import NotFound, text

PAGE = 50
LONGEST = 120
"""Characters of what something was done with."""
DAY = timedelta(days=1)
ACTIONS_ON_CASES = (
    "case opened",
    "personal data shown",
    "personal data put into a paper",
    "file opened",
    "file of the case taken",
    "tracking code made",
    "contact details changed",
    "tracking code refused",
    "case erased",
)
"""What was done with a case, whose number is the subject."""
NEW_DEVICE = "new device"
"""Why a sign-in is told to its owner: they had not used that browser before."""
READINGS = ("audit trail read", "audit trail exported")
"""Reading this record itself; the reason says to what it was narrowed."""
ACTIONS = (
    "sign-in",
    "sign-in refused",
    "sign-out",
    "proof refused",
    "access refused",
    "citizen sign-in",
    "citizen sign-in refused",
    "session ended",
    *ACTIONS_ON_CASES,
    "ledger.export",
    "person added",
    "person invited again",
    "invitation accepted",
    "person moved",
    "post entered",
    "post ended",
    "post refused",
    "second factor set",
    "second factor removed",
    "identity linked",
    "passkey added",
    "passkey removed",
    "recovery codes made",
    "person disabled",
    "person enabled",
    "password reset",
    "import uploaded",
    "import checked again",
    "import confirmed",
    "import put aside",
    "import taken back",
    "password changed",
    "password change refused",
    "absence entered",
    "absence taken back",
    "deciding on the spot",
    "letter template changed",
    "reminder rules changed",
    "reporting days changed",
    "chat group added",
    "chat group removed",
    "messages sent again",
    *READINGS,
)
"""All that is recorded; what each is called stands in words.toml under `audit`."""

NumbersWithin = Callable[[str], Select[str]]
"""The question for the numbers of the cases of a unit and of all below it, by its path."""


@dataclass(frozen=True)
class AuditFilter:
    """What the audit trail is narrowed to; None means anything. `person` is a user name or a
    name; both days are included, as the body's own zone has them."""

    person: str | None = None
    subject: str | None = None
    action: str | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def as_query(self) -> str:
        """The filter as one line that is kept with the record of a reading."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True)
class AuditRow:
    """One entry; `name` is what a person of that user name is called, if there is one."""

    id: int
    at: datetime
    actor: str
    name: str | None
    action: str
    subject: str
    reason: str | None
    address: str | None = None
    session_id: int | None = None

    @property
    def filters(self) -> Sequence[tuple[str, str]]:
        """To what the audit trail was narrowed that was read, where this is a reading of it."""
        return parse_qsl(self.reason or "") if self.action in READINGS else []


@dataclass(frozen=True)
class AuditPage:
    """One page of the audit trail, newest first; `next_key` leads to the one after."""

    rows: Sequence[AuditRow]
    next_key: int | None


def record_access(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Writes one line of the audit trail into the caller's transaction."""
    session.add(
        AuditEntry(
            at=at,
            actor=actor.name,
            action=action,
            subject=subject[:LONGEST],
            reason=reason,
            address=actor.origin.address,
            session_id=actor.origin.session_id,
        )
    )


@dataclass(frozen=True)
class EarlierSignIns:
    """When somebody signed in last, if they ever did, and how many attempts with their user name
    were refused since."""

    last: datetime | None
    refused: int


def sign_ins_before(session: Session, username: str) -> EarlierSignIns:
    """The sign-ins of a user name until now."""
    last = session.execute(
        select(AuditEntry.at, AuditEntry.id)
        .where(AuditEntry.action == "sign-in", AuditEntry.actor == username)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(1)
    ).first()
    refused = select(func.count()).where(
        AuditEntry.action == "sign-in refused", AuditEntry.actor == username
    )
    if last is not None:
        moment = literal(last.at, AuditEntry.at.type)
        since = tuple_(AuditEntry.at, AuditEntry.id) > tuple_(moment, literal(last.id))
        refused = refused.where(since)
    return EarlierSignIns(last.at if last else None, session.scalar(refused) or 0)


def clear_audit_trail(session: Session, before: datetime) -> int:
    """Removes what was recorded before that moment; how many entries. What is kept how long is
    set by the installation, and never less than six months (网络安全法 art. 21 (3))."""
    done = session.execute(
        delete(AuditEntry)
        .where(AuditEntry.at < before)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def record_reading(
    session: Session,
    actor: Actor,
    unit_path: str,
    narrowed: AuditFilter,
    at: datetime,
    exported: bool = False,
) -> None:
    """Records that the audit trail of a unit and of all below it was read or exported; not where
    somebody looked at what they did themselves."""
    require(actor, "audit.read", unit_path)
    if narrowed.person == actor.name:
        return
    action = READINGS[1] if exported else READINGS[0]
    subject = unit_path.rstrip("/").rpartition("/")[2] or "all"
    record_access(session, actor, action, subject, at, narrowed.as_query or None)


def read_audit_trail(
    session: Session,
    actor: Actor,
    unit_path: str,
    narrowed: AuditFilter,
    numbers_within: NumbersWithin,
    zone: tzinfo,
    before: int | None = None,
    size: int = PAGE,
) -> AuditPage:
    """What the people of a unit and of all below it did, and what was done by others with them,
    with these units and with their cases. `before` is a page's `next_key`. Refused, NotFound."""
    require(actor, "audit.read", unit_path)
    conditions = _conditions(narrowed, zone)
    if before is not None:
        conditions.append(_before(session, before))
    order = (AuditEntry.at.desc(), AuditEntry.id.desc())
    query = (
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.actor,
            Person.name,
            AuditEntry.action,
            AuditEntry.subject,
            AuditEntry.reason,
            AuditEntry.address,
            AuditEntry.session_id,
        )
        .outerjoin(Person, Person.username == AuditEntry.actor)
        .order_by(*order)
        .limit(size + 1)
    )
    if is_whole(unit_path):
        query = query.where(*conditions)
    else:
        # The newest of each kind for itself, so that each is found by an index of its own; one
        # condition with OR would go through the whole table.
        found = [
            select(AuditEntry.id).where(kind, *conditions).order_by(*order).limit(size + 1)
            for kind in _of_units(unit_path, numbers_within)
        ]
        newest = union(*(select(one.subquery().c.id) for one in found))
        query = query.where(AuditEntry.id.in_(newest))
    rows = [AuditRow(*row) for row in session.execute(query)]
    more = len(rows) > size
    return AuditPage(rows[:size], rows[size - 1].id if more else None)


def _of_units(path: str, numbers_within: NumbersWithin) -> Sequence[ColumnElement[bool]]:
    """What an entry may have to do with units: who did it, or what it was done with."""
    people = select(Person.username).join(Unit, Unit.id == Person.unit_id).where(within(path))
    units = select(Unit.code).where(within(path))
    return (
        AuditEntry.actor.in_(people),
        AuditEntry.subject.in_(numbers_within(path)),
        AuditEntry.subject.in_(people),
        AuditEntry.subject.in_(units),
    )


def _conditions(narrowed: AuditFilter, zone: tzinfo) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if narrowed.person:
        called = select(Person.username).where(Person.name == narrowed.person)
        conditions.append(AuditEntry.actor.in_(union(select(literal(narrowed.person)), called)))
    if narrowed.subject:
        conditions.append(AuditEntry.subject == narrowed.subject)
    if narrowed.action:
        conditions.append(AuditEntry.action == narrowed.action)
    if narrowed.first_day:
        conditions.append(AuditEntry.at >= _start(narrowed.first_day, zone))
    if narrowed.last_day:
        conditions.append(AuditEntry.at < _start(narrowed.last_day, zone) + DAY)
    return conditions


def _start(day: date, zone: tzinfo) -> datetime:
    # Beyond these years a day of the zone may have no moment in UTC.
    return datetime.combine(day.replace(year=min(max(day.year, 1901), 2999)), time(), zone)


def _before(session: Session, entry_id: int) -> ColumnElement[bool]:
    """What is older than an entry. Clocks of several machines differ, so that neither the moment
    nor the number alone says the order."""
    at = session.scalar(select(AuditEntry.at).where(AuditEntry.id == entry_id))
    if at is None:
        raise NotFound(text("This page of the list does not exist."))
    return tuple_(AuditEntry.at, AuditEntry.id) < tuple_(
        literal(at, AuditEntry.at.type), literal(entry_id)
    )
