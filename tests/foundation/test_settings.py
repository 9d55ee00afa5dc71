"""Settings: each wrong value is one line that names it, in both languages, wherever one starts."""

import os
import re
from pathlib import Path
from typing import NoReturn

import pytest
import yaml
from cryptography.fernet import Fernet

from requestflow.cli import main
from requestflow.cli.processes import PROCESSES, command_of, environment_of
from requestflow.foundation import Settings, WrongSettings, unknown_variables
from requestflow.foundation.service_addresses import MailServer, celery_address
from requestflow.foundation.settings import variables
from requestflow.foundation.terminal import lines_of
from worker.schedule import schedule_of

ROOT = Path(__file__).parents[2]
SECRET = "geheim-7f3a"
WRONG = [
    ("PORT", "99999", "from 1 to 65535", "1 到 65535"),
    ("PORT", "8000a", "from 1 to 65535", "1 到 65535"),
    ("PORT", "9" * 5000, "from 1 to 65535", "1 到 65535"),
    ("DATABASE_URL", f"postgresql://user:{SECRET}@ss:word@:x/y", "postgresql://user", "百分号"),
    ("DATABASE_URL", f"postgresql://u:{SECRET}@host/name?no_such=1", "sqlite:////", "sqlite:////"),
    ("DATABASE_URL", f"mysql://u:{SECRET}@host/name", "postgresql://user", "postgresql://用户"),
    ("REDIS_URL", "localhost:6379", "redis://host:6379/0", "redis://主机:6379/0"),
    ("REDIS_URL", f"redis://:{SECRET}@host:x", "unix:///socket", "unix:///套接字"),
    ("REQUESTFLOW_LIMITS_URL", "foo", "memory://", "memory://"),
    ("SMTP_URL", "mail.example.org:25", "smtp://user", "smtp://用户"),
    ("SMTP_URL", f"smtp://u:{SECRET}@host?starttls=yes", "starttls=1", "starttls=1"),
    ("SMTP_URL", f"smtps://u:{SECRET}@host?timeout=900", "timeout=1 to 100", "timeout=1 到 100"),
    ("SMTP_URL", f"http://u:{SECRET}@host", "smtps://user", "smtps://用户"),
    ("MAIL_FROM", "the office", "an email address", "邮件地址"),
    ("REQUESTFLOW_SCANNER_URL", "http://clam", "clamd://host:3310", "clamd://主机:3310"),
    ("REQUESTFLOW_SECURE_COOKIES", "maybe", "true, yes, on", "true、yes、on"),
    ("REQUESTFLOW_BEHIND_PROXY", "nginx", "true, yes, on", "true、yes、on"),
    ("REQUESTFLOW_TRUSTED_PROXIES", "2", "REQUESTFLOW_BEHIND_PROXY", "REQUESTFLOW_BEHIND_PROXY"),
    ("REQUESTFLOW_BASE_URL", "foo", "https://requests.example.org", "https://requests"),
    ("REQUESTFLOW_BIND", "0.0.0.0:8000", "without a port", "不带端口"),
    ("REQUESTFLOW_ENCRYPTION_KEY", "", "is empty", "为空"),
    ("REQUESTFLOW_ENCRYPTION_KEY", SECRET, "Fernet key", "Fernet 密钥"),
    ("SECRET_KEY", "", "is empty", "为空"),
    ("SECRET_KEY", SECRET, "16 characters", "16 个字符"),
    ("REQUESTFLOW_METRICS_TOKEN", f"{SECRET} two", "without spaces", "不含空格"),
    ("REQUESTFLOW_SWEEP_SECONDS", "abc", "from 0.1 to 600", "0.1 到 600"),
    ("REQUESTFLOW_DELIVER_SECONDS", "nan", "from 0.1 to 600", "0.1 到 600"),
    ("REQUESTFLOW_TASK_LIMIT_SECONDS", "100", "at least 201", "不小于 201"),
    ("REQUESTFLOW_TIMEZONE", "Beijing", "Asia/Shanghai", "Asia/Shanghai"),
    ("REQUESTFLOW_MORNING", "25", "from 0 to 23", "0 到 23"),
    ("REQUESTFLOW_LANGUAGE", "français", "zh or en", "zh 或 en"),
    ("REQUESTFLOW_WEB_WORKERS", "0", "from 1 to 256", "1 到 256"),
    ("REQUESTFLOW_WORKER_PROCESSES", "two", "from 1 to 256", "1 到 256"),
    ("REQUESTFLOW_DATABASE_POOL_SIZE", "-1", "from 1 to 500", "1 到 500"),
    ("REQUESTFLOW_CASE_MEGABYTES", "5", "at least 20", "不小于 20"),
    ("REQUESTFLOW_SIGN_IN_LIMIT", "often", "10 per minute", "10 per minute"),
    ("REQUESTFLOW_APPLICATION_LIMIT", "0 per hour", "60 per hour", "60 per hour"),
    ("REQUESTFLOW_WEBHOOK_HOSTS", "https://chat.example.org/", "names of hosts", "主机名"),
]
wrong = pytest.mark.parametrize(("variable", "value", "english", "chinese"), WRONG)


def read(**environment: str) -> Settings:
    return Settings.from_environment(environment)


@wrong
def test_a_wrong_value_is_a_line_that_says_what_is_right(
    variable: str, value: str, english: str, chinese: str
) -> None:
    with pytest.raises(WrongSettings) as caught:
        read(**{variable: value})
    for language, right in (("en", english), ("zh_CN", chinese)):
        [line] = lines_of(caught.value, language)
        assert line.startswith(variable)
        assert right in line
        assert SECRET not in line
        assert "\n" not in line
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


@wrong
@pytest.mark.parametrize("process", [*PROCESSES, "verify"])
def test_whatever_starts_says_it_in_one_line(
    process: str,
    variable: str,
    value: str,
    english: str,
    chinese: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def started(*_command: object) -> NoReturn:
        raise AssertionError("it was started")

    monkeypatch.setattr(os, "execve", started)
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as ended:
        main(["run", process] if process in PROCESSES else [process])
    assert ended.value.code == 2
    said = capsys.readouterr()
    [line] = said.err.splitlines()
    assert line.startswith(f"requestflow: {variable}")
    assert (english if variable == "REQUESTFLOW_LANGUAGE" else chinese) in line
    assert said.out == ""
    assert not (tmp_path / "home").exists()


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(WrongSettings) as caught:
        read(PORT="0", REQUESTFLOW_HOME="/x", SMTP_URL="mail:25", REQUESTFLOW_TIMEZONE="Beijing")
    named = {line.split(" ", 1)[0] for line in lines_of(caught.value, "en")}
    assert named == {"PORT", "SMTP_URL", "REQUESTFLOW_TIMEZONE"}


def test_a_default_that_another_variable_makes_impossible_is_named() -> None:
    with pytest.raises(WrongSettings) as caught:
        read(REQUESTFLOW_FILE_MEGABYTES="200")
    [line] = lines_of(caught.value, "en")
    assert line.startswith("REQUESTFLOW_CASE_MEGABYTES is '100'")


@pytest.mark.parametrize(
    ("value", "is_on"),
    [
        *((value, True) for value in ("1", "true", "YES", "on")),
        *((value, False) for value in ("0", "no", "False", "off", "")),
    ],
)
def test_a_switch_is_written_in_several_ways(value: str, is_on: bool) -> None:
    assert read(REQUESTFLOW_SECURE_COOKIES=value).secure_cookies is is_on


def test_defaults_follow_from_other_settings() -> None:
    alone = read(REQUESTFLOW_HOME="/srv/home", PORT="8010")
    assert alone.database_url == "sqlite:////srv/home/requestflow.sqlite3"
    assert alone.base_url == "http://localhost:8010"
    assert (alone.limits_url, alone.trusted_proxies) == ("memory://", 0)
    behind = read(REQUESTFLOW_BEHIND_PROXY="yes", REDIS_URL="unix:///run/redis.sock")
    assert (behind.limits_url, behind.trusted_proxies) == ("redis+unix:///run/redis.sock", 1)
    assert read(REQUESTFLOW_BEHIND_PROXY="1", REQUESTFLOW_TRUSTED_PROXIES="2").trusted_proxies == 2
    given = read(DATABASE_URL="postgres://u:p%40ss@host/name")
    assert given.database_url == "postgresql+psycopg://u:p%40ss@host/name"


def test_empty_variables_are_not_set_and_space_around_values_is_nothing() -> None:
    settings = read(SMTP_URL="", PORT=" 8010 ", REQUESTFLOW_SCANNER_URL=" ", REDIS_URL="")
    assert (settings.smtp_url, settings.scanner_url, settings.redis_url) == (None, None, None)
    assert settings.port == 8010


def test_a_given_environment_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert read().port == 8000
    assert Settings.from_environment().port == 8123


def test_secrets_are_not_in_what_settings_look_like() -> None:
    key = Fernet.generate_key().decode()
    settings = read(
        DATABASE_URL=f"postgresql://u:{SECRET}@host/name",
        REDIS_URL=f"redis://:{SECRET}@host",
        SMTP_URL=f"smtps://u:{SECRET}@host",
        SECRET_KEY=f"{SECRET}-{SECRET}",
        REQUESTFLOW_METRICS_TOKEN=SECRET,
        REQUESTFLOW_ENCRYPTION_KEY=key,
    )
    assert SECRET not in repr(settings)
    assert key not in repr(settings)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_a_mail_server_is_reached_as_its_address_says() -> None:
    plain = MailServer.from_url("smtp://host")
    assert (plain.port, plain.tls, plain.starttls, plain.verify) == (25, False, False, True)
    first = MailServer.from_url("smtps://user:p%40ss@host?verify=0&timeout=5")
    assert (first.port, first.tls, first.verify, first.timeout) == (465, True, False, 5)
    assert (first.user, first.password) == ("user", "p@ss")
    assert MailServer.from_url("smtp://host:587?starttls=1").starttls


def test_the_certificate_of_an_encrypted_broker_is_looked_at() -> None:
    assert celery_address("rediss://host/0") == "rediss://host/0?ssl_cert_reqs=required"
    assert celery_address("unix:///run/x") == "redis+socket:///run/x"


def test_processes_are_started_as_the_settings_say(tmp_path: Path) -> None:
    settings = read(
        REQUESTFLOW_HOME=str(tmp_path),
        REQUESTFLOW_BIND="::1",
        REQUESTFLOW_WEB_WORKERS="3",
        REQUESTFLOW_WEB_THREADS="5",
        REQUESTFLOW_WORKER_PROCESSES="7",
        REQUESTFLOW_GRACEFUL_TIMEOUT_SECONDS="31",
        REQUESTFLOW_SWEEP_SECONDS="0.5",
    )
    web = " ".join(command_of("web", settings))
    assert "--bind [::1]:8000 --workers 3 --threads 5 " in web
    assert "--graceful-timeout 31" in web
    assert "--concurrency 7" in " ".join(command_of("worker", settings))
    assert environment_of(settings)["REDIS_URL"] == f"unix://{tmp_path}/redis.sock"
    schedule = schedule_of(settings)
    assert (schedule["sweep"]["schedule"], schedule["deliver"]["schedule"]) == (0.5, 15)


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTFLOW_SECURE_COOKIE", "1")
    monkeypatch.setenv("REQUESTFLOW_MORNING", "7")
    assert "REQUESTFLOW_SECURE_COOKIE" in unknown_variables()
    assert "REQUESTFLOW_MORNING" not in unknown_variables()


def test_a_kept_key_that_is_none_is_named_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "encryption.key").write_text(SECRET)
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["verify"])
    [line] = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "encryption.key") in line
    assert SECRET not in line


def test_a_database_that_is_away_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:{SECRET}@127.0.0.1:9/name")
    for command in (["run", "web"], ["db", "upgrade"], ["verify"]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == 2
        [line] = capsys.readouterr().err.splitlines()
        assert "Check DATABASE_URL." in line
        assert SECRET not in line


def test_a_broker_that_is_away_is_one_line_and_the_process_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Started(Exception):
        pass

    def start(*_command: object) -> NoReturn:
        raise Started

    monkeypatch.setattr(os, "execve", start)
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path))
    main(["db", "upgrade"])
    capsys.readouterr()
    monkeypatch.setenv("REDIS_URL", f"redis://:{SECRET}@127.0.0.1:9/0")
    for process in PROCESSES:
        with pytest.raises(Started):
            main(["run", process])
        [line] = capsys.readouterr().err.splitlines()
        assert "127.0.0.1:9" in line
        assert "Check REDIS_URL." in line
        assert SECRET not in line


def test_the_environment_is_read_in_one_place() -> None:
    reads = {
        str(path.relative_to(ROOT))
        for folder in ("requestflow", "worker")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"environ\b|getenv", path.read_text("utf-8"))
    }
    # The second hands this process's environment to those that it starts.
    assert (
        reads
        - {
            "requestflow/foundation/settings.py",
            "requestflow/cli/processes.py",
        }
        == set()
    )


def test_every_variable_is_described_in_both_languages_and_passed_by_compose() -> None:
    for file in ("README.md", "README.zh.md"):
        rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / file).read_text("utf-8"), re.MULTILINE)
        assert set(re.findall(r"`([A-Z_]+)`", " ".join(rows))) == variables(), file
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    passed = set(compose["x-requestflow"]["environment"])
    # Home, address and port inside a container are the image's.
    assert variables() - passed == {"REQUESTFLOW_HOME", "REQUESTFLOW_BIND", "PORT"}
    assert passed - variables() == set()
