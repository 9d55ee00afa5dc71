"""The desk of those who work on cases: saved views, assigning many, who has a case open."""

from requestflow.desk.assigning import NotAssigned, assign_many
from requestflow.desk.presence import Presence, open_with_others
from requestflow.desk.views import SavedView, ViewRefused, remove_view, save_view, views_of

__all__ = [
    "NotAssigned",
    "Presence",
    "SavedView",
    "ViewRefused",
    "assign_many",
    "open_with_others",
    "remove_view",
    "save_view",
    "views_of",
]
