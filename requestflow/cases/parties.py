"""The applicant's personal data: its digest for the event, its masked form for the page."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from requestflow.cases.events import canonical
from requestflow.cases.models import Party
from requestflow.cases.search_words import store_words, words_of_party
from requestflow.foundation import keyed_digest

FIELDS = (
    "name",
    "identity_kind",
    "identity_number",
    "legal_representative",
    "contact_person",
    "phone",
    "email",
    "address",
    "postcode",
    "representative",
    "representative_identity_kind",
    "representative_identity_number",
    "representative_phone",
)
_SHOWN = frozenset({"identity_kind", "representative_identity_kind"})
NAMES = frozenset({"name", "legal_representative", "contact_person", "representative"})


def serialize_party(
    details: Mapping[str, str | None], salt: str | None = None
) -> tuple[str, str, str]:
    """Salt, digest (SHA-256 over salt and details) and canonical text of personal data."""
    salt = salt or secrets.token_hex(16)
    content = canonical({key: details[key] for key in FIELDS if details.get(key)})
    digest = hashlib.sha256((salt + content).encode()).hexdigest()
    return salt, digest, content


def email_digest(address: str) -> str:
    """The keyed digest of a mail address, by which its owner finds their cases."""
    return keyed_digest(f"email:{address.strip().lower()}")


def identity_digest(number: str) -> str:
    """The keyed digest of a number of identity, by which the same applicant is found again."""
    return keyed_digest(f"identity:{number.strip().upper()}")


def digest_earlier_parties(session: Session) -> None:
    """Gives the parties their digests that were stored before there were any; does nothing where
    one has its own."""
    if session.scalar(select(Party.id).where(Party.identity_digest.is_not(None)).limit(1)):
        return
    after = 0
    while parties := session.scalars(
        select(Party).where(Party.id > after).order_by(Party.id).limit(500)
    ).all():
        for party in parties:
            for name, digest in _digests(parse_party(party.details)).items():
                setattr(party, name, digest)
        session.flush()
        after = parties[-1].id
        session.expunge_all()


def parse_party(content: str) -> dict[str, str]:
    """The details from their stored text."""
    return dict(json.loads(content))


def masked(details: Mapping[str, str]) -> dict[str, str]:
    """The details as shown by default: enough to recognise, not enough to use."""
    return {key: _mask(key, value) for key, value in details.items()}


def _mask(key: str, value: str) -> str:
    if key in _SHOWN:
        return value
    if key == "email":
        name, at, domain = value.partition("@")
        return f"{name[:1]}***{at}{domain}"
    if key in NAMES:
        return value[:1] + "*" * max(len(value) - 1, 1)
    if len(value) <= 4:
        return "*" * len(value)
    shown = min(4 if key.endswith("identity_number") else 3, len(value) - 3)
    return f"{value[:shown]}{'*' * (len(value) - shown - 2)}{value[-2:]}"


def replace_party(session: Session, case_id: int, details: Mapping[str, str | None]) -> str:
    """Stores corrected personal data of the applicant; the digest for the corrected receipt."""
    salt, digest, _ = serialize_party(details)
    store_party(session, case_id, details, salt)
    return digest


def store_party(
    session: Session, case_id: int, details: Mapping[str, str | None], salt: str
) -> None:
    """Stores personal data of the applicant in the place of what was stored. An address of mail
    that is another was not proved yet."""
    row = party_row(details, salt, serialize_party(details, salt)[2])
    same = Party.email_digest == row["email_digest"]
    proven = session.scalar(select(Party.email_proven).where(Party.case_id == case_id, same))
    session.execute(delete(Party).where(Party.case_id == case_id))
    session.add(Party(case_id=case_id, email_proven=bool(proven), **row))
    session.flush()
    store_words(session, case_id, words_of_party(details))


def party_row(details: Mapping[str, str | None], salt: str, content: str) -> dict[str, Any]:
    """The row of an applicant's data, the case's id aside."""
    return {"salt": salt, "details": content, **_digests(details)}


def _digests(details: Mapping[str, str | None]) -> dict[str, str | None]:
    email, number = details.get("email"), details.get("identity_number")
    return {
        "email_digest": email_digest(email) if email else None,
        "identity_digest": identity_digest(number) if number else None,
    }
