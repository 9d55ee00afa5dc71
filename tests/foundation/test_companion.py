"""A function in a process of its own, asked again and again: what it gives, and what ends it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from requestflow.foundation import Bounds, RequestflowError, TooCostly, companion, text
from requestflow.foundation.contained import use_containment

SMALL = Bounds(memory_megabytes=200, seconds=1, file_megabytes=1)


@pytest.fixture(autouse=True)
def _small_bounds(processes_of_their_own: None) -> Iterator[None]:
    use_containment(SMALL)
    yield
    use_containment(Bounds())


def spun(seconds: float) -> None:
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass


def do(kind: str) -> Any:
    if kind == "process":
        return os.getpid()
    if kind == "refused":
        raise RequestflowError(text("The file '%(name)s' is empty.", name="a"), text("Again."))
    if kind == "memory":
        return len([bytearray(1 << 20) for _ in range(1000)])
    if kind == "died":
        os._exit(3)
    return spun(float(kind))


@contextmanager
def doing(problem: str = "") -> Iterator[Callable[[str], Any]]:
    if problem:
        raise RequestflowError(text("It does not open."))
    yield do


def answer(asked: Any, question: str) -> Any:
    asked.ask(question)
    return asked.answer()


def test_one_process_answers_all_and_ends_with_the_last() -> None:
    with companion(doing) as asked:
        first, second = answer(asked, "process"), answer(asked, "process")
        assert first == second != os.getpid()
        os.kill(first, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_errors_arrive_with_their_words_and_it_goes_on() -> None:
    with companion(doing) as asked:
        with pytest.raises(RequestflowError) as refused:
            answer(asked, "refused")
        assert refused.value.in_locale("zh_CN") == refused.value.text.in_locale("zh_CN") + " Again."
        assert answer(asked, "process")


def test_what_cannot_be_opened_says_so() -> None:
    with pytest.raises(RequestflowError, match="does not open"), companion(doing, "problem"):
        pass


def test_each_answer_may_take_its_time_and_none_takes_more() -> None:
    with companion(doing) as asked:
        for _ in range(4):
            answer(asked, "0.7")
        with pytest.raises(TooCostly):
            answer(asked, "9")
        with pytest.raises(TooCostly):
            answer(asked, "process")


@pytest.mark.parametrize("kind", ["memory", "died"])
def test_what_takes_too_much_ends_there_and_others_go_on(kind: str) -> None:
    with companion(doing) as asked, pytest.raises(TooCostly):
        answer(asked, kind)
    with companion(doing) as asked:
        assert answer(asked, "process")
