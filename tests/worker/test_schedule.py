"""What beat wakes: tasks that there are, dropped where the next tick comes before they ran."""

from datetime import timedelta

import pytest

import worker.tasks
from requestflow.foundation import Settings
from requestflow.foundation.service_addresses import celery_address
from worker.application import app
from worker.schedule import Queue, Task, schedule_of

SCHEDULE = schedule_of(Settings.from_environment({}))
CODES = [value for name, value in vars(Task).items() if name.isupper()]


@pytest.mark.parametrize("entry", SCHEDULE, ids=str)
def test_what_is_scheduled_is_a_task_that_there_is(entry: str) -> None:
    assert SCHEDULE[entry]["task"] in app.tasks
    assert app.tasks[SCHEDULE[entry]["task"]].__module__ == worker.tasks.__name__


@pytest.mark.parametrize("entry", SCHEDULE, ids=str)
def test_a_wake_up_expires_before_the_next_tick(entry: str) -> None:
    tick = SCHEDULE[entry]["schedule"]
    seconds = tick.total_seconds() if isinstance(tick, timedelta) else tick
    assert 0 < SCHEDULE[entry]["options"]["expires"] <= seconds


def test_every_task_is_woken_by_somebody() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} == set(CODES)


def test_every_task_of_ours_has_its_name_in_one_place() -> None:
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == set(CODES)


def test_a_task_that_a_worker_lost_comes_back_before_long() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    visible = app.conf.broker_transport_options["visibility_timeout"]
    assert visible > app.conf.task_time_limit, "else a long task would run twice at once"
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit


def test_a_worker_takes_no_more_than_it_works_on() -> None:
    assert app.conf.worker_prefetch_multiplier == 1


def test_tasks_go_to_the_queue_that_workers_listen_to() -> None:
    assert app.conf.task_default_queue == Queue.DEFAULT
    assert app.amqp.router.route({}, Task.SWEEP)["queue"].name == Queue.DEFAULT


def test_beat_has_the_schedule_of_the_settings() -> None:
    assert set(app.conf.beat_schedule) == set(SCHEDULE)


@pytest.mark.parametrize(
    ("address", "queue"),
    [
        ("unix:///home/redis.sock", "redis+socket:///home/redis.sock"),
        ("redis://host:1/2", "redis://host:1/2"),
    ],
)
def test_a_socket_is_named_as_the_queue_wants_it(address: str, queue: str) -> None:
    assert celery_address(address) == queue
