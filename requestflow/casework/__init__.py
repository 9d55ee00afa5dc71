"""The desk of those who work on cases: saved views, assigning many, who has a case open; and the
audit trail of what they did, in words."""

from requestflow.casework.assignment import NotAssigned, assign_many
from requestflow.casework.audit_trail import (
    action_in_words,
    actor_in_words,
    as_csv,
    as_json,
    as_lines,
    audit_trail,
    detail_in_words,
    subject_in_words,
    whole_audit_trail,
)
from requestflow.casework.presence import Presence, open_with_others
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
    "action_in_words",
    "actor_in_words",
    "as_csv",
    "as_json",
    "as_lines",
    "assign_many",
    "audit_trail",
    "detail_in_words",
    "open_with_others",
    "remove_view",
    "save_view",
    "subject_in_words",
    "views_of",
    "whole_audit_trail",
]
