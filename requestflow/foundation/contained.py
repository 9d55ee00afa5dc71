"""Work on what came from outside, in a process of its own with limits.

A small file can ask a library for any amount of memory or time (CWE-409, CWE-400). What it does
ends with the process: the one that asked is told, and goes on.
"""

import logging
import multiprocessing
import os
import pickle
import resource
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, ParamSpec, TypeVar

from requestflow.foundation.errors import RequestflowError
from requestflow.foundation.texts import Text, text

Given = ParamSpec("Given")
Result = TypeVar("Result")
logger = logging.getLogger(__name__)
MEGABYTE = 1 << 20
AT_ONCE = 2
"""How many such processes one process of the web or the worker has at a time."""
ADDRESSES = 8
"""How many times the memory that may be written to may be set aside: threads set aside a lot."""
_places = threading.BoundedSemaphore(AT_ONCE)
_starting = threading.Lock()


@dataclass(frozen=True)
class Bounds:
    """What contained work may take: megabytes of memory, seconds of CPU, megabytes of a file that
    it writes. As much time again may pass in which it waits."""

    memory_megabytes: int = 768
    seconds: int = 30
    file_megabytes: int = 256


class TooCostly(RequestflowError):
    """The work took more than it may, or its process broke down."""

    def __init__(self, message: Text | None = None) -> None:
        super().__init__(
            message or text("This file is too complex to process."),
            text("Save it anew in a simpler form, for example print it to a PDF, and try again."),
        )


def contained(
    work: Callable[Given, Result],
    *given: Given.args,
    **named: Given.kwargs,
) -> Result:
    """What a function of a module gives for these values, worked out in a process of its own
    with limits (see `use_containment`). Values, result and errors are copied between the processes.

    Raises what the function raises, and TooCostly where the limits ended it or no process became
    free in time.
    """
    if containment.inside:
        return work(*given, **named)
    limits = containment.limits
    with place_for(limits):
        result: Result = _elsewhere(limits, work, given, named)
        return result


@contextmanager
def place_for(limits: Bounds) -> Iterator[None]:
    """One of the places for processes that work on papers; TooCostly where none became free."""
    if not _places.acquire(timeout=2 * limits.seconds):
        raise TooCostly(text("The system is busy. Try again in a minute."))
    try:
        yield
    finally:
        _places.release()


@dataclass
class _Containment:
    limits: Bounds = Bounds()
    known: Sequence[str] = ()
    prepare: Callable[[], object] | None = None
    inside: bool = False


containment = _Containment()


def use_containment(
    limits: Bounds, known: Sequence[str] = (), prepare: Callable[[], object] | None = None
) -> None:
    """Sets how work is contained from now on: within which limits, the names of modules that its
    processes know from the start, and what each does first. Processes that run keep the modules
    that they have."""
    containment.limits, containment.known, containment.prepare = limits, known, prepare


def _elsewhere(limits: Bounds, work: Callable[..., Any], given: Any, named: Any) -> Any:
    # A process of the web has threads, and must not be copied; the one that is has none.
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    task = (theirs, limits, containment.prepare, work, given, named)
    process = start(context, _child, task)
    theirs.close()
    try:
        # As long again as the CPU may take: other processes want to run as well.
        answered = ours.poll(2 * limits.seconds)
        done, value = ours.recv() if answered else (False, None)
    except EOFError:
        done, value = False, None
        process.join(1)
    finally:
        exit_code = close_up(process, ours)
    if done:
        return value
    if isinstance(value, Exception):
        raise value
    name = getattr(work, "__qualname__", repr(work))
    logger.warning("%s took too much, or broke down (exit code %s)", name, exit_code)
    raise TooCostly


def start(context: ForkServerContext, target: Callable[..., None], task: Any) -> ForkServerProcess:
    """A process that does a task, of the one that has no threads."""
    process = context.Process(target=target, args=task, daemon=True)
    with _starting:
        context.set_forkserver_preload(list(containment.known))
        process.start()
    return process


def close_up(process: ForkServerProcess, ours: Connection) -> int | None:
    """Ends a process, and lets go what it had; its exit code."""
    process.kill()
    process.join()
    exit_code = process.exitcode
    process.close()
    ours.close()
    return exit_code


def _child(
    answer: Connection,
    limits: Bounds,
    prepare: Callable[[], object] | None,
    work: Callable[..., Any],
    given: Any,
    named: Any,
) -> None:
    """Does the work and answers whether it was done, with its result or error."""
    limit_all(limits, prepare)
    try:
        result = (True, work(*given, **named))
    except MemoryError:
        result = (False, None)
    except Exception as error:  # whatever it was, the one who asked is told
        result = (False, error)
    try:
        answer.send(copied(result))
    except (MemoryError, OSError):
        answer.close()


def limit_all(
    limits: Bounds, prepare: Callable[[], object] | None, hard_seconds: int | None = None
) -> None:
    """Prepares this process for its work and holds it to its limits from now on; `hard_seconds`
    where it may be given more CPU time later."""
    containment.inside = True
    # Libraries that are ended complain at length; that they were is logged by the one who asked.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if prepare is not None:
        prepare()
    memory = limits.memory_megabytes * MEGABYTE
    limit(resource.RLIMIT_DATA, memory)
    limit(resource.RLIMIT_AS, ADDRESSES * memory)
    limit(resource.RLIMIT_CPU, hard_seconds or limits.seconds)
    limit(resource.RLIMIT_CPU, limits.seconds, soft=True)
    limit(resource.RLIMIT_FSIZE, limits.file_megabytes * MEGABYTE)
    limit(resource.RLIMIT_CORE, 0)


def copied(result: tuple[bool, Any]) -> tuple[bool, Any]:
    """The result as it arrives elsewhere; of an error that cannot be made anew there, its words."""
    if not isinstance(result[1], Exception):
        return result
    try:
        pickle.loads(pickle.dumps(result[1]))  # noqa: S301 - what was written just now
    except Exception:
        return False, RuntimeError(f"{type(result[1]).__name__}: {result[1]}")
    return result


def limit(kind: int, value: int, soft: bool = False) -> None:
    """Holds this process to a limit; a `soft` one can be moved later."""
    _, most = resource.getrlimit(kind)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(kind, (value, most if soft else value))
