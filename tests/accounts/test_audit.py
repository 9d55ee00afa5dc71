"""Reading the audit trail back: in words, by units, by filters, in pages, as files."""

import ast
import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import (
    ACTIONS,
    Actor,
    AuditEntry,
    AuditFilter,
    AuditRow,
    add_person,
    clear_audit_trail,
    read_audit_trail,
    record_access,
    record_reading,
    unit_by_code,
)
from requestflow.application import Application
from requestflow.cases import numbers_within
from requestflow.casework import (
    action_in_words,
    actor_in_words,
    as_csv,
    as_json,
    as_lines,
    detail_in_words,
    subject_in_words,
)
from requestflow.demo import PASSWORD
from requestflow.foundation import NotFound, Refused, db, is_word
from tests.conftest import NOW

ZONE = ZoneInfo("Asia/Shanghai")
CASE, OTHER = "LZ-S01-2026-0005", "LZ-S02-2026-0001"
AUDITOR = Actor("auditor", "auditor", "LZ/")
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
OWN, SECOND = "LZ/LZ-S01/", "LZ/LZ-S02/"
NOTHING = AuditFilter()
SOURCE = Path(__file__).parents[2] / "requestflow"


def read(session: Session, path: str = "LZ/", narrowed: AuditFilter = NOTHING) -> list[AuditRow]:
    operator = Actor.operator()
    return list(read_audit_trail(session, operator, path, narrowed, numbers_within, ZONE).rows)


def row(action: str, subject: str = CASE, reason: str | None = None) -> AuditRow:
    return AuditRow(1, NOW, "clerk", "李经办", action, subject, reason)


def written_actions() -> set[str]:
    """The actions that the code records, as they stand in its calls."""
    results = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id == "record_access":
                results |= {
                    value.value
                    for value in ast.walk(node.args[2])
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                }
    return results


def test_whatever_is_recorded_has_words_in_both_languages() -> None:
    written = written_actions()
    assert len(written) > 15
    assert written - set(ACTIONS) == set()
    assert [action for action in ACTIONS if not is_word(f"audit.{action}")] == []
    for action in ACTIONS:
        assert not any(letter.isascii() and letter.isalpha() for letter in words(action, "zh_CN"))


def words(action: str, locale: str) -> str:
    return action_in_words(action, locale)


def test_particulars_in_words() -> None:
    assert detail_in_words(row("deciding on the spot", "LZ-S01", "on"), "zh_CN") == "开启"
    assert "decision" not in detail_in_words(
        row("letter template changed", "LZ-S01", "decision"), "zh_CN"
    )
    assert detail_in_words(row("person added", "x", "clerk"), "zh_CN") == "经办人"
    assert subject_in_words(row("messages sent again", "all"), "zh_CN") == "全部"
    narrowed = AuditFilter("clerk", None, "file opened", date(2026, 1, 31), None)
    reading = row("audit trail read", "LZ", narrowed.as_query)
    assert detail_in_words(reading, "zh_CN") == "人员：clerk；操作：打开案件文件；自：2026-01-31"
    nobody = AuditRow(1, NOW, "operator", None, "person added", "clerk", None)
    assert actor_in_words(nobody, "zh_CN") == "系统操作员"
    assert actor_in_words(row("sign-in"), "zh_CN") == "李经办（clerk）"


def test_entries_go_after_their_time_and_no_other(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        for days in (1096, 1095, 1094):
            moment = NOW - timedelta(days=days)
            record_access(session, Actor.operator(), "sign-in", str(days), moment)
        session.flush()
        assert clear_audit_trail(session, NOW - timedelta(days=1095)) == 1
        left = session.scalars(select(AuditEntry.subject).where(AuditEntry.actor == "operator"))
        assert {"1095", "1094"} <= set(left)
        assert "1096" not in set(session.scalars(select(AuditEntry.subject)))


def test_each_unit_sees_its_people_and_its_cases(demo: Application) -> None:
    """Also what others did with its cases and people, and nothing of other units."""
    with demo.context(), db.transaction() as session:
        operator, city = Actor.operator(), Actor("supervisor", "supervisor", "LZ/")
        add_person(session, "other", "他人", PASSWORD, "clerk", unit_by_code(session, "LZ-S02"))
        other = Actor("other", "clerk", SECOND)
        record_access(session, CLERK, "personal data shown", CASE, NOW)
        record_access(session, city, "file opened", CASE, NOW)
        record_access(session, operator, "password reset", "clerk", NOW)
        record_access(session, operator, "reminder rules changed", "LZ-S01", NOW)
        record_access(session, other, "personal data shown", OTHER, NOW)
        record_access(session, Actor("zhang", "system"), "sign-in refused", "zhang", NOW)
        session.flush()
        own = {(item.actor, item.action) for item in read(session, OWN)}
        assert own == {
            ("clerk", "personal data shown"),
            ("supervisor", "file opened"),
            ("operator", "password reset"),
            ("operator", "reminder rules changed"),
        }
        assert [item.actor for item in read(session, SECOND)] == ["other"]
        assert len(read(session)) == len(read(session, "")) == 6
        below = Actor("x", "auditor", OWN)
        with pytest.raises(Refused):
            read_audit_trail(session, below, SECOND, NOTHING, numbers_within, ZONE)
        with pytest.raises(Refused):
            read_audit_trail(session, CLERK, OWN, NOTHING, numbers_within, ZONE)


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        (AuditFilter(person="clerk"), [3, 1]),
        (AuditFilter(person="李经办"), [3, 1]),
        (AuditFilter(person="nobody"), []),
        (AuditFilter(subject=CASE), [2, 1]),
        (AuditFilter(action="file opened"), [2]),
        (AuditFilter(first_day=date(2026, 11, 24)), [3, 2]),
        (AuditFilter(last_day=date(2026, 11, 23)), [1]),
        (AuditFilter(first_day=date(2026, 11, 24), last_day=date(2026, 11, 24)), [2]),
        (AuditFilter(last_day=date(9999, 12, 31)), [3, 2, 1]),
        (AuditFilter(first_day=date(1, 1, 1)), [3, 2, 1]),
        (AuditFilter("clerk", CASE, "personal data shown"), [1]),
    ],
)
@pytest.mark.parametrize("path", ["LZ/", OWN])
def test_filters(demo: Application, path: str, narrowed: AuditFilter, found: list[int]) -> None:
    """Days are those of the body's own zone: 16:00 in UTC is midnight in Shanghai."""
    reviewer = Actor("reviewer", "reviewer", OWN)
    with demo.context(), db.transaction() as session:
        for actor, action, subject, at in (
            (CLERK, "personal data shown", CASE, datetime(2026, 11, 23, 15, 59, tzinfo=UTC)),
            (reviewer, "file opened", CASE, datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
            (CLERK, "sign-in", "clerk", datetime(2026, 11, 24, 16, 0, tzinfo=UTC)),
        ):
            record_access(session, actor, action, subject, at)
            session.flush()
        ids = [item.id for item in read(session, path, narrowed)]
        first = min((item.id for item in read(session)), default=0)
        assert [number - first + 1 for number in ids] == found


@pytest.mark.parametrize("path", ["LZ/", OWN])
def test_pages_lose_nothing_and_repeat_nothing(demo: Application, path: str) -> None:
    """Many entries of one moment, and one that was written late with an earlier moment."""
    with demo.context(), db.transaction() as session:
        for place in range(7):
            record_access(session, CLERK, "file opened", CASE, NOW, str(place))
        record_access(session, CLERK, "file opened", CASE, NOW - timedelta(hours=1), "late")
        session.flush()
        seen: list[str | None] = []
        before = None
        for _ in range(9):
            page = read_audit_trail(
                session, AUDITOR, path, NOTHING, numbers_within, ZONE, before, size=3
            )
            seen += [item.reason for item in page.rows]
            before = page.next_key
            if before is None:
                break
        assert seen == ["6", "5", "4", "3", "2", "1", "0", "late"]
        with pytest.raises(NotFound):
            read_audit_trail(session, AUDITOR, path, NOTHING, numbers_within, ZONE, 2**31 - 1)


def test_reading_what_others_did_is_recorded(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        record_reading(session, AUDITOR, "LZ/", AuditFilter(person="clerk"), NOW)
        record_reading(session, AUDITOR, OWN, NOTHING, NOW, exported=True)
        record_reading(session, AUDITOR, "LZ/", AuditFilter(person="auditor"), NOW)
        session.flush()
        assert [(item.action, item.subject, item.reason) for item in read(session)] == [
            ("audit trail exported", "LZ-S01", None),
            ("audit trail read", "LZ", "person=clerk"),
        ]
        with pytest.raises(Refused):
            record_reading(session, CLERK, OWN, NOTHING, NOW)


def test_files_do_not_command_what_opens_them() -> None:
    """What somebody typed into the sign-in page ends up here as they typed it."""
    typed = '=HYPERLINK("//x")'
    bad = AuditRow(1, NOW, typed, None, "sign-in refused", typed, None)
    record = next(csv.DictReader(io.StringIO(as_csv([bad], "zh_CN", ZONE).decode("utf-8-sig"))))
    assert record == {
        "时间": "2026-11-24 10:00:00",
        "用户名": f"'{typed}",
        "姓名": "",
        "操作": "登录失败",
        "对象": f"'{typed}",
        "说明": "",
        "网络地址": "",
        "登录编号": "",
    }
    escape = AuditRow(1, NOW, "\x1b[2J\n", None, "sign-in refused", "x", None)
    assert as_lines([escape], "en", ZONE) == "2026-11-24 10:00:00  ?[2J?  Sign-in refused  x"
    assert json.loads(as_json([bad]))[0]["actor"] == typed
