"""What an installation may set, read from the environment once and in this place only."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from requestflow.foundation import setting_values as values
from requestflow.foundation.access_settings import AccessSettings
from requestflow.foundation.errors import RequestflowError
from requestflow.foundation.service_addresses import default_database, limits_address
from requestflow.foundation.setting_values import WrongValue, seconds, whole_number
from requestflow.foundation.texts import Text, joined, text

NEVER_EMPTY = frozenset({"SECRET_KEY", "REQUESTFLOW_ENCRYPTION_KEY"})
"""What is a mistake where it is set and empty; any other empty variable counts as not set. A key
that got lost on its way here must not be taken for the wish to have one made."""

SECRET = frozenset(
    {
        *NEVER_EMPTY,
        "REQUESTFLOW_OIDC_CLIENT_SECRET",
        "DATABASE_URL",
        "SMTP_URL",
        "REQUESTFLOW_METRICS_TOKEN",
    }
)
"""Whose values are never shown."""

LANGUAGES = ("REQUESTFLOW_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
OF_OTHERS = frozenset({"REQUESTFLOW_SETUP_LOCKED", "REQUESTFLOW_FAULTS_SEED"})
"""Variables that look like settings, of the scripts around requestflow."""

MOST_SHOWN = 80
DEFAULT_REDIS = "redis://localhost:6379/0"


class WrongSettings(RequestflowError):
    """Variables that are set to what they cannot be; `lines` has one for each."""

    def __init__(self, lines: list[Text]) -> None:
        super().__init__(joined(lines))
        self.lines = lines


class Settings(AccessSettings):
    """An installation's settings. Secrets that are not given live as files in `home`.

    Each field names its variable. Names tell units: `_seconds`, `_ms`, `_megabytes`.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        case_sensitive=True,
        extra="ignore",
        validate_default=False,
        hide_input_in_errors=True,
    )

    home: Annotated[Path, values.folder] = Field(
        default_factory=lambda: Path("var").absolute(), validation_alias="REQUESTFLOW_HOME"
    )
    language: Annotated[str | None, values.language] = Field(
        default=None, validation_alias="REQUESTFLOW_LANGUAGE"
    )
    timezone: Annotated[ZoneInfo, values.zone] = Field(
        default=ZoneInfo("Asia/Shanghai"), validation_alias="REQUESTFLOW_TIMEZONE"
    )
    morning: Annotated[int, whole_number(0, 23)] = Field(
        default=8, validation_alias="REQUESTFLOW_MORNING"
    )

    # The database. The times are for PostgreSQL; 0 is no limit, as there.
    database_url: Annotated[str, values.database] = Field(
        default_factory=lambda data: default_database(data["home"]),
        validation_alias="DATABASE_URL",
        repr=False,
    )
    database_pool_size: Annotated[int, whole_number(1, 500)] = Field(
        default=10, validation_alias="REQUESTFLOW_DATABASE_POOL_SIZE"
    )
    database_lock_timeout_ms: Annotated[int, whole_number(0, 3_600_000)] = Field(
        default=5_000, validation_alias="REQUESTFLOW_DATABASE_LOCK_TIMEOUT_MS"
    )
    database_statement_timeout_ms: Annotated[int, whole_number(0, 86_400_000)] = Field(
        default=60_000, validation_alias="REQUESTFLOW_DATABASE_STATEMENT_TIMEOUT_MS"
    )
    database_connect_timeout_seconds: Annotated[int, whole_number(1, 300)] = Field(
        default=10, validation_alias="REQUESTFLOW_DATABASE_CONNECT_TIMEOUT_SECONDS"
    )

    # The processes.
    redis_url: Annotated[str | None, values.redis] = Field(
        default=None, validation_alias="REDIS_URL", repr=False
    )
    port: Annotated[int, whole_number(1, 65535)] = Field(default=8000, validation_alias="PORT")
    bind: Annotated[str, values.bind] = Field(
        default="127.0.0.1", validation_alias="REQUESTFLOW_BIND"
    )
    web_workers: Annotated[int, whole_number(1, 256)] = Field(
        default=2, validation_alias="REQUESTFLOW_WEB_WORKERS"
    )
    web_threads: Annotated[int, whole_number(1, 256)] = Field(
        default=8, validation_alias="REQUESTFLOW_WEB_THREADS"
    )
    worker_processes: Annotated[int, whole_number(1, 256)] = Field(
        default=2, validation_alias="REQUESTFLOW_WORKER_PROCESSES"
    )
    graceful_timeout_seconds: Annotated[int, whole_number(1, 3600)] = Field(
        default=10, validation_alias="REQUESTFLOW_GRACEFUL_TIMEOUT_SECONDS"
    )
    sweep_seconds: Annotated[float, seconds(0.1, 600)] = Field(
        default=60, validation_alias="REQUESTFLOW_SWEEP_SECONDS"
    )
    deliver_seconds: Annotated[float, seconds(0.1, 600)] = Field(
        default=15, validation_alias="REQUESTFLOW_DELIVER_SECONDS"
    )
    task_soft_limit_seconds: Annotated[int, whole_number(10, 86_400)] = Field(
        default=200, validation_alias="REQUESTFLOW_TASK_SOFT_LIMIT_SECONDS"
    )
    task_limit_seconds: Annotated[int, whole_number(10, 86_400)] = Field(
        default=240, validation_alias="REQUESTFLOW_TASK_LIMIT_SECONDS", validate_default=True
    )

    # The site.
    base_url: Annotated[str, values.site] = Field(
        default_factory=lambda data: f"http://localhost:{data['port']}",
        validation_alias="REQUESTFLOW_BASE_URL",
    )
    secret_key: Annotated[str | None, values.secret] = Field(
        default=None, validation_alias="SECRET_KEY", repr=False
    )
    encryption_keys: Annotated[tuple[str, ...], NoDecode, values.fernet_keys] = Field(
        default=(), validation_alias="REQUESTFLOW_ENCRYPTION_KEY", repr=False
    )
    # What one address may do in a time.
    limits_url: Annotated[str, values.limits] = Field(
        default_factory=lambda data: limits_address(data["redis_url"] or "memory://"),
        validation_alias="REQUESTFLOW_LIMITS_URL",
        repr=False,
    )
    # Files and mail.
    draft_gigabytes: Annotated[int, whole_number(1, 10_240)] = Field(
        default=20, validation_alias="REQUESTFLOW_DRAFT_GIGABYTES"
    )
    file_megabytes: Annotated[int, whole_number(1, 1024)] = Field(
        default=20, validation_alias="REQUESTFLOW_FILE_MEGABYTES"
    )
    case_megabytes: Annotated[int, whole_number(1, 10_240)] = Field(
        default=100, validation_alias="REQUESTFLOW_CASE_MEGABYTES", validate_default=True
    )
    paper_megabytes: Annotated[int, whole_number(256, 65_536)] = Field(
        default=768, validation_alias="REQUESTFLOW_PAPER_MEGABYTES"
    )
    paper_seconds: Annotated[int, whole_number(5, 600)] = Field(
        default=30, validation_alias="REQUESTFLOW_PAPER_SECONDS"
    )
    scanner_url: Annotated[str | None, values.scanner] = Field(
        default=None, validation_alias="REQUESTFLOW_SCANNER_URL"
    )
    smtp_url: Annotated[str | None, values.mail_server] = Field(
        default=None, validation_alias="SMTP_URL", repr=False
    )
    mail_from: Annotated[str, values.sender] = Field(
        default="requestflow@localhost", validation_alias="MAIL_FROM"
    )
    webhook_hosts: Annotated[frozenset[str], NoDecode, values.hosts] = Field(
        default=frozenset(), validation_alias="REQUESTFLOW_WEBHOOK_HOSTS"
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Reads DATABASE_URL, REDIS_URL, PORT, REQUESTFLOW_* and so on.

        Raises WrongSettings with a line for each variable that is wrong.
        """
        try:
            if environment is None:
                return cls()
            given: dict[str, Any] = {n: environment[n] for n in variables() & set(environment)}
            return _Given(**given)
        except ValidationError as error:
            raise WrongSettings(_lines(error)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment and nothing else."""
        return (env_settings,)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, variables: dict[str, str]) -> dict[str, str]:
        """Compose files and unit files set what is not given to nothing."""
        stripped = {name: value.strip() for name, value in variables.items()}
        return {name: value for name, value in stripped.items() if value or name in NEVER_EMPTY}

    @field_validator("task_limit_seconds")
    @classmethod
    def _longer_than_soft(cls, value: int, info: ValidationInfo) -> int:
        soft = info.data.get("task_soft_limit_seconds", 0)
        if value <= soft:
            raise _wrong_beside("REQUESTFLOW_TASK_SOFT_LIMIT_SECONDS", soft + 1)
        return value

    @field_validator("case_megabytes")
    @classmethod
    def _room_for_a_file(cls, value: int, info: ValidationInfo) -> int:
        one = info.data.get("file_megabytes", 0)
        if value < one:
            raise _wrong_beside("REQUESTFLOW_FILE_MEGABYTES", one)
        return value

    @property
    def broker_url(self) -> str:
        """The Redis that wakes the worker: the one that is set, else the one of this machine."""
        return self.redis_url or DEFAULT_REDIS


class _Given(Settings):
    """Settings of an environment that is handed over, not of this process's own."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed over and nothing else."""
        return (init_settings,)


def variables() -> set[str]:
    """The names of all variables that are read."""
    return {str(field.validation_alias) for field in Settings.model_fields.values()}


def terminal_language() -> str:
    """The language of a terminal, zh_CN or en: what REQUESTFLOW_LANGUAGE or the system says.

    Apart from the settings, as it is also the language in which they are said to be wrong.
    """
    chosen = next((value for name in LANGUAGES if (value := os.environ.get(name))), "")
    return "zh_CN" if chosen.lower().startswith("zh") else "en"


def unknown_variables() -> list[str]:
    """Variables of this environment that look like settings and are none: misspelt, or of
    another version."""
    given = {name for name in os.environ if name.startswith("REQUESTFLOW_")}
    return sorted(given - variables() - OF_OTHERS)


def _wrong_beside(other: str, least: int) -> WrongValue:
    return WrongValue(
        text("at least %(least)s, because of %(variable)s", least=least, variable=other)
    )


def _lines(error: ValidationError) -> list[Text]:
    """What is wrong, a line for each variable."""
    results = []
    for item in error.errors(include_url=False):
        reason = item.get("ctx", {}).get("error")
        # What only lacks another, wrong variable is left out: that one has its own line.
        if item["type"] == "default_factory_not_called":
            continue
        right = reason.right if isinstance(reason, WrongValue) else text("another value")
        results.append(_line(_variable(str(item["loc"][0])), item["input"], right))
    return results


def _variable(place: str) -> str:
    """The variable that is meant: of a default, which fits not to another variable, pydantic
    names the field."""
    field = Settings.model_fields.get(place)
    return str(field.validation_alias) if field else place


def _line(variable: str, value: Any, right: Text) -> Text:
    shown = " ".join(str(value).split())
    if not shown:
        return text("%(variable)s is empty; it must be %(right)s.", variable=variable, right=right)
    if variable in SECRET or (variable.endswith("_URL") and "@" in shown):
        return text(
            "%(variable)s is wrong (its value is secret and not shown); it must be %(right)s.",
            variable=variable,
            right=right,
        )
    if len(shown) > MOST_SHOWN:
        shown = f"{shown[:MOST_SHOWN]}…"
    return text(
        "%(variable)s is '%(value)s'; it must be %(right)s.",
        variable=variable,
        value=shown,
        right=right,
    )
