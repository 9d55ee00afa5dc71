"""The processes of an installation and the commands that start them, one list for all places."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from requestflow.cli.private_redis import url_of
from requestflow.foundation import Settings

PROCESSES = ("web", "worker", "beat")


def with_broker(settings: Settings) -> Settings:
    """The settings with the private Redis of the home where no Redis is set."""
    return settings.model_copy(
        update={"redis_url": settings.redis_url or url_of(settings.home)},
    )


def environment_of(settings: Settings) -> Mapping[str, str]:
    """This process's environment for a process that it starts, with the broker named."""
    settings = with_broker(settings)
    return {
        **os.environ,
        "REDIS_URL": settings.broker_url,
        "REQUESTFLOW_HOME": str(settings.home),
    }


def command_of(process: str, settings: Settings) -> list[str]:
    """The command line of a process; `requestflow run web` and so on become it."""
    python = sys.executable
    if process == "web":
        host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
        return [
            python,
            "-m",
            "gunicorn",
            "requestflow.web.wsgi:app",
            "--bind",
            f"{host}:{settings.port}",
            "--workers",
            str(settings.web_workers),
            "--threads",
            str(settings.web_threads),
            "--worker-class",
            "gthread",
            "--graceful-timeout",
            str(settings.graceful_timeout_seconds),
            "--log-level",
            "warning",
        ]
    celery = [python, "-m", "celery", "--app", "worker.application", "--quiet"]
    if process == "worker":
        processes = str(settings.worker_processes)
        return [*celery, "worker", "--concurrency", processes, "--loglevel", "warning"]
    schedule = Path(settings.home) / "beat-schedule"
    return [*celery, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "warning"]
