"""Passkeys (通行密钥): keys of a phone, a computer or a security key that sign in for somebody
(Web Authentication, W3C, level 2). Checked by the library webauthn."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import webauthn
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from requestflow.accounts.models import Person
from requestflow.foundation import BigId, Model, RequestflowError, UtcDateTime, keyed_digest, text

LIVES = timedelta(minutes=5)
"""How long a challenge is good; browsers are told to wait as long (Web Authentication, 15.1)."""
MOST = 20
"""Passkeys of one person."""
LONGEST_NAME = 80
LONGEST_ANSWER = 20_000
"""Characters of what a browser sends; a key that a security key attests to has some thousand."""
WRONG = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What the library raises at an answer that is none."""


class Passkey(Model):
    """The public half of a key that somebody keeps. `sign_count` is what the key said it was used
    last; one that says less is a copy, but many never count."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyChallenge(Model):
    """What a key was asked to sign, good once; its SHA-256. `person_id` is whose key is asked for,
    or nobody's in particular."""

    __tablename__ = "passkey_challenges"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    challenge_digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True)
class RelyingParty:
    """The site for which keys are made: its host, the address of its pages, its name."""

    host: str
    origin: str
    name: str


class PasskeyRefused(RequestflowError):
    """A key that cannot be added."""

    def __init__(self) -> None:
        super().__init__(
            text("The passkey could not be added."),
            text("Try again; if it was added before, remove it from the list first."),
        )


def offer_new_passkey(session: Session, person: Person, party: RelyingParty, now: datetime) -> str:
    """What a browser needs to make a key for somebody, as JSON."""
    known = _descriptors(session, person.id)
    if len(known) >= MOST:
        raise PasskeyRefused
    # Random to whoever reads it on the key, and the same for each key of a person (14.6.1).
    handle = bytes.fromhex(keyed_digest(f"passkey:{person.id}"))
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_name=person.username,
        user_id=handle,
        user_display_name=person.name,
        challenge=_challenge(session, "add", person.id, now),
        timeout=int(LIVES.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=known,
    )
    return webauthn.options_to_json(options)


def take_new_passkey(
    session: Session, person: Person, party: RelyingParty, answer: str, name: str, now: datetime
) -> Passkey:
    """Keeps the public half of a key that a browser made; PasskeyRefused."""
    try:
        credential = parse_registration_credential_json(_short(answer))
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except WRONG as error:
        raise PasskeyRefused from error
    known = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    asked = _take(session, challenge, "add", now)
    if asked is None or asked.person_id != person.id or session.scalar(known) is not None:
        raise PasskeyRefused
    key = Passkey(
        person_id=person.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name[:LONGEST_NAME],
        added_at=now,
    )
    session.add(key)
    session.flush()
    return key


def offer_passkey_sign_in(
    session: Session, party: RelyingParty, now: datetime, person: Person | None = None
) -> str:
    """What a browser needs to have a key sign, as JSON: one of `person`, after their password; or
    one that names its owner, and has them prove themselves to it by a finger or a code."""
    needed = UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=_challenge(session, "sign", person.id if person else None, now),
        timeout=int(LIVES.total_seconds() * 1000),
        allow_credentials=_descriptors(session, person.id) if person else None,
        user_verification=UserVerificationRequirement.PREFERRED if person else needed,
    )
    return webauthn.options_to_json(options)


def prove_passkey(
    session: Session,
    party: RelyingParty,
    answer: str,
    now: datetime,
    person: Person | None = None,
) -> Person | None:
    """Whose key signed, as it was asked of `person` or of whoever it may be; None where nothing is
    shown by it. No answer is taken twice."""
    try:
        credential = parse_authentication_credential_json(_short(answer))
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    except WRONG:
        return None
    asked = _take(session, challenge, "sign", now)
    if asked is None or asked.person_id != (person.id if person else None):
        return None
    # Locked, so that of two answers with the same count one is taken.
    query = select(Passkey).where(Passkey.credential_id == credential.raw_id).with_for_update()
    key = session.scalar(query)
    if key is None or (person is not None and key.person_id != person.id):
        return None
    try:
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=person is None,
        )
    except WRONG:
        return None
    key.sign_count, key.used_at = shown.new_sign_count, now
    owner = session.get_one(Person, key.person_id)
    return owner if owner.active else None


def keys_of(session: Session, person_id: int) -> Sequence[Passkey]:
    """Somebody's passkeys, the oldest first."""
    query = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)
    return list(session.scalars(query))


def clear_challenges(session: Session, now: datetime) -> None:
    """Removes challenges that are no longer good."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now))


def _challenge(session: Session, purpose: str, person_id: int | None, now: datetime) -> bytes:
    """Something new to be signed (64 bytes; at least 16 are asked for, 13.4.3)."""
    challenge = secrets.token_bytes(64)
    session.add(
        PasskeyChallenge(
            challenge_digest=_digest(challenge),
            purpose=purpose,
            person_id=person_id,
            expires_at=now + LIVES,
        )
    )
    session.flush()
    return challenge


def _take(
    session: Session, challenge: bytes, purpose: str, now: datetime
) -> PasskeyChallenge | None:
    """The challenge that was answered, good no longer; of two who answer it at once, one gets
    it."""
    gone = (
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.challenge_digest == _digest(challenge),
            PasskeyChallenge.purpose == purpose,
            PasskeyChallenge.expires_at >= now,
        )
        .returning(PasskeyChallenge)
    )
    return session.scalar(gone)


def _digest(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def _descriptors(session: Session, person_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys_of(session, person_id)
    ]


def _short(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER or not isinstance(json.loads(answer), dict):
        raise ValueError
    return answer
