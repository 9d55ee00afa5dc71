"""The clerks' rooms: lists, one case, its steps, registering what came in."""

from requestflow.web.casework import (
    case,
    case_list,
    correction,
    on_the_spot,
    questions,
    registration,
    release,
    remedies,
    saved_views,
    step,
)
from requestflow.web.casework.base import blueprint

__all__ = [
    "blueprint",
    "case",
    "case_list",
    "correction",
    "on_the_spot",
    "questions",
    "registration",
    "release",
    "remedies",
    "saved_views",
    "step",
]
