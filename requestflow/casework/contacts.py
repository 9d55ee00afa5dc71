"""Changing how an applicant is reached: by themselves, or by whoever handles the case."""

from collections.abc import Mapping
from datetime import datetime

from requestflow.accounts import Actor, record_access
from requestflow.cases import (
    CaseView,
    Step,
    StepPreview,
    StepRefused,
    party_details,
    require_version,
    serialize_party,
    store_party,
)
from requestflow.casework.service import Casework
from requestflow.foundation import db, text
from requestflow.notices import mail_former_address

CONTACT = ("phone", "email", "address", "postcode")
"""What may be changed so; names and numbers of identity are corrected by the head of the unit."""


def change_contact(
    casework: Casework,
    actor: Actor,
    view: CaseView,
    details: Mapping[str, str],
    now: datetime,
    version: int | None = None,
    reason: str = "",
) -> StepPreview | None:
    """Changes how the applicant is reached; None where nothing is otherwise. An address of mail
    that is new opens the case to nobody before the tracking code was shown with it; the former one
    is told. Raises StepRefused, CaseChanged, Refused."""
    require_version(view, version)
    session = db.session()
    before = party_details(session, view.id)
    after = {**before, **{name: details.get(name, "").strip() for name in CONTACT}}
    after = {name: value for name, value in after.items() if value}
    changed = [name for name in CONTACT if before.get(name) != after.get(name)]
    if not changed:
        return None
    if not any(after.get(name) for name in ("phone", "email", "address")):
        raise StepRefused(text("Enter a phone number, an email address or an address."), "phone")
    salt, digest, _ = serialize_party(after)
    data = {"party": digest, "changed": changed, **({"reason": reason} if reason else {})}
    day = casework.cases.day_of(now, view.unit.jurisdiction)
    preview = casework.cases.evaluate(
        session, actor, view, [Step("contact_changed", day, data)], now
    )
    with db.transaction() as writing:
        # First, so that the applicant is told where they are reached now.
        store_party(writing, view.id, after, salt)
        casework.cases.append(writing, preview, now)
        if actor.role != "applicant":
            record_access(writing, actor, "contact details changed", view.number, now, reason)
        former = before.get("email")
        if former and "email" in changed:
            mail_former_address(writing, former, view, now)
    return preview
