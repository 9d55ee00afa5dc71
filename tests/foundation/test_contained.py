"""Work in a process of its own: what it gives, and what ends with it."""

import os
import resource
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from requestflow.foundation import Bounds, RequestflowError, TooCostly, contained, text
from requestflow.foundation.contained import use_containment

SMALL = Bounds(memory_megabytes=200, seconds=1, file_megabytes=1)


@pytest.fixture(autouse=True)
def _small_bounds(processes_of_their_own: None) -> Iterator[None]:
    use_containment(SMALL)
    yield
    use_containment(Bounds())


def the_process() -> int:
    return os.getpid()


def written(content: bytes, path: str) -> int:
    with open(path, "wb") as file:
        return file.write(content)


def eaten(megabytes: int) -> int:
    return len([bytearray(1 << 20) for _ in range(megabytes)])


def spun() -> None:
    while True:
        pass


def waited(seconds: float) -> None:
    time.sleep(seconds)


def refused() -> None:
    raise RequestflowError(text("The file '%(name)s' is empty.", name="a"), text("Enter it again."))


class Odd(Exception):
    """An error that cannot be made anew from what it says."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


def broken() -> None:
    raise Odd("one", "other")


def nested() -> bool:
    return contained(the_process) == os.getpid()


_prepared: list[str] = []


def prepare(name: str) -> None:
    _prepared.append(name)


def prepared() -> list[str]:
    return _prepared


def test_it_is_done_elsewhere_and_its_result_comes_back() -> None:
    assert contained(the_process) != os.getpid()
    assert contained(eaten, megabytes=3) == 3
    assert contained(nested)


def test_what_it_raises_is_raised() -> None:
    with pytest.raises(RequestflowError) as caught:
        contained(refused)
    assert str(caught.value.text) == "The file 'a' is empty."
    assert str(caught.value.hint) == "Enter it again."
    with pytest.raises(RuntimeError, match="one other"):
        contained(broken)


@pytest.mark.parametrize(
    "work",
    [partial(eaten, 1000), spun, os.abort, partial(os._exit, 3), partial(waited, 30)],
    ids=["memory", "time", "crash", "end", "waiting"],
)
def test_what_goes_beyond_the_limits_is_ended_and_nothing_else(work: partial[None]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    with pytest.raises(TooCostly, match="too complex"):
        contained(work)
    assert time.monotonic() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    assert contained(eaten, 1) == 1


def test_a_file_beyond_its_size_is_not_written(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "file")
    assert contained(written, b"x" * 1000, path) == 1000
    with pytest.raises((TooCostly, OSError)):
        contained(written, b"x" * (2 << 20), path)
    assert os.path.getsize(path) <= 1 << 20


def test_a_process_begins_with_what_the_installation_prepares() -> None:
    use_containment(SMALL, prepare=partial(prepare, "fonts"))
    assert contained(prepared) == ["fonts"]
    assert _prepared == []


def test_so_many_at_once_and_no_more() -> None:
    running: list[float] = []

    def one() -> None:
        contained(waited, 0.3)
        running.append(time.monotonic())

    start = time.monotonic()
    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(running) - start >= 0.6
