"""The rooms of those who answer for the whole: the view over all units, the year's report."""

from requestflow.web.oversight import (
    figures,
    overview,
    preparing,
    reported,
    signing,
    statistics,
    writing,
)
from requestflow.web.oversight.base import blueprint

__all__ = [
    "blueprint",
    "figures",
    "overview",
    "preparing",
    "reported",
    "signing",
    "statistics",
    "writing",
]
