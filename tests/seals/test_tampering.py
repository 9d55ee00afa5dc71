"""Whoever writes to the database, or has its key as well, changes nothing of the past unnoticed."""

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, AuditEntry, record_access
from requestflow.application import Application
from requestflow.cases import Case, CaseEvent, Difference, Opening, Party, Step
from requestflow.cases.events import GENESIS, event_hash
from requestflow.documents import Document, Store, document_references
from requestflow.foundation import data_key, db
from requestflow.reporting import AnnualReport, ReportSnapshot
from requestflow.seals import Evidence, Seal, make_seals, verify_all
from requestflow.seals.service import signature_of
from tests.conftest import NOW

OPERATOR, CLERK = Actor.operator(), Actor("clerk", "clerk", "LZ/LZ-S01/")
LATER = NOW + timedelta(hours=1)
CONTENT = b"what was handed in"


@dataclass
class Sealed:
    """An installation with a case, a file, a report and an audit trail, sealed."""

    app: Application
    folder: Path
    store: Store
    number: str
    printed: dict[int, str]

    def found(self, printed: bool = False, files: bool = True) -> list[Difference]:
        evidence = Evidence(
            self.folder, self.printed if printed else {}, self.store if files else None
        )
        with self.app.context() as session:
            items = list(verify_all(session, evidence))
        return [item for item in items if isinstance(item, Difference)]

    def told(self, printed: bool = False) -> str:
        return "\n".join(f"{item.number}: {item.what}" for item in self.found(printed))


def decided(app: Application) -> str:
    """A case that was decided and delivered, with a file."""
    day = app.today()
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", day, "person", "post", "停车收费标准", {"name": "张三"})
        number = app.cases.open(session, OPERATOR, opening, NOW)
        case_id = session.scalars(select(Case.id).where(Case.number == number)).one()
        file = app.documents.add(
            session, io.BytesIO(CONTENT), "a.txt", "drafted", NOW, case_id=case_id
        )
        given = {"documents": document_references([file])}
        steps = [
            (CLERK, Step("drafted", day, {"outcome": "granted", "facts": "提供", **given})),
            (OPERATOR, Step("legality_reviewed", day, {})),
            (
                OPERATOR,
                Step(
                    "secrecy_reviewed",
                    day,
                    {"checks": ["no_secret", "no_private", "no_danger"]},
                ),
            ),
            (OPERATOR, Step("signed", day, {})),
            (OPERATOR, Step("delivered", day, {"way": "page"})),
        ]
        for who, step in steps:
            app.cases.take_step(session, who, number, [step], NOW)
    return number


@pytest.fixture
def sealed(demo: Application, tmp_path: Path) -> Sealed:
    number = decided(demo)
    content = json.dumps({"year": 2025})
    with demo.context(), db.transaction() as session:
        record_access(session, OPERATOR, "sign-in", "clerk", NOW)
        record_access(session, OPERATOR, "sign-in", "approver", NOW)
        by = {"changed_by": "x", "changed_at": NOW}
        report = AnnualReport(unit_id=1, year=2025, state="published", **by)
        session.add(report)
        session.flush()
        digest = hashlib.sha256(content.encode()).hexdigest()
        taken = {"taken_by": "x", "taken_at": NOW, "content": content, "hash": digest}
        session.add(ReportSnapshot(report_id=report.id, kind="published", number=1, **taken))
    folder = tmp_path / "seals"
    with demo.context():
        make_seals(LATER, folder)
        last = make_seals(LATER + timedelta(days=1), folder)[-1]
        printed = {last.number: last.hash}
    made = Sealed(demo, folder, demo.documents.store, number, printed)
    assert made.told() == ""
    return made


def rows(session: Session, number: str) -> list[CaseEvent]:
    query = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id)
    return list(session.scalars(query.where(Case.number == number).order_by(CaseEvent.sequence)))


def chain(session: Session, number: str, key: bytes | None) -> None:
    """Computes the chain of a case anew, as far as somebody with or without the key can."""
    head = GENESIS
    for row in rows(session, number):
        said = (number, row.sequence, row.kind, row.day, row.recorded_at, row.actor, row.data)
        row.previous_hash, row.hash = head, event_hash(head, *said, key=key)
        head = row.hash
    session.execute(update(Case).where(Case.number == number).values(head_hash=head))


def other_signer(session: Session, number: str) -> None:
    for row in rows(session, number):
        if row.kind == "signed":
            row.actor = "somebody else"


def other_outcome(session: Session, number: str) -> None:
    for row in rows(session, number):
        if row.kind in {"drafted", "delivered"}:
            row.data = row.data.replace("granted", "already_public")
    session.execute(update(Case).where(Case.number == number).values(outcome="already_public"))


def case_deleted(session: Session, number: str) -> None:
    case_id = session.scalars(select(Case.id).where(Case.number == number)).one()
    for table in reversed(db.metadata.sorted_tables):
        if "case_id" in table.c:
            session.execute(table.delete().where(table.c.case_id == case_id))
    session.execute(delete(Case).where(Case.id == case_id))


def audit_emptied(session: Session, number: str) -> None:
    session.execute(delete(AuditEntry))


def one_audit_row_changed(session: Session, number: str) -> None:
    session.execute(
        update(AuditEntry).where(AuditEntry.subject == "clerk").values(subject="approver")
    )


def report_rewritten(session: Session, number: str) -> None:
    content = json.dumps({"year": 2024})
    digest = hashlib.sha256(content.encode()).hexdigest()
    session.execute(update(ReportSnapshot).values(content=content, hash=digest))


def report_hash_cleared(session: Session, number: str) -> None:
    session.execute(update(ReportSnapshot).values(hash="00"))


def cases_swapped(session: Session, number: str) -> None:
    other = session.scalars(select(Case.number).where(Case.number != number).limit(1)).one()
    for before, after in ((number, "swapped"), (other, number), ("swapped", other)):
        session.execute(update(Case).where(Case.number == before).values(number=after))


def event_moved(session: Session, number: str) -> None:
    other = session.scalars(select(Case.id).where(Case.number != number).limit(1)).one()
    last = rows(session, number)[-1]
    last.case_id, last.sequence = other, 99


def seal_removed(session: Session, number: str) -> None:
    last = session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one()
    session.delete(last)


def seal_rewritten(session: Session, number: str) -> None:
    last = session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one()
    content = json.loads(last.content)
    content["to"]["audit"] = 0
    last.content = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    last.hash = hashlib.sha256(last.content.encode()).hexdigest()


def seal_garbled(session: Session, number: str) -> None:
    session.execute(update(Seal).where(Seal.number == 1).values(content="{"))


def event_garbled(session: Session, number: str) -> None:
    for row in rows(session, number):
        if "sha256" in row.data:
            row.data = row.data[:-1]


def file_row_changed(session: Session, number: str) -> None:
    session.execute(update(Document).values(sha256="0" * 64))


def party_removed(session: Session, number: str) -> None:
    session.execute(delete(Party))


ACTS = (
    other_signer,
    other_outcome,
    case_deleted,
    audit_emptied,
    one_audit_row_changed,
    report_rewritten,
    report_hash_cleared,
    cases_swapped,
    event_moved,
    seal_removed,
    seal_rewritten,
    seal_garbled,
    event_garbled,
    file_row_changed,
    party_removed,
)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("recomputed", [False, True])
def test_each_act_of_somebody_who_has_the_database_alone_is_found(
    sealed: Sealed, act: Callable[[Session, str], None], recomputed: bool
) -> None:
    with sealed.app.context(), db.transaction() as session:
        act(session, sealed.number)
        session.flush()
        if recomputed and act is not case_deleted:
            chain(session, sealed.number, None)
    assert sealed.found()


@pytest.mark.parametrize("act", [other_signer, other_outcome, case_deleted, audit_emptied])
def test_who_has_the_key_as_well_is_found_by_the_printed_seal(
    sealed: Sealed, act: Callable[[Session, str], None]
) -> None:
    with sealed.app.context(), db.transaction() as session:
        act(session, sealed.number)
        session.flush()
        if act is not case_deleted:
            chain(session, sealed.number, data_key("chain"))
    assert sealed.found(), "the seals of before do not fit"
    # All seals made anew, with the key, and the copies beside the database removed.
    shutil.rmtree(sealed.folder)
    with sealed.app.context():
        with db.transaction() as session:
            for table in ("seals", "sealed_cases"):
                session.connection().exec_driver_sql(f"DELETE FROM {table}")
        make_seals(LATER, sealed.folder)
        make_seals(LATER + timedelta(days=1), sealed.folder)
    assert "the one that was printed" in sealed.told(printed=True)


def test_a_file_of_equal_size_in_the_place_of_another_is_found(sealed: Sealed) -> None:
    with sealed.app.context() as session:
        documents = select(Document.stored_as).order_by(Document.id.desc()).limit(1)
        path = sealed.store.path(session.scalars(documents).one())
    kept = path.read_bytes()
    path.write_bytes(kept[::-1])
    assert "not what was handed in" in sealed.told()
    path.unlink()
    assert "its content is missing" in sealed.told()
    path.write_bytes(kept)
    assert sealed.told() == ""


def test_a_clock_that_was_set_back_is_found(sealed: Sealed) -> None:
    app = sealed.app
    with app.context(), db.transaction() as session:
        earlier = NOW - timedelta(hours=2)
        step = Step("noted", app.today(), {"note": "倒填日期"})
        app.cases.take_step(session, OPERATOR, sealed.number, [step], earlier)
    assert "say that they were before" in sealed.told()


def test_what_is_recorded_as_usual_is_no_difference(sealed: Sealed) -> None:
    app, later = sealed.app, LATER + timedelta(days=2)
    with app.context(), db.transaction() as session:
        step = Step("noted", app.today(), {"note": "x"})
        app.cases.take_step(session, OPERATOR, sealed.number, [step], later)
        record_access(session, OPERATOR, "sign-in", "clerk", later)
    decided(app)
    assert sealed.told() == ""
    with app.context():
        make_seals(later + timedelta(days=1), sealed.folder)
    assert sealed.told(printed=True) == ""


def test_a_row_that_cannot_be_read_is_named_and_the_rest_is_looked_at(sealed: Sealed) -> None:
    with sealed.app.context(), db.transaction() as session:
        first = session.scalars(select(Party.case_id).order_by(Party.id).limit(1)).one()
        number = session.scalars(select(Case.number).where(Case.id == first)).one()
        session.connection().exec_driver_sql(
            f"UPDATE parties SET details = 'gAAAA' WHERE case_id = {first}"
        )
        session.execute(update(ReportSnapshot).values(hash="00"))
    told = sealed.told()
    assert f"{number}: the applicant's details cannot be decrypted" in told
    assert "report snapshot" in told


def test_what_was_cleared_from_the_audit_trail_in_its_time_is_no_difference(
    sealed: Sealed,
) -> None:
    with sealed.app.context(), db.transaction() as session:
        session.execute(delete(AuditEntry))
    assert "audit trail" in sealed.told()
    evidence = Evidence(audit_since=datetime(2027, 1, 1, tzinfo=UTC))
    with sealed.app.context() as session:
        items = list(verify_all(session, evidence))
    assert not [item for item in items if isinstance(item, Difference)]


def test_a_signature_is_that_of_the_installation(sealed: Sealed) -> None:
    with sealed.app.context() as session:
        last = session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one()
        assert signature_of(last.hash) == last.signature
        assert signature_of("0" * 64) != last.signature
