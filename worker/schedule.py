"""When beat wakes whom. Waking twice does no harm, waking late only delays."""

import os
from typing import Any


class Queue:
    """The queues, by name."""

    DEFAULT = "requestflow"


class Task:
    """The tasks, by name."""

    SWEEP = "notices.sweep"
    DELIVER = "notices.deliver"
    CLEAR = "files.clear"


def _seconds(name: str, default: float) -> float:
    return float(os.environ.get(name) or default)


SWEEP_EVERY = _seconds("REQUESTFLOW_SWEEP_SECONDS", 60)
CLEAR_EVERY = 3600.0
DELIVER_EVERY = _seconds("REQUESTFLOW_DELIVER_SECONDS", 15)

# A wake-up that was not taken before the next one comes is dropped: no queue builds up while
# the worker is away.
SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": Task.SWEEP, "schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY}},
    "deliver": {
        "task": Task.DELIVER,
        "schedule": DELIVER_EVERY,
        "options": {"expires": DELIVER_EVERY},
    },
    "clear": {"task": Task.CLEAR, "schedule": CLEAR_EVERY, "options": {"expires": CLEAR_EVERY}},
}
