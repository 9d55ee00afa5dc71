"""The clerks' rooms: lists, one case, its steps, registering what came in."""

from requestflow.web.casework import (
    case,
    consulting,
    correcting,
    defending,
    lists,
    registering,
    spot,
    taking,
    views,
)
from requestflow.web.casework.blueprint import blueprint

__all__ = [
    "blueprint",
    "case",
    "consulting",
    "correcting",
    "defending",
    "lists",
    "registering",
    "spot",
    "taking",
    "views",
]
