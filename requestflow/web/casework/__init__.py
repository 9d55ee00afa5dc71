"""The clerks' rooms: lists, one case, its steps, registering what came in."""

from requestflow.web.casework import case, lists, registering, taking
from requestflow.web.casework.blueprint import blueprint

__all__ = ["blueprint", "case", "lists", "registering", "taking"]
