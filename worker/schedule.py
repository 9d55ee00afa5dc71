"""When beat wakes whom. Waking twice does no harm, waking late only delays."""

from typing import Any

from requestflow.foundation import Settings


class Queue:
    """The queues, by name."""

    DEFAULT = "requestflow"


class Task:
    """The tasks, by name."""

    SWEEP = "notices.sweep"
    DELIVER = "notices.deliver"
    CLEAR = "files.clear"
    IMPORTS = "imports.work"


CLEAR_EVERY = 3600.0
IMPORTS_EVERY = 5.0
"""Seconds that somebody waits at most until a file is looked at."""


def schedule_of(settings: Settings) -> dict[str, dict[str, Any]]:
    """Beat's schedule: each task with how often it is woken, in seconds."""
    return {
        "sweep": _every(settings.sweep_seconds, Task.SWEEP),
        "deliver": _every(settings.deliver_seconds, Task.DELIVER),
        "imports": _every(IMPORTS_EVERY, Task.IMPORTS),
        "clear": _every(CLEAR_EVERY, Task.CLEAR),
    }


def _every(seconds: float, task: str) -> dict[str, Any]:
    """A wake-up that was not taken before the next one comes is dropped: no queue builds up
    while the worker is away."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}
