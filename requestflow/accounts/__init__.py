"""People, their roles and units, who may do what, and the record of who looked at what."""

from requestflow.accounts.absences import (
    STAND_IN,
    Absence,
    AbsenceRefused,
    absences_of,
    end_absence,
    enter_absence,
    with_deputised,
)
from requestflow.accounts.audit import record_access
from requestflow.accounts.models import AuditEntry, Person, Unit
from requestflow.accounts.policy import (
    ROLES,
    Actor,
    Deputised,
    can,
    deputising_for,
    require,
    sees_subtree,
)
from requestflow.accounts.service import (
    actor_of,
    add_person,
    authenticate,
    load_units,
    names_of,
    people_of,
    set_locale,
    unit_by_code,
    units_below,
    within,
)

__all__ = [
    "ROLES",
    "STAND_IN",
    "Absence",
    "AbsenceRefused",
    "Actor",
    "AuditEntry",
    "Deputised",
    "Person",
    "Unit",
    "absences_of",
    "actor_of",
    "add_person",
    "authenticate",
    "can",
    "deputising_for",
    "end_absence",
    "enter_absence",
    "load_units",
    "names_of",
    "people_of",
    "record_access",
    "require",
    "sees_subtree",
    "set_locale",
    "unit_by_code",
    "units_below",
    "with_deputised",
    "within",
]
