"""What an installation may set, read from the environment once."""

import os
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from requestflow.foundation.errors import RequestflowError
from requestflow.foundation.texts import text


@dataclass(frozen=True)
class Settings:
    """An installation's settings. Secrets that are not given live as files in `home`."""

    home: Path
    database_url: str
    redis_url: str | None
    port: int
    timezone: ZoneInfo
    smtp_url: str | None
    mail_from: str
    base_url: str
    secret_key: str | None
    encryption_key: str | None
    secure_cookies: bool
    scanner_url: str | None = None
    morning: int = 8
    webhook_hosts: frozenset[str] = frozenset()

    @classmethod
    def from_environment(cls, environment: dict[str, str] | None = None) -> "Settings":
        """Reads DATABASE_URL, REDIS_URL, PORT, REQUESTFLOW_* and so on.

        Raises RequestflowError naming the variable that is wrong.
        """
        env = dict(os.environ) if environment is None else environment
        home = Path(env.get("REQUESTFLOW_HOME") or "var").absolute()
        port = _port(env.get("PORT") or "8000")
        return cls(
            home=home,
            database_url=_database_url(env.get("DATABASE_URL"), home),
            redis_url=env.get("REDIS_URL") or None,
            port=port,
            timezone=_zone(env.get("REQUESTFLOW_TIMEZONE") or "Asia/Shanghai"),
            smtp_url=env.get("SMTP_URL") or None,
            mail_from=env.get("MAIL_FROM") or "requestflow@localhost",
            base_url=(env.get("REQUESTFLOW_BASE_URL") or f"http://localhost:{port}").rstrip("/"),
            secret_key=env.get("SECRET_KEY") or None,
            encryption_key=env.get("REQUESTFLOW_ENCRYPTION_KEY") or None,
            secure_cookies=env.get("REQUESTFLOW_SECURE_COOKIES", "") == "1",
            scanner_url=env.get("REQUESTFLOW_SCANNER_URL") or None,
            webhook_hosts=_hosts(env.get("REQUESTFLOW_WEBHOOK_HOSTS") or ""),
            morning=_hour(env.get("REQUESTFLOW_MORNING") or "8"),
        )


def _hosts(value: str) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in value.split(",") if host.strip())


def _hour(value: str) -> int:
    if not value.isdecimal() or int(value) > 23:
        raise RequestflowError(
            text(
                "REQUESTFLOW_MORNING is '%(value)s'; it must be an hour from 0 to 23.", value=value
            )
        )
    return int(value)


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise RequestflowError(
            text("PORT is '%(value)s'; it must be a number from 1 to 65535.", value=value)
        )
    return int(value)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RequestflowError(
            text(
                "REQUESTFLOW_TIMEZONE is '%(name)s'; there is no such time zone. "
                "An example: Asia/Shanghai.",
                name=name,
            )
        ) from error


def _database_url(url: str | None, home: Path) -> str:
    if not url:
        return f"sqlite:///{home / 'requestflow.sqlite3'}"
    # Hosting services give postgres:// or postgresql://; SQLAlchemy wants the driver named.
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise RequestflowError(
            text("DATABASE_URL must begin with sqlite:/// or postgresql://, but is another kind.")
        )
    return url
