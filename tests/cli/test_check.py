"""`requestflow check` against real parts: what is well, what is missed, what to do next."""

import json
import shutil
import socket
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from requestflow.application import Application
from requestflow.cli import main
from requestflow.cli.check import check_application
from requestflow.cli.findings import Finding
from requestflow.cli.private_redis import start_redis, url_of
from requestflow.cli.service_checks import check_services
from requestflow.foundation import Cipher, GroupPlace, Settings, encryption, new_encryption_key
from requestflow.foundation.secret_files import key_file
from requestflow.notices import sweep
from tests.conftest import NOW, within
from tests.mailbox import mail_server

AWAY = "127.0.0.1:9"
OF_THE_APPLICATION = {"files", "disk", "fonts", "database", "key", "calendar", "worker"}


def found(app: Application, has_key: bool = True) -> dict[str, Finding]:
    return {finding.check: finding for finding in check_application(app, has_key)}


def services(**environment: str) -> dict[str, Finding]:
    settings = Settings.from_environment(environment)
    return {finding.check: finding for finding in check_services(settings)}


def english(finding: Finding) -> str:
    return finding.line("en")


def test_what_is_well_is_ok(demo: Application) -> None:
    within(demo, sweep, demo.zones, NOW)
    results = found(demo)
    assert set(results) == OF_THE_APPLICATION
    states = {name: result.state for name, result in results.items()}
    assert states == {
        **dict.fromkeys(OF_THE_APPLICATION, "ok"),
        "calendar": "warning",
        "fonts": "warning",
    }
    kind = "SQLite" if demo.engine.dialect.name == "sqlite" else "PostgreSQL"
    assert kind in english(results["database"])
    assert str(demo.revision()) in english(results["database"])
    assert "can be decrypted" in english(results["key"])
    assert list((demo.settings.home / "files" / "incoming").iterdir()) == []


def test_next_years_calendar_is_missed_from_november_on(demo: Application) -> None:
    november = found(demo)["calendar"]
    assert "2027.csv" in english(november)
    october = replace(demo, clock=lambda: datetime(2026, 10, 31, tzinfo=UTC))
    assert found(october)["calendar"].state == "ok"
    later = found(replace(demo, clock=lambda: datetime(2028, 1, 9, tzinfo=UTC)))["calendar"]
    assert later.state == "failed"
    assert "2028.csv" in english(later)


def test_a_worker_that_is_late_is_a_warning(demo: Application) -> None:
    assert "never" in english(found(demo)["worker"])
    within(demo, sweep, demo.zones, NOW)
    for minutes, state in ((15, "ok"), (16, "warning")):
        later = replace(demo, clock=lambda m=minutes: NOW + timedelta(minutes=m))
        assert found(later)["worker"].state == state
    assert "2026-11-24 10:00" in english(found(later)["worker"])
    assert "requestflow run beat" in english(found(later)["worker"])


@pytest.fixture
def other_key(demo: Application) -> Iterator[None]:
    """The key is another one since the application was made."""
    before = encryption.use(Cipher([new_encryption_key()]))
    yield
    encryption.use(before)


@pytest.mark.usefixtures("other_key")
def test_another_key_is_told_by_the_data(demo: Application) -> None:
    result = found(demo)["key"]
    assert result.state == "failed"
    assert "REQUESTFLOW_ENCRYPTION_KEY" in english(result)
    lost = found(demo, has_key=False)["key"]
    assert lost.state == "failed"
    assert str(key_file(demo.settings.home)) in english(lost)


def test_an_installation_without_data_can_have_any_key(empty: Application) -> None:
    assert found(empty)["key"].state == "ok"
    assert found(empty, has_key=False)["key"].state == "warning"


def test_a_database_that_is_not_migrated_says_how(empty_url: str, keys: Path) -> None:
    from tests.conftest import application_at

    app = application_at(keys, empty_url)
    results = found(app)
    app.engine.dispose()
    assert results["database"].state == "failed"
    assert "requestflow db upgrade" in english(results["database"])
    assert {results[name].state for name in ("key", "calendar", "worker")} == {"warning"}


def test_a_store_that_cannot_be_written_is_a_failure(empty: Application, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("not a folder")
    settings = empty.settings.model_copy(update={"home": tmp_path})
    result = found(replace(empty, settings=settings))["files"]
    assert result.state == "failed"
    assert str(tmp_path / "files") in english(result)


def test_little_room_is_a_warning(empty: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((1024**3 - 1, "warning"), (1024**3, "ok")):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _home, usage=usage: usage)
        assert found(empty)["disk"].state == state


def test_the_mail_server_is_asked_and_gets_no_mail() -> None:
    with mail_server() as (box, port):
        result = services(SMTP_URL=f"smtp://127.0.0.1:{port}")["mail"]
        assert result.state == "ok"
        assert f"127.0.0.1:{port} is responding" in english(result)
        unencrypted = services(SMTP_URL=f"smtp://127.0.0.1:{port}?starttls=1")["mail"]
        assert unencrypted.state == "failed"
        assert "STARTTLS" in english(unencrypted)
    assert box.mails == []
    assert "printed" in english(services()["mail"])
    production = services(REQUESTFLOW_SECURE_COOKIES="1")["mail"]
    assert (production.state, "No email is sent" in english(production)) == ("failed", True)
    away = services(SMTP_URL=f"smtp://{AWAY}")["mail"]
    assert away.state == "failed"
    assert "Check SMTP_URL." in english(away)


def test_a_mail_server_that_encrypts_is_known_by_its_certificate() -> None:
    with mail_server(tls=True, password="right") as (box, port):
        unknown = services(SMTP_URL=f"smtps://office:right@localhost:{port}")["mail"]
        assert unknown.state == "failed"
        assert "certificate" in english(unknown)
        known = services(SMTP_URL=f"smtps://office:right@localhost:{port}?verify=0")["mail"]
        assert known.state == "ok", english(known)
        assert "accepted the password" in english(known)
        wrong = services(SMTP_URL=f"smtps://office:geheim@localhost:{port}?verify=0")["mail"]
        assert wrong.state == "failed"
        assert "535" in english(wrong)
        assert "geheim" not in english(wrong)
    assert box.mails == []


def test_the_broker_is_asked(tmp_path: Path) -> None:
    assert services(REQUESTFLOW_HOME=str(tmp_path))["broker"].state == "warning"
    process = start_redis(tmp_path)
    try:
        for given in ({}, {"REDIS_URL": url_of(tmp_path)}):
            results = services(REQUESTFLOW_HOME=str(tmp_path), **given)
            assert results["broker"].state == "ok"
            assert "limits" not in results
        apart = services(REDIS_URL=url_of(tmp_path), REQUESTFLOW_LIMITS_URL=f"redis://{AWAY}")
        assert apart["limits"].state == "warning"
    finally:
        process.terminate()
        process.wait()
    away = services(REDIS_URL=f"redis://:geheim@{AWAY}/0")["broker"]
    assert away.state == "failed"
    assert "Check REDIS_URL." in english(away)
    assert "geheim" not in english(away)


@pytest.mark.parametrize(("answer", "state"), [(b"PONG\0", "ok"), (b"ERROR\0", "failed")])
def test_the_scanner_is_asked(answer: bytes, state: str) -> None:
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def once() -> None:
            connection, _ = server.accept()
            with connection:
                assert connection.recv(64) == b"zPING\0"
                connection.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        address = f"clamd://127.0.0.1:{server.getsockname()[1]}"
        assert services(REQUESTFLOW_SCANNER_URL=address)["scanner"].state == state
        thread.join()
    assert services(REQUESTFLOW_SCANNER_URL=f"clamd://{AWAY}")["scanner"].state == "failed"


def test_the_command_is_a_line_a_check_and_makes_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys: Path
) -> None:
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["check", "--format", "json"])
    assert ended.value.code == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    states = {item["check"]: item["state"] for item in said["checks"]}
    assert states["database"] == "failed"
    assert not (tmp_path / "encryption.key").exists()
    main(["db", "upgrade"])
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    capsys.readouterr()
    main(["check"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(states)
    assert all(line.startswith(("正常  ", "警告  ")) for line in lines)
    assert any("邮件只打印出来" in line for line in lines)
    encryption.use(Cipher([key_file(keys).read_text()]))


def test_wrong_settings_are_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", "localhost:6379")
    monkeypatch.setenv("PORT", "0")
    with pytest.raises(SystemExit) as ended:
        main(["check"])
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["failed", "Settings:", "REDIS_URL"],
        ["failed", "Settings:", "PORT"],
    ]


def test_the_provider_of_single_sign_on_is_asked_who_it_is() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oidc_provider_mock import run_server_in_thread

    secret = {"REQUESTFLOW_OIDC_CLIENT_ID": "a", "REQUESTFLOW_OIDC_CLIENT_SECRET": "b"}
    with run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        states = {
            address: services(REQUESTFLOW_OIDC_ISSUER=address, **secret)["sign-on"].state
            for address in (issuer, f"{issuer}/", f"{issuer}/other", "http://localhost:9")
        }
    assert list(states.values()) == ["ok", "failed", "failed", "failed"]


def test_units_of_groups_must_exist(demo: Application) -> None:
    def state(*codes: str) -> Finding:
        places = tuple(GroupPlace(f"g-{code}", "clerk", code) for code in codes)
        settings = demo.settings.model_copy(update={"oidc_groups": places})
        return found(replace(demo, settings=settings))["groups"]

    assert state("LZ-S01", "LZ").state == "ok"
    assert "NOWHERE" in english(state("LZ-S01", "NOWHERE"))
