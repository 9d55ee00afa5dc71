"""What is dear to count and is asked for by anybody: counted once for each state of the records."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

MOST = 256


class StateCache:
    """The last answers by what was asked, each good for one state of the records. Of one process;
    several count once each."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, requested: Hashable, state: Hashable, count: Callable[[], Any]) -> Any:
        """The answer for this state: as it was counted before, or counted now."""
        with self._lock:
            known = self._found.get(requested)
        if known is not None and known[0] == state:
            return known[1]
        answer = count()
        with self._lock:
            self._found[requested] = state, answer
            self._found.move_to_end(requested)
            while len(self._found) > MOST:
                self._found.popitem(last=False)
        return answer
