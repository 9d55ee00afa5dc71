"""How the addresses of other services are written: mail server, virus scanner, Redis, database.

Each function raises ValueError for what is not such an address; nothing is connected to.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

MAIL_TIMEOUT = 20
"""Seconds that a mail server that hangs is waited for at each step, unless the address says."""

MAIL_PORTS = {"smtp": 25, "smtps": 465}
MAIL_OPTIONS = frozenset({"starttls", "timeout", "verify"})
REDIS_SCHEMES = frozenset({"redis", "rediss", "unix"})
SCANNER_PORT = 3310


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over: smtp://user:password@host:port?starttls=1&timeout=20&verify=1.

    `tls` is set by smtps://, whose connection is encrypted from its first byte (port 465).
    `verify`: whether the server's certificate must be one that this machine trusts.
    `timeout` is in seconds, for each step.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    starttls: bool = False
    timeout: float = MAIL_TIMEOUT
    tls: bool = False
    verify: bool = True

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Reads an SMTP_URL; ValueError where it is none."""
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        if parts.scheme not in MAIL_PORTS or parts.path not in {"", "/"} or parts.fragment:
            raise ValueError("not an address of a mail server")
        if set(options) - MAIL_OPTIONS:
            raise ValueError("an unknown option")
        seconds = options.get("timeout", [str(MAIL_TIMEOUT)])[0]
        if not seconds.isdecimal() or not 0 < int(seconds) <= 100:
            raise ValueError("the timeout is from 1 to 100 seconds")
        return cls(
            _host(parts),
            parts.port or MAIL_PORTS[parts.scheme],
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            starttls=_flag(options, "starttls", False),
            timeout=int(seconds),
            tls=parts.scheme == "smtps",
            verify=_flag(options, "verify", True),
        )


def scanner_address(url: str) -> tuple[str | None, int, str | None]:
    """Host, port and socket of clamd://host:3310 or clamd:///path/of/socket; host or socket is
    None. ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme != "clamd" or parts.query or parts.fragment:
        raise ValueError("not an address of clamd")
    if parts.hostname:
        if parts.path not in {"", "/"}:
            raise ValueError("a host or a socket, not both")
        return _host(parts), parts.port or SCANNER_PORT, None
    if len(parts.path) < 2 or parts.netloc:
        raise ValueError("neither a host nor a socket")
    return None, SCANNER_PORT, parts.path


def check_redis(url: str) -> str:
    """The address again, if it is redis://host:6379/0, rediss:// (encrypted) or unix:///socket;
    ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in REDIS_SCHEMES or parts.fragment:
        raise ValueError("not an address of Redis")
    if parts.scheme == "unix":
        if len(parts.path) < 2 or parts.hostname:
            raise ValueError("no socket")
        return url
    _host(parts)
    if not (parts.path in {"", "/"} or parts.path[1:].isdecimal()):
        raise ValueError("the database of Redis is a number")
    return url


def celery_address(url: str) -> str:
    """The address of a Redis as Celery wants it: a socket is redis+socket:// there, and of an
    encrypted connection it has to be said that the certificate is looked at."""
    if url.startswith("rediss://") and "ssl_cert_reqs=" not in url:
        return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"
    return url.replace("unix://", "redis+socket://", 1)


def limits_address(url: str) -> str:
    """The address of a Redis as the counting of attempts wants it: a socket is redis+unix://."""
    return f"redis+{url}" if url.startswith("unix://") else url


def check_database(url: str) -> str:
    """The address with the driver named, as SQLAlchemy wants it; ValueError where it is neither
    sqlite:///file nor postgresql://user:password@host:port/name."""
    # Hosting services give postgres:// or postgresql://; SQLAlchemy wants the driver named.
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith("sqlite:///"):
        return url
    if not url.startswith("postgresql+psycopg://"):
        raise ValueError("another kind of database")
    # Here and not above: few commands have a PostgreSQL, and importing it takes its time.
    import psycopg
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
        arguments, options = parsed.get_dialect()().create_connect_args(parsed)
        psycopg.conninfo.make_conninfo(*arguments, **options)
    except (ArgumentError, psycopg.Error) as error:
        raise ValueError("not an address of a database") from error
    return url


def default_database(home: Path) -> str:
    """The address of the embedded default: a SQLite file in the home."""
    return f"sqlite:///{home / 'requestflow.sqlite3'}"


def _host(parts: SplitResult) -> str:
    """The host; ValueError where there is none, or the port is no port."""
    if not parts.hostname or any(sign.isspace() for sign in parts.netloc):
        raise ValueError("no host")
    if parts.port == 0:
        raise ValueError("no port")
    return parts.hostname


def _flag(options: dict[str, list[str]], name: str, default: bool) -> bool:
    value = options.get(name, ["1" if default else "0"])[0]
    if value not in {"0", "1"}:
        raise ValueError(f"{name} is 0 or 1")
    return value == "1"
