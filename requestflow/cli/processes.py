"""The processes of an installation and the commands that start them, one list for all places."""

import os
import sys
from pathlib import Path

from requestflow.foundation import Settings

PROCESSES = ("web", "worker", "beat")


def command_of(process: str, settings: Settings) -> list[str]:
    """The command line of a process; `requestflow run web` and so on become it."""
    python = sys.executable
    if process == "web":
        bind = f"{os.environ.get('REQUESTFLOW_BIND') or '127.0.0.1'}:{settings.port}"
        return [
            python,
            "-m",
            "gunicorn",
            "requestflow.web.wsgi:app",
            "--bind",
            bind,
            "--workers",
            "2",
            "--threads",
            "8",
            "--worker-class",
            "gthread",
            "--graceful-timeout",
            "10",
            "--log-level",
            "warning",
        ]
    celery = [python, "-m", "celery", "--app", "worker.application", "--quiet"]
    if process == "worker":
        return [*celery, "worker", "--concurrency", "2", "--loglevel", "warning"]
    schedule = Path(settings.home) / "beat-schedule"
    return [*celery, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "warning"]
