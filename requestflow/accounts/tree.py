"""The tree of units as a condition."""

from sqlalchemy import ColumnElement, func

from requestflow.accounts.models import Unit


def within(path: str) -> ColumnElement[bool]:
    """The condition that a unit is the one of that path or below it (any unit for '')."""
    return func.substr(Unit.path, 1, len(path)) == path


def is_whole(path: str) -> bool:
    """Whether a path has every unit below it: that of the one root, or that of the operator."""
    return path.count("/") <= 1
