"""What passes between office and applicant: mail to the applicant for each step that concerns
them, a notice to the office for each step they take; written in the step's transaction."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from requestflow.cases import CaseChange, CaseView, Event, Listener, party_details
from requestflow.citizens import SHOWN, delivered_documents, describe_event, next_step
from requestflow.foundation import Text
from requestflow.law import Zones
from requestflow.notices.mail_preferences import REQUIRED, wants_required_mail_only
from requestflow.notices.models import Message
from requestflow.notices.outbox import letter, messages
from requestflow.notices.recipients import staff

MOST_OF_A_MAIL = 15 * 1024 * 1024  # many servers take no more than 20 MB once it is encoded
QUIET = frozenset({"assigned"})
"""Shown on the page, but no reason to write a mail."""


def mail_applicants(zones: Zones) -> Listener:
    """A listener of the door that writes to the applicant of a changed case."""

    def listen(session: Session, changes: Sequence[CaseChange], now: datetime) -> None:
        for change in changes:
            events = [e for e in change.added if e.kind in SHOWN and e.kind not in QUIET]
            beyond = any(event.kind not in REQUIRED for event in events)
            if beyond and wants_required_mail_only(session, change.case_id):
                events = [event for event in events if event.kind in REQUIRED]
            email = _address(session, change) if events else None
            if email:
                rows = [_row(change, event, email, zones, now) for event in events]
                session.execute(insert(Message), rows)

    return listen


def _address(session: Session, change: CaseChange) -> str | None:
    party = change.party if change.party is not None else party_details(session, change.case_id)
    return party.get("email") or None


def _row(
    change: CaseChange, event: Event, email: str, zones: Zones, now: datetime
) -> dict[str, Any]:
    today = zones.day_of(now, change.unit.jurisdiction)
    following = next_step(change.state, change.history, change.running, today)
    happened = describe_event(event, change.state)
    locale = change.language
    data: dict[str, Any] = {
        "number": change.state.number,
        "unit": change.unit.name,
        "event": event.kind,
        "day": event.day.isoformat(),
        "happened": _in(happened, locale),
        "next": _in(following.text, locale),
        "due": following.due.isoformat() if following.due else None,
    }
    files, too_many = _attached(event)
    if files:
        data["files"] = files
    if too_many:
        data["too_many"] = True
    content = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return letter(email, locale, "case", content, f"case|{change.case_id}|{event.key}", now)


def _attached(event: Event) -> tuple[list[dict[str, Any]], bool]:
    """The files that go with a mail, and whether they are more than a mail can carry: an answer
    that is delivered by mail goes out with it."""
    if event.kind != "delivered" or event.data.get("way") != "mail":
        return [], False
    files = [
        {"name": item["name"], "sha256": item["sha256"]} for item in delivered_documents(event)
    ]
    if sum(item["size"] for item in delivered_documents(event)) > MOST_OF_A_MAIL:
        return [], True
    return files, False


def _in(words: Text | None, locale: str) -> str:
    return words.in_locale(locale) if words else ""


def mail_sign_in_link(session: Session, email: str, link: str, locale: str, now: datetime) -> None:
    """Puts a link to sign in with into the outbox."""
    content = json.dumps({"link": link})
    row = letter(email, locale, "link", content, f"link|{link}", now)
    session.execute(insert(Message).values(row))


def mail_invitation(session: Session, email: str, link: str, locale: str, now: datetime) -> None:
    """Puts the link with which somebody of the staff chooses a password into the outbox."""
    content = json.dumps({"link": link})
    row = letter(email, locale, "invitation", content, f"invitation|{link}", now)
    session.execute(insert(Message).values(row))


def mail_former_address(session: Session, email: str, view: CaseView, now: datetime) -> None:
    """Tells the address of mail that a case had before that it has another one now."""
    told = {"number": view.number, "unit": view.unit.name, "phone": view.unit.phone}
    content = json.dumps(told, sort_keys=True, ensure_ascii=False)
    locale = str(view.history[0].data.get("language") or "zh_CN")
    natural = f"former|{view.id}|{view.version}"
    row = letter(email, locale, "former_address", content, natural, now)
    session.execute(insert(Message).values(row))


def notify_office(zones: Zones) -> Listener:
    """A listener of the door that tells whoever handles a case what its applicant did."""

    def listen(session: Session, changes: Sequence[CaseChange], now: datetime) -> None:
        for change in changes:
            acts = [event for event in change.added if event.actor == "applicant"]
            if acts:
                today = zones.day_of(now, change.unit.jurisdiction)
                _notify(session, change, acts, today, now)

    return listen


def _notify(
    session: Session, change: CaseChange, acts: Sequence[Event], today: date, now: datetime
) -> None:
    people = staff(session, today).told(change.unit, change.state.handler, "clerk")
    rows = [
        row
        for event in acts
        for person in people
        for row in messages(
            person,
            "applicant",
            json.dumps({"number": change.state.number, "step": event.kind}, sort_keys=True),
            f"act|{change.case_id}|{event.key}|{person.id}|",
            now,
        )
    ]
    session.execute(insert(Message), rows)
