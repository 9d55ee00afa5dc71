"""A function that lives in a process of its own with limits, and is asked again and again.

Like `contained`, for work whose result is too large to be handed over at once: a workbook is opened
there once, and its rows come a hundred at a time. While they are used here, the next are read
there.
"""

import logging
import math
import multiprocessing
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection
from typing import Any, Protocol

from requestflow.foundation.contained import (
    Bounds,
    TooCostly,
    close_up,
    containment,
    copied,
    limit,
    limit_all,
    place_for,
    start,
)

logger = logging.getLogger(__name__)
Answering = Callable[[Any], Any]
HARDLY = 60
"""How many times the CPU time of one answer all answers together may take."""


class Companion(Protocol):
    """What is asked, and then gives its answer; one question at a time."""

    def ask(self, question: Any) -> None:
        """Asks, and does not wait."""

    def answer(self) -> Any:
        """The answer to what was asked. Raises what the function raised; TooCostly."""


@contextmanager
def companion(
    make: Callable[..., AbstractContextManager[Answering]], *given: Any
) -> Iterator[Companion]:
    """The function that `make(*given)` opens, of a module, in a process of its own. The limits of
    CPU and time hold for each answer. Questions, answers and errors are copied between the
    processes. Raises what `make` raises, and TooCostly."""
    if containment.inside:
        with make(*given) as answering:
            yield _Here(answering)
        return
    limits = containment.limits
    with place_for(limits):
        context = multiprocessing.get_context("forkserver")
        ours, theirs = context.Pipe()
        task = (theirs, limits, containment.prepare, make, given)
        process = start(context, _serve, task)
        theirs.close()
        try:
            apart = _Apart(ours, limits, make)
            apart.answer()
            yield apart
        finally:
            close_up(process, ours)


class _Here:
    """The function in this process."""

    def __init__(self, answering: Answering) -> None:
        self._answering, self._question = answering, None

    def ask(self, question: Any) -> None:
        self._question = question

    def answer(self) -> Any:
        return self._answering(self._question)


class _Apart:
    """The function in the other process."""

    def __init__(self, ours: Connection, limits: Bounds, make: object) -> None:
        self._ours, self._limits, self._name = ours, limits, getattr(make, "__qualname__", "")

    def ask(self, question: Any) -> None:
        try:
            self._ours.send(question)
        except OSError as error:
            raise self._ended() from error

    def answer(self) -> Any:
        try:
            # As long again as the CPU may take: other processes want to run as well.
            if not self._ours.poll(2 * self._limits.seconds):
                raise self._ended()
            done, value = self._ours.recv()
        except (EOFError, OSError) as error:
            raise self._ended() from error
        if done:
            return value
        if isinstance(value, Exception):
            raise value
        raise self._ended()

    def _ended(self) -> TooCostly:
        logger.warning("%s took too much, or broke down", self._name)
        return TooCostly()


def _serve(
    theirs: Connection,
    limits: Bounds,
    prepare: Callable[[], object] | None,
    make: Callable[..., AbstractContextManager[Answering]],
    given: Any,
) -> None:
    """Makes the function, says that it is there, and answers until nobody asks any more."""
    limit_all(limits, prepare, hard_seconds=HARDLY * limits.seconds)
    try:
        with make(*given) as answering:
            theirs.send((True, None))
            while True:
                question = theirs.recv()
                _more_time(limits)
                theirs.send(_answered(answering, question))
    except MemoryError:
        theirs.close()
    except (EOFError, OSError):
        return
    except Exception as error:  # whatever it was, the one who asked is told
        theirs.send(copied((False, error)))


def _answered(answering: Answering, question: Any) -> tuple[bool, Any]:
    try:
        return True, answering(question)
    except MemoryError:
        return False, None
    except Exception as error:
        return copied((False, error))


def _more_time(limits: Bounds) -> None:
    """The next answer may take as long as each before."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = math.ceil(used.ru_utime + used.ru_stime)
    limit(resource.RLIMIT_CPU, spent + limits.seconds, soft=True)
