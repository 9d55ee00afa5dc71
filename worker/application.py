"""The Celery application. The database is the truth; a message here is only a wake-up."""

from functools import cache

from celery import Celery

from requestflow.application import Application, create_application
from requestflow.foundation import RequestflowError, Settings
from requestflow.foundation.service_addresses import celery_address
from requestflow.foundation.terminal import end_with
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
app = Celery("requestflow", broker=celery_address(SETTINGS.broker_url), include=["worker.tasks"])
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


@cache
def requestflow() -> Application:
    """The application of this process; checked against its database once."""
    built = create_application(SETTINGS)
    built.check_revision()
    return built
