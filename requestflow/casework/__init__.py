"""The application service under web, API, commands and worker: registering, taking a step with its
files and letter, deciding on the spot, assigning; saved views of the list; who has a case open; the
audit trail in words."""

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
from requestflow.casework.contacts import CONTACT, change_contact
from requestflow.casework.forgetting import forget_case
from requestflow.casework.openings import Openings
from requestflow.casework.presence import Presence
from requestflow.casework.progress import Progress
from requestflow.casework.releases import (
    ReleaseWish,
    needs_care,
    releasable_files,
    release_answer,
    withdraw_release,
)
from requestflow.casework.saved_views import (
    SavedView,
    ViewRefused,
    remove_view,
    save_view,
    views_of,
)
from requestflow.casework.service import MOST_ASSIGNED, Casework, NotAssigned
from requestflow.casework.signed_in import SignedIn, signed_in

__all__ = [
    "CONTACT",
    "MOST_ASSIGNED",
    "Casework",
    "NotAssigned",
    "Openings",
    "Presence",
    "Progress",
    "ReleaseWish",
    "SavedView",
    "SignedIn",
    "ViewRefused",
    "action_in_words",
    "actor_in_words",
    "as_csv",
    "as_json",
    "as_lines",
    "audit_trail",
    "change_contact",
    "detail_in_words",
    "forget_case",
    "needs_care",
    "releasable_files",
    "release_answer",
    "remove_view",
    "save_view",
    "signed_in",
    "subject_in_words",
    "views_of",
    "whole_audit_trail",
    "withdraw_release",
]
