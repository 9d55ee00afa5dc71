"""People and the audit trail at the terminal."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.test_commands import run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people")
    assert run(path, "db", "upgrade").returncode == 0
    assert run(path, "demo", "load").returncode == 0
    return path


def test_letting_somebody_go_and_in_again(home: Path) -> None:
    done = run(home, "person", "disable", "clerk")
    assert done.returncode == 0, done.stderr
    assert "open cases are still assigned to clerk" in done.stdout
    assert "/cases?handler=clerk&unit=LZ-S01" in done.stdout
    assert "(disabled)" in run(home, "person", "list").stdout
    assert run(home, "person", "enable", "clerk").returncode == 0
    assert "(disabled)" not in run(home, "person", "list").stdout
    given = run(home, "person", "reset-password", "clerk").stdout
    trail = run(home, "audit", "--subject", "clerk", "--format", "json").stdout
    assert [item["action"] for item in json.loads(trail)] == [
        "password reset",
        "person enabled",
        "person disabled",
    ]
    assert given.splitlines()[0].rpartition(" ")[2] not in trail


def test_the_audit_trail_in_both_languages(home: Path) -> None:
    added = run(home, "person", "add", "added", "--name", "新人", "--role", "clerk", "--unit", "LZ")
    assert added.returncode == 2
    assert "at least 12" in added.stderr
    assert "增加人员" not in run(home, "audit", REQUESTFLOW_LANGUAGE="zh").stdout
    assert run(home, "audit", "--action", "audit trail read").stdout.count("Viewed the audit") == 1
    content = run(home, "audit", "--format", "csv", REQUESTFLOW_LANGUAGE="zh").stdout
    records = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert records[0]["操作"] == "查看审计记录"
    assert records[0]["用户名"] == "系统操作员"


@pytest.mark.parametrize(
    "arguments",
    [
        ("person", "disable", "nobody"),
        ("person", "disable", "administrator"),
        ("person", "reset-password", "nobody"),
        ("audit", "--from", "yesterday"),
        ("audit", "--action", "thinking"),
        ("audit", "--unit", "XX"),
    ],
)
def test_what_cannot_be_done_is_one_line(home: Path, arguments: tuple[str, ...]) -> None:
    done = run(home, *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
