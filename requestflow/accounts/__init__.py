"""People, their roles and units, who may do what, and the record of who looked at what."""

from requestflow.accounts.audit import record_access
from requestflow.accounts.models import AuditEntry, Person, Unit
from requestflow.accounts.policy import ROLES, Actor, can, require, sees_subtree
from requestflow.accounts.service import (
    actor_of,
    add_person,
    authenticate,
    load_units,
    person_by_id,
    set_locale,
    unit_by_code,
    units_below,
    within,
)

__all__ = [
    "ROLES",
    "Actor",
    "AuditEntry",
    "Person",
    "Unit",
    "actor_of",
    "add_person",
    "authenticate",
    "can",
    "load_units",
    "person_by_id",
    "record_access",
    "require",
    "sees_subtree",
    "set_locale",
    "unit_by_code",
    "units_below",
    "within",
]
