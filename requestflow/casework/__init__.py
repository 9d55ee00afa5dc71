"""The application service under web, API, commands and worker: registering, taking a step with its
files and letter, deciding on the spot, assigning; saved views of the list; who has a case open."""

from requestflow.casework.presence import Presence
from requestflow.casework.saved_views import (
    SavedView,
    ViewRefused,
    remove_view,
    save_view,
    views_of,
)
from requestflow.casework.service import Casework, NotAssigned

__all__ = [
    "Casework",
    "NotAssigned",
    "Presence",
    "SavedView",
    "ViewRefused",
    "remove_view",
    "save_view",
    "views_of",
]
