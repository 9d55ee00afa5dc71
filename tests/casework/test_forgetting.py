"""A case that is over can be erased: nothing of what people wrote is left anywhere, and what is
counted, numbered and proved stays."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy import text as sql

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import (
    FORGOTTEN,
    Case,
    CaseFilter,
    Difference,
    Opening,
    Remedy,
    Step,
    StepRefused,
    WasForgotten,
    list_cases,
    view_case,
)
from requestflow.casework import forget_case
from requestflow.citizens import give_code
from requestflow.cli.cases import case as commands
from requestflow.foundation import OtherKey, RecordKey, Refused, db
from requestflow.seals import Evidence, make_seals, verify_all
from requestflow.statistics import build_report
from tests.conftest import NOW

OPERATOR = Actor.operator()
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
SECRETS = (
    "欧阳翠花",
    "13800138123",
    "停车楼西侧围墙",
    "邻居老马",
    "cuihua@example.org",
    "身份证扫描",
)
PARTY = {"name": "欧阳翠花", "phone": "138 0013 8123", "email": "cuihua@example.org"}
CONTENT = "身份证扫描件 欧阳翠花".encode()


@pytest.fixture
def number(demo: Application) -> str:
    """A case that was withdrawn, with a description, a file, a note and mails."""
    day = demo.today()
    with demo.context():
        incoming = demo.documents.receive(io.BytesIO(CONTENT), "身份证扫描件.txt")
        said = {"description": "邻居老马说停车楼西侧围墙要拆"}
        opening = Opening(
            "LZ-S01", day, "person", "post", "停车楼西侧围墙的批复", PARTY, particulars=said
        )
        made = demo.casework.register(OPERATOR, opening, [incoming], NOW)
        for step in (
            Step("noted", day, {"note": "邻居老马来过电话"}),
            Step("message_sent", day, {"text": "欧阳翠花您好"}),
            Step("withdrawn", day, {"reason": "邻居老马同意了"}),
        ):
            demo.casework.take_step(OPERATOR, made, step, NOW)
        with db.transaction() as session:
            case_id = session.scalars(select(Case.id).where(Case.number == made)).one()
            give_code(session, case_id, NOW)
    return made


def everything(app: Application) -> Iterator[tuple[str, bytes]]:
    """All that is stored: every file of the installation, and every row of the database."""
    for path in app.settings.home.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
    with app.context() as session:
        for table in db.metadata.sorted_tables:
            for row in session.execute(sql(f"SELECT * FROM {table.name}")):
                yield table.name, " ".join(map(str, row)).encode()


def places_of(app: Application, secret: str) -> set[str]:
    return {place for place, content in everything(app) if secret.encode() in content}


def titles(app: Application, words: str) -> set[str]:
    with app.context() as session:
        page = list_cases(session, OPERATOR, CaseFilter(text=words), app.today(), app.today())
        return {row.subject for row in page.rows}


def found(app: Application, folder: Path | None = None) -> list[object]:
    evidence = Evidence(folder, {}, app.documents.store)
    with app.context() as session:
        return [item for item in verify_all(session, evidence) if not isinstance(item, int)]


def test_what_people_wrote_is_nowhere_in_clear(demo: Application, number: str) -> None:
    for secret in SECRETS:
        assert places_of(demo, secret) == set(), secret
    with demo.context() as session:
        view = view_case(session, OPERATOR, number)
        assert view.history[0].data["description"] == "邻居老马说停车楼西侧围墙要拆"


def test_a_case_is_found_by_words_names_and_numbers(demo: Application, number: str) -> None:
    title = {"停车楼西侧围墙的批复"}
    for words in ("停车楼西侧围墙", "欧阳翠花", "翠花", "13800138123", "138-0013-8123", "8123"):
        assert title <= titles(demo, words), words
    for words in ("停车楼东侧围墙拆除", "欧阳翠兰", "13800138124"):
        assert not title & titles(demo, words), words


def test_nothing_is_left_of_an_erased_case(demo: Application, number: str, tmp_path: Path) -> None:
    with demo.context() as session:
        make_seals(NOW + timedelta(hours=1), tmp_path)
        year = demo.today().year
        before = build_report(db.session(), year)
        session.rollback()
        forget_case(demo.casework, OPERATOR, number, "asked_for", NOW + timedelta(hours=2))
        after = build_report(db.session(), year)
    assert replace(after, unit=before.unit) == before
    for secret in SECRETS:
        assert places_of(demo, secret) == set(), secret
    assert found(demo, tmp_path) == [WasForgotten(number, demo.today())]
    assert titles(demo, "停车楼西侧围墙") == set()
    assert titles(demo, "欧阳翠花") == set()
    with demo.context() as session:
        view = view_case(session, OPERATOR, number)
        row = session.scalars(select(Case).where(Case.number == number)).one()
        assert (view.state.subject, view.state.stage) == (FORGOTTEN, "withdrawn")
        assert row.record_key is None


def test_nothing_can_be_added_to_an_erased_case(demo: Application, number: str) -> None:
    with demo.context():
        forget_case(demo.casework, OPERATOR, number, "period_over", NOW)
        for kind, data in (
            ("noted", {"note": "x"}),
            ("corrected", {"changes": [{"action": "void", "key": "2"}], "reason": "x"}),
            ("forgotten", {"basis": "period_over"}),
        ):
            with pytest.raises(StepRefused, match="erased"):
                demo.casework.take_step(OPERATOR, number, Step(kind, demo.today(), data), NOW)


def test_a_case_that_is_open_or_disputed_is_kept(demo: Application, number: str) -> None:
    day = demo.today()
    with demo.context():
        opening = Opening("LZ-S01", day, "person", "post", "预算", {"name": "李四"})
        still_open = demo.casework.register(OPERATOR, opening, [], NOW)
        with pytest.raises(StepRefused, match="not available"):
            forget_case(demo.casework, OPERATOR, still_open, "period_over", NOW)
        query = select(Case.number).join(Remedy, Remedy.case_id == Case.id)
        query = query.where(Remedy.concluded_on.is_(None), Case.concluded_on.is_not(None))
        disputed = db.session().scalars(query).first()
        assert disputed
        with pytest.raises(StepRefused, match="still open"):
            forget_case(demo.casework, OPERATOR, disputed, "asked_for", NOW)


def test_only_those_who_sign_may_erase(demo: Application, number: str) -> None:
    with demo.context():
        with pytest.raises(Refused):
            forget_case(demo.casework, CLERK, number, "period_over", NOW)
        forget_case(demo.casework, APPROVER, number, "period_over", NOW)


def test_a_key_that_was_destroyed_without_a_step_is_noticed(demo: Application, number: str) -> None:
    with demo.context(), db.transaction() as session:
        row = session.scalars(select(Case).where(Case.number == number)).one()
        row.record_key = None
    assert {item.number for item in found(demo) if isinstance(item, Difference)} == {number}


def test_what_is_encrypted_for_one_case_does_not_open_for_another(demo: Application) -> None:
    with demo.context():
        key = RecordKey.make("case A")
        kept, token = key.wrapped("case"), key.encrypt("围墙")
        assert RecordKey.unwrapped(kept, "case", "case A").decrypt(token) == "围墙"
        with pytest.raises(OtherKey):
            RecordKey.unwrapped(kept, "case", "case B")
        with pytest.raises(OtherKey):
            RecordKey(key.secret, "case B").decrypt(token)


def test_the_command_asks_first(
    demo: Application, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requestflow.cli.cases.application", lambda: demo)
    with demo.context():
        asked = CliRunner().invoke(commands, ["erase", number, "--basis", "asked_for"], input="n\n")
        assert asked.exit_code == 1
        assert view_case(db.session(), OPERATOR, number).state.forgotten_on is None
        done = CliRunner().invoke(commands, ["erase", number, "--basis", "asked_for", "--yes"])
        assert done.exit_code == 0, done.output
        db.session().rollback()
        assert view_case(db.session(), OPERATOR, number).state.forgotten_on == demo.today()
