"""An installation of an earlier version is upgraded: nothing is lost, nothing reads otherwise."""

import hashlib
import json
import shutil
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select

from requestflow.accounts import Actor, Person, Unit, authenticate, unit_by_code
from requestflow.application import MIGRATIONS, Application
from requestflow.applications import draft_of
from requestflow.calendars import calendar_for
from requestflow.cases import (
    Case,
    CaseEvent,
    CaseFilter,
    Opening,
    Step,
    cipher_of,
    event_of,
    list_cases,
    load_events,
    party_details,
    period_locks,
    verify,
    view_case,
)
from requestflow.citizens import (
    case_of_code,
    cases_of,
    prove_address,
    sign_in_with_password,
    use_link,
)
from requestflow.demo import PASSWORD
from requestflow.documents import Document
from requestflow.foundation import Cipher, db, encryption
from requestflow.notices import calendar_feed_of, groups_of, sweep, wants_required_mail_only
from requestflow.publications import Findable
from requestflow.reporting import ReportSnapshot, document, published
from requestflow.statistics import build_report
from tests.accounts.signed_in import begun, whose
from tests.conftest import KINDS, NOW, application_at, new_database, within
from tests.migrations import installations
from tests.migrations.schema import differences
from tests.statistics.test_report import PUBLISHED

KEPT = sorted((Path(__file__).parents[1] / "data").glob("installation-*"))
OPERATOR = Actor.operator()
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")

RENAMED: dict[str, str] = {}
"""Tables that a migration called otherwise: the new name by the old one."""

REWRITTEN = {
    "cases": frozenset({"version", "head_hash", "subject"}),
    "case_deadlines": frozenset({"id"}),
    "case_events": frozenset({"data", "previous_hash", "hash"}),
    "documents": frozenset({"name"}),
    "messages": frozenset({"data"}),
    "notices": frozenset({"data"}),
    "reminder_schedule": frozenset({"id"}),
}
"""By table the columns into which a migration writes other values than stood there: a case has one
event more where a due day is counted that was not known before; what messages say and what people
wrote is encrypted, and events are chained under a key."""

GONE = frozenset({"presences"})
"""Tables that a migration drops: what they held was good for minutes."""


def stays(table: str, row: dict[str, object]) -> bool:
    """Whether a row is still there: answers are public no longer because they were given."""
    return table != "findables" or row["kind"] != "answered"


COUNTED_OTHERWISE = {"case_deadlines": 1, "case_events": 1, "reminder_schedule": 1}
"""By table how many rows a migration adds, or with a minus takes away: the time of the court in a
pending suit is counted now (litigation law art. 81)."""


@dataclass(frozen=True)
class Upgraded:
    """An upgraded installation, its rows before, and what its people know."""

    app: Application
    rows: installations.Rows
    known: dict[str, str]


@pytest.fixture(
    scope="module",
    params=[(folder, kind) for folder in KEPT for kind in KINDS],
    ids=[f"{folder.name}-{kind}" for folder in KEPT for kind in KINDS],
)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    folder, request.param = request.param
    home = tmp_path_factory.mktemp("installation")
    shutil.copytree(folder, home, dirs_exist_ok=True)
    with new_database(request, home) as url:
        app = application_at(home, url)
        rows = installations.restore(app, folder)
        app.upgrade()
        yield Upgraded(app, rows, json.loads((folder / "known.json").read_text()))
        app.engine.dispose()


@pytest.fixture(autouse=True)
def _key(upgraded: Upgraded) -> Iterator[None]:
    """What it encrypted is read with its key, which other applications of the run do not have."""
    key = (upgraded.app.settings.home / "encryption.key").read_text()
    before = encryption.use(Cipher([key]))
    yield
    encryption.use(before)


def test_it_ends_at_the_newest_revision(upgraded: Upgraded) -> None:
    app = upgraded.app
    assert app.revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()
    app.check_revision()


def test_its_schema_is_that_of_the_tables(upgraded: Upgraded) -> None:
    assert differences(upgraded.app.engine) == []


def test_every_row_is_still_there(upgraded: Upgraded) -> None:
    content = installations.contents(upgraded.app.engine)
    rows = {name: len(items) for name, items in content.items()}
    expected = {
        RENAMED.get(name, name): sum(stays(name, row) for row in items)
        + COUNTED_OTHERWISE.get(name, 0)
        for name, items in upgraded.rows.items()
        if name not in GONE
    }
    assert {name: rows.get(name) for name in expected} == expected


def test_no_value_that_stood_in_a_row_is_another(upgraded: Upgraded) -> None:
    now = installations.contents(upgraded.app.engine)
    for table, items in upgraded.rows.items():
        if table in GONE:
            continue
        before = [row for row in items if stays(table, row)]
        after = now[RENAMED.get(table, table)]
        columns = [
            name
            for name in (before[0] if before else ())
            if name in after[0] and name not in REWRITTEN.get(table, ())
        ]
        picked = [
            Tally(json.dumps([row[name] for name in columns]) for row in content)
            for content in (before, after)
        ]
        assert not picked[0] - picked[1], table


def test_what_people_wrote_is_encrypted_and_reads_as_before(upgraded: Upgraded) -> None:
    before = {row["id"]: json.loads(row["data"]) for row in upgraded.rows["case_events"]}
    subjects = {row["number"]: row["subject"] for row in upgraded.rows["cases"]}
    with upgraded.app.context() as session:
        query = select(CaseEvent, Case).join(Case, Case.id == CaseEvent.case_id)
        rows = session.execute(query).all()
        read = {row.id: dict(event_of(row, cipher_of(case)).data) for row, case in rows}
        assert {key: read[key] for key in before} == before
        assert all(subjects[case.number] not in row.data + case.subject for row, case in rows)
        found = list_cases(session, OPERATOR, CaseFilter(text="预算"), NOW.date(), NOW.date())
    titles = {subject for subject in subjects.values() if "预算" in subject}
    assert titles
    assert {row.subject for row in found.rows} <= titles


def test_every_case_still_follows_from_its_events(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        result = list(verify(session))
    assert [item for item in result if not isinstance(item, int)] == []
    assert result[-1] == len(upgraded.rows["cases"])


def test_the_figures_of_2014_are_counted_as_before(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        report = build_report(session, 2014)
        assert {name: report.figure(name).value for name in PUBLISHED} == PUBLISHED
        assert all(check.holds for check in report.checks)


def test_what_was_handed_in_and_published_keeps_its_hash(upgraded: Upgraded) -> None:
    before = {row["id"]: row["hash"] for row in upgraded.rows["report_snapshots"]}
    with upgraded.app.context() as session:
        for row in session.scalars(select(ReportSnapshot)):
            assert hashlib.sha256(row.content.encode()).hexdigest() == before[row.id]
            assert document.freeze_document(document.read_document(row.content)) == (
                row.content,
                before[row.id],
            )
        city = published(session, "LZ", 2014)
        assert city is not None
        figures = document.read_document(city.content).index
        assert figures["applications.granted"].value == 433


def test_a_year_that_was_handed_in_is_still_locked(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        locks = period_locks(session)
    assert locks.years("LZ/LZ-S01/") == {2014, 2025}
    assert locks.years("LZ/") == {2014}


def test_people_still_sign_in_and_who_left_does_not(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        assert authenticate(session, "clerk", PASSWORD, NOW) is not None
        assert authenticate(session, "clerk", PASSWORD + "!", NOW) is None
        assert authenticate(session, "gone", PASSWORD, NOW) is None


def test_a_deputy_still_stands_in(upgraded: Upgraded) -> None:
    with upgraded.app.context(), db.transaction() as session:
        deputy = session.scalars(select(Person).where(Person.username == "deputy")).one()
        secret = begun(session, deputy)
        for day, names in ((date(2026, 11, 29), []), (date(2026, 11, 30), ["clerk"])):
            match = whose(session, secret, day)
            assert match is not None
            assert [item.name for item in match.deputises] == names


def test_citizens_still_come_in_by_password_link_and_code(upgraded: Upgraded) -> None:
    number = upgraded.known["application"]
    with upgraded.app.context() as session:
        account = sign_in_with_password(session, "Zhang@example.org", "long enough to keep")
        assert account is not None
        assert account.email == "zhang@example.org"
        assert not cases_of(session, account), "no address was ever proved"
        assert case_of_code(session, number, upgraded.known["code"]) == number
        prove_address(session, account, [number])
        assert [row.number for row in cases_of(session, account)] == [number]
        other = use_link(session, upgraded.known["link"], "zh_CN", NOW + timedelta(minutes=9))
        assert other is not None
        assert other.email == "other@example.org"


def test_what_was_encrypted_is_still_read(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        case_id = session.scalars(
            select(Case.id).where(Case.number == upgraded.known["application"])
        ).one()
        assert party_details(session, case_id)["name"] == "张三"
        draft = draft_of(session, upgraded.known["draft"], NOW)
        assert draft.content["title"] == "社会救助资金使用情况"
        (group,) = groups_of(session, unit_by_code(session, "LZ-S01").id)
        assert (group.address, group.secret) == (
            "https://chat.example.org/hook",
            "a secret of sixteen and more",
        )
        feed = calendar_feed_of(session, upgraded.known["feed"], "http://localhost", NOW)
        assert feed is not None
        assert b"BEGIN:VEVENT" in feed


def test_every_file_is_still_what_was_handed_in(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        rows = session.scalars(select(Document)).all()
        assert {row.name for row in rows} >= {"申请.txt", "说明.txt", "说明理由.docx"}
        for row in rows:
            assert row.file_key, "it is encrypted now"
            with upgraded.app.documents.open(row) as content:
                assert hashlib.sha256(content.read()).hexdigest() == row.sha256


def test_a_corrected_case_is_shown_as_corrected(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        view = view_case(session, OPERATOR, "LZ-S01-2026-0004")
    assert view.state.subject == "申请公开更正后的内容"


def test_whoever_wants_little_mail_still_gets_little(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        query = select(Case.id).where(Case.number == upgraded.known["application"])
        assert wants_required_mail_only(session, session.scalars(query).one())


def test_a_unit_that_moves_is_still_closed_that_day(upgraded: Upgraded) -> None:
    with upgraded.app.context() as session:
        path = session.scalars(select(Unit.path).where(Unit.code == "LZ-X03")).one()
        assert not calendar_for(session, path).is_working(date(2026, 12, 10))
        assert calendar_for(session).is_working(date(2026, 12, 10))


def test_what_was_answered_is_public_no_longer_by_itself(upgraded: Upgraded) -> None:
    public = [row["kind"] for row in upgraded.rows["findables"]]
    assert {"answered", "published"} == set(public)
    with upgraded.app.context() as session:
        assert {item.kind for item in session.scalars(select(Findable))} == {"published"}


def test_it_goes_on_where_it_stood(upgraded: Upgraded) -> None:
    """Numbers follow those that were given, reminders those that were told; after this the other
    rows are no longer the same, so what it does is rolled back."""
    app = upgraded.app
    given = len([row for row in upgraded.rows["cases"] if row["number"].startswith("LZ-S01-2026-")])
    day = date(2026, 11, 24)
    with app.context() as session:
        opening = Opening("LZ-S01", day, "person", "post", "垃圾清运合同", {"name": "李四"})
        number = app.cases.open(session, CLERK, opening, NOW)
        assert number == f"LZ-S01-2026-{given + 1:04d}"
        state = app.cases.take_step(
            session, CLERK, number, [Step("assigned", day, {"handler": "clerk"})], NOW
        )
        assert state.stage == "in_progress"
        case = session.scalars(select(Case).where(Case.number == number)).one()
        assert case.id > max(row["id"] for row in upgraded.rows["cases"])
        assert [event.kind for event in load_events(session, case.id)] == ["received", "assigned"]


def test_nobody_is_reminded_again_of_what_they_were_told(
    upgraded: Upgraded,
) -> None:
    told = {row["natural"] for row in upgraded.rows["reminders"]}
    result = within(upgraded.app, sweep, upgraded.app.zones, NOW)
    assert result.failed == 0
    rows = installations.contents(upgraded.app.engine)["reminders"]
    assert {row["natural"] for row in rows} == told


def test_a_second_upgrade_changes_nothing(upgraded: Upgraded) -> None:
    before = installations.contents(upgraded.app.engine)
    revision = upgraded.app.revision()
    assert upgraded.app.upgrade() == (revision, revision)
    assert installations.contents(upgraded.app.engine) == before
