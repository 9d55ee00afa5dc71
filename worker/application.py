"""The Celery application. The database is the truth; a message here is only a wake-up."""

import signal
from functools import cache
from multiprocessing import process
from types import FrameType
from typing import Any

from billiard.pool import SIG_SOFT_TIMEOUT as SOFT_LIMIT
from celery import Celery, Task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_process_init

from requestflow.application import Application, create_application
from requestflow.foundation import OutOfTime, RequestflowError, Settings, celery_address, end_with
from worker.schedule import Queue, schedule_of

BEYOND_THE_LONGEST = 60
"""Seconds after the longest task until unacknowledged work is given to another worker."""


def _settings() -> Settings:
    """This process's settings; where one is wrong the process ends with a line, for Celery would
    print a traceback."""
    try:
        return Settings.from_environment()
    except RequestflowError as error:
        end_with(error)


SETTINGS = _settings()


class TaskInContext(Task):  # type: ignore[misc]
    """A task in an application context of its own, with a session of its own."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs it there; SoftTimeLimitExceeded where it takes longer than it may."""
        try:
            with requestflow().context():
                return self.run(*args, **kwargs)
        except OutOfTime as over:
            raise SoftTimeLimitExceeded from over


app = Celery(
    "requestflow",
    task_cls=TaskInContext,
    broker=celery_address(SETTINGS.broker_url),
    include=["worker.tasks"],
)
app.conf.update(
    task_default_queue=Queue.DEFAULT,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=SETTINGS.task_limit_seconds,
    task_soft_time_limit=SETTINGS.task_soft_limit_seconds,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Longer than the longest task; unacknowledged work comes back this soon after a kill.
    broker_transport_options={
        "visibility_timeout": SETTINGS.task_limit_seconds + BEYOND_THE_LONGEST,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    },
    beat_schedule=schedule_of(SETTINGS),
    beat_max_loop_interval=5,
    timezone="UTC",
    enable_utc=True,
)


MAIN = process.current_process()
"""The process as multiprocessing knows it, before the pool is forked."""


@worker_process_init.connect
def end_at_soft_limit(**_: object) -> None:
    """Has the soft limit end the task, not the item it has in hand: Celery's own error would be
    caught by whoever goes on after an item failed."""
    signal.signal(SOFT_LIMIT, _raise_out_of_time)


@worker_process_init.connect
def have_children(**_: object) -> None:
    """Lets a process of the pool have papers and workbooks worked on in one of its own.

    Celery's billiard puts its process where multiprocessing keeps the present one: a daemon, which
    may have no children, with a key that is handed to none. Ours end when nobody asks them.
    """
    process._current_process = MAIN  # type: ignore[attr-defined]


def _raise_out_of_time(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTime


@cache
def requestflow() -> Application:
    """The application of this process; checked against its database once."""
    built = create_application(SETTINGS)
    built.check_database()
    return built
