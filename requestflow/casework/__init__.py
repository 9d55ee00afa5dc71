"""The desk of those who work on cases: saved views, assigning many, who has a case open."""

from requestflow.casework.assignment import NotAssigned, assign_many
from requestflow.casework.presence import Presence
from requestflow.casework.saved_views import (
    SavedView,
    ViewRefused,
    remove_view,
    save_view,
    views_of,
)

__all__ = [
    "NotAssigned",
    "Presence",
    "SavedView",
    "ViewRefused",
    "assign_many",
    "remove_view",
    "save_view",
    "views_of",
]
