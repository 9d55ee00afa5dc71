"""`make bench`, its last part: random histories, the clock against the counter of the tests.

Due days that differ are printed and make it fail. The floor is the counter, which goes through the
calendar one day at a time. Arguments: how many histories, and the seed.
"""

import sys
import time
from collections.abc import Sequence

from requestflow.law import clock, law_pack
from tests.properties.counter import Counter
from tests.properties.histories import plain, walks
from tests.properties.mending import mended
from tests.properties.test_clock_against_counter import differences

NUMBER, SEED = 100_000, 20_261_129


def main(arguments: Sequence[str]) -> int:
    """Prints how many histories there were, how many differed, and the ratio of the times."""
    number, seed = (*map(int, arguments), *(NUMBER, SEED)[len(arguments) :])
    differing, ours, floor = 0, 0.0, 0.0
    for walk, kept in walks(seed, number):
        found = differences(walk, kept.working)
        if found:
            differing += 1
            print(*found, *plain(walk.recorded), sep="\n  ")
        started = time.perf_counter()
        clock(walk.history, law_pack(walk.law), walk.calendar)
        between = time.perf_counter()
        Counter(mended(plain(walk.recorded)), walk.law, kept.working).all()
        floor += time.perf_counter() - between
        ours += between - started
    print(f"{number} histories, {differing} differ; clock / counter {ours / floor:.2f}")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
