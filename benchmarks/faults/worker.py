"""The real worker with a clock that the test sets: a file holds the moment."""

import os
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import worker.application as real
from requestflow.application import Application

_made = real.requestflow


@cache
def simulated() -> Application:
    """The application of this process, at the moment that the file says."""
    file = Path(os.environ["SIMULATED_CLOCK"])
    return replace(_made(), clock=lambda: datetime.fromisoformat(file.read_text()))


# Before the tasks are imported, which take it from there.
real.requestflow = simulated
app = real.app
