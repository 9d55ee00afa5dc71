"""The second factor (双因素认证): a code of an authenticator app (RFC 6238), a passkey, or one of
the recovery codes that were written down."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp
from sqlalchemy import BigInteger, ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.accounts.audit import record_access
from requestflow.accounts.models import Person
from requestflow.accounts.passkeys import (
    Passkey,
    RelyingParty,
    keys_of,
    offer_new_passkey,
    prove_passkey,
    take_new_passkey,
)
from requestflow.accounts.people import PRESENT, PasswordRefused, require_letting_in
from requestflow.accounts.policy import Actor, require
from requestflow.foundation import (
    BigId,
    EncryptedText,
    Model,
    NotFound,
    RequestflowError,
    UtcDateTime,
    keyed_digest,
    recovery_code,
    text,
    verify_password,
)

SECONDS = 30
"""How long a code is shown (RFC 6238, 5.2: the recommended step)."""
EARLIER_OR_LATER = 1
"""By how many steps the clock of a phone may differ (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
_DIGITS = re.compile(r"\d{6}")


class Authenticator(Model):
    """The secret that somebody's app shares with us, good since a code of it was shown; and the
    step of the code that was used last: none is taken twice."""

    __tablename__ = "authenticators"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(EncryptedText)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """A code that lets somebody in once without their app; its keyed digest."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))


class CodeRefused(RequestflowError):
    """A code that is not right, or was used before."""

    def __init__(self) -> None:
        super().__init__(
            text("The code is incorrect. Enter the one that your app shows now."),
            text("Check that the clock of your phone is right."),
        )


class LastFactor(RequestflowError):
    """The last second factor of somebody whose role needs one."""

    def __init__(self) -> None:
        super().__init__(
            text("Your role needs a second factor, and this is your only one."),
            text("Add another passkey or an authenticator app first."),
        )


def begin_authenticator(session: Session, actor: Actor) -> None:
    """Makes the secret that the actor's app is to share; it counts once a code of it was shown.
    Refused."""
    person = _own(session, actor)
    if has_authenticator(session, actor):
        return
    session.execute(delete(Authenticator).where(Authenticator.person_id == person.id))
    session.add(Authenticator(person_id=person.id, secret=pyotp.random_base32(), last_step=0))
    session.flush()


def authenticator_secret(session: Session, actor: Actor) -> str | None:
    """The secret that the actor's app is to share, in base 32; None where none was made, or where
    it counts already."""
    person = _own(session, actor)
    found = session.get(Authenticator, person.id)
    return found.secret if found and found.confirmed_at is None else None


def has_authenticator(session: Session, actor: Actor) -> bool:
    """Whether the actor signs in with codes of an app."""
    found = session.get(Authenticator, actor.person_id)
    return found is not None and found.confirmed_at is not None


def authenticator_uri(secret: str, username: str, issuer: str) -> str:
    """What an app reads as a QR code (otpauth, Key Uri Format)."""
    app = pyotp.TOTP(secret, interval=SECONDS)
    return app.provisioning_uri(name=username, issuer_name=issuer)


def confirm_authenticator(session: Session, actor: Actor, code: str, now: datetime) -> list[str]:
    """Lets the app count from now on, and gives new recovery codes, which are told this once.
    CodeRefused, Refused."""
    person = _own(session, actor)
    if not _is_of_app(session, person, code, now):
        raise CodeRefused
    found = session.get_one(Authenticator, person.id)
    if found.confirmed_at is None:
        found.confirmed_at = now
        record_access(session, actor, "second factor set", person.username, now)
    person.second_factor_since = person.second_factor_since or now
    return _new_recovery_codes(session, person)


def new_recovery_codes(session: Session, actor: Actor, now: datetime) -> list[str]:
    """Recovery codes in the place of those that the actor has, told this once; Refused."""
    person = _own(session, actor)
    record_access(session, actor, "recovery codes made", person.username, now)
    return _new_recovery_codes(session, person)


def offer_passkey(session: Session, actor: Actor, party: RelyingParty, now: datetime) -> str:
    """What the actor's browser needs to make a passkey, as JSON; PasskeyRefused, Refused."""
    return offer_new_passkey(session, _own(session, actor), party, now)


def add_passkey(
    session: Session, actor: Actor, party: RelyingParty, answer: str, name: str, now: datetime
) -> list[str]:
    """Lets the actor sign in with the passkey that their browser made; recovery codes, told this
    once, where it is their first second factor, else none. PasskeyRefused, Refused."""
    person = _own(session, actor)
    take_new_passkey(session, person, party, answer, name, now)
    record_access(session, actor, "passkey added", person.username, now, name or None)
    if person.second_factor_since is not None:
        return []
    person.second_factor_since = now
    return _new_recovery_codes(session, person)


def passkeys_of(session: Session, actor: Actor) -> Sequence[Passkey]:
    """The actor's own passkeys; Refused."""
    return keys_of(session, _own(session, actor).id)


def remove_passkey(
    session: Session, actor: Actor, passkey_id: int, required: bool, now: datetime
) -> None:
    """Takes a passkey of the actor back; where it was their last second factor, they sign in with
    the password alone again. That one stays where their role needs it (`required`). Refused,
    NotFound, LastFactor."""
    person = _own(session, actor)
    keys = {key.id: key for key in keys_of(session, person.id)}
    if passkey_id not in keys:
        raise NotFound(text("This passkey was already removed."))
    last = len(keys) == 1 and not has_authenticator(session, actor)
    if last and required:
        raise LastFactor
    session.delete(keys[passkey_id])
    record_access(session, actor, "passkey removed", person.username, now, keys[passkey_id].name)
    if last:
        _remove(session, actor, person, now)


def prove_second_factor(session: Session, person: Person, code: str, now: datetime) -> bool:
    """Whether a code is that of somebody's app, or one of their recovery codes; neither is taken
    twice."""
    found = session.get(Authenticator, person.id)
    if found and found.confirmed_at and _is_of_app(session, person, code, now):
        return True
    gone = session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.person_id == person.id, RecoveryCode.code_digest == _digest(code))
        .execution_options(synchronize_session=False)
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def prove_again(
    session: Session,
    person: Person,
    shown: str,
    now: datetime,
    party: RelyingParty | None = None,
    passkey: str = "",
) -> bool:
    """Whether somebody who is signed in shows that it is them: by a passkey, by another second
    factor, or by the password where they have none."""
    if passkey and party:
        return prove_passkey(session, party, passkey, now, person) is not None
    if person.second_factor_since is None:
        return verify_password(person.password_hash, shown)
    return prove_second_factor(session, person, shown, now)


def recovery_codes_left(session: Session, actor: Actor) -> int:
    """How many recovery codes the actor has not used."""
    query = select(func.count()).where(RecoveryCode.person_id == actor.person_id)
    return session.scalar(query) or 0


def remove_own_second_factor(session: Session, actor: Actor, password: str, now: datetime) -> None:
    """Lets the actor sign in with the password alone again; PasswordRefused, Refused."""
    person = _own(session, actor)
    if not verify_password(person.password_hash, password):
        raise PasswordRefused(PRESENT, text("Your current password is incorrect. Try again."))
    _remove(session, actor, person, now)


def remove_second_factor(session: Session, actor: Actor, person: Person, now: datetime) -> None:
    """Lets somebody in who lost their phone and their recovery codes; Refused."""
    require_letting_in(session, actor, person)
    _remove(session, actor, person, now)


def _remove(session: Session, actor: Actor, person: Person, now: datetime) -> None:
    for table in (Authenticator, RecoveryCode, Passkey):
        session.execute(delete(table).where(table.person_id == person.id))
    if person.second_factor_since is not None:
        person.second_factor_since = None
        record_access(session, actor, "second factor removed", person.username, now)


def _own(session: Session, actor: Actor) -> Person:
    require(actor, "account.own")
    return session.get_one(Person, actor.person_id)


def _is_of_app(session: Session, person: Person, code: str, now: datetime) -> bool:
    code = re.sub(r"\s", "", code)
    found = session.get(Authenticator, person.id)
    if found is None or not _DIGITS.fullmatch(code):
        return False
    app, present = pyotp.TOTP(found.secret, interval=SECONDS), int(now.timestamp()) // SECONDS
    for step in range(present - EARLIER_OR_LATER, present + EARLIER_OR_LATER + 1):
        if secrets.compare_digest(app.generate_otp(step), code):
            # Two who send it at once: one of them is let in.
            used = session.execute(
                update(Authenticator)
                .where(Authenticator.person_id == person.id, Authenticator.last_step < step)
                .values(last_step=step)
                .execution_options(synchronize_session=False)
            )
            return bool(used.rowcount)  # type: ignore[attr-defined]
    return False


def _new_recovery_codes(session: Session, person: Person) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=person.id, code_digest=_digest(code)) for code in codes)
    session.flush()
    return codes


def _digest(code: str) -> str:
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())
    return keyed_digest(f"recovery:{plain}")
