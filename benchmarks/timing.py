"""Measuring what is compared in one run."""

import time
from collections.abc import Callable

ROUNDS = 5


def fastest(*runs: Callable[[], object]) -> list[float]:
    """Seconds of each, the best of some rounds taken in turn after one that warms up."""
    taken: list[list[float]] = [[] for _ in runs]
    for round_ in range(ROUNDS + 1):
        for place, run in enumerate(runs):
            start = time.perf_counter()
            run()
            if round_:
                taken[place].append(time.perf_counter() - start)
    return [min(rounds) for rounds in taken]
