"""Commands as a user types them: bad input is one clear line and exit code 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from requestflow.cli.processes import PROCESSES

ROOT = Path(__file__).parents[2]


def run(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "REQUESTFLOW_HOME": str(home), **environment}
    env.pop("DATABASE_URL", None) if "DATABASE_URL" not in environment else None
    return subprocess.run(
        [sys.executable, "-m", "requestflow", *arguments],
        env=env,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli")
    assert run(path, "db", "upgrade").returncode == 0
    assert run(path, "demo", "load").returncode == 0
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--unknown"),
        ("report", "twenty"),
        ("report", "1990"),
        ("report", "2014", "--unit", "XX"),
        ("ledger", "import", "nothing.xlsx"),
        ("law", "show", "cn-1066"),
        ("case", "show", "nothing"),
        ("calendar", "show", "1900"),
        ("calendar", "import", "nothing.csv"),
        ("publications", "import", "nothing.csv"),
        ("no-such-command",),
        ("ledger", "import", __file__),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(home: Path, arguments: tuple[str, ...]) -> None:
    done = run(home, *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_database_says_how_to_migrate(tmp_path: Path) -> None:
    done = run(tmp_path, "verify")
    assert done.returncode == 2
    assert "requestflow db upgrade" in done.stderr


@pytest.mark.parametrize(
    "environment",
    [{"PORT": "many"}, {"DATABASE_URL": "mysql://x"}, {"REQUESTFLOW_TIMEZONE": "Mars/Base"}],
)
def test_a_wrong_setting_is_named(tmp_path: Path, environment: dict[str, str]) -> None:
    done = run(tmp_path, "db", "upgrade", **environment)
    assert done.returncode == 2
    assert next(iter(environment)) in done.stderr


def test_the_clock_as_json(home: Path) -> None:
    done = run(home, "case", "show", "LZ-S01-2026-0005", "--format", "json")
    shown = json.loads(done.stdout)
    reply = next(d for d in shown["deadlines"] if d["kind"] == "reply")
    assert {"kind", "due", "provisional", "steps"} <= reply.keys()
    assert {"from", "to", "working_days", "rule", "article"} <= reply["steps"][0].keys()


def test_help_reads_like_a_table_of_contents(home: Path) -> None:
    done = run(home, "--help")
    assert "Figures:" in done.stdout
    assert done.returncode == 0


def test_compose_runs_the_same_commands_as_run() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    commands = {name: services[name]["command"] for name in PROCESSES}
    assert commands == {name: ["requestflow", "run", name] for name in PROCESSES}
    for name in (*PROCESSES, "database", "broker", "scanner"):
        assert "healthcheck" in services[name]
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert all(
        f"{key}:?" in text
        for key in ("POSTGRES_PASSWORD", "SECRET_KEY", "REQUESTFLOW_ENCRYPTION_KEY")
    )
    assert "USER requestflow" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
