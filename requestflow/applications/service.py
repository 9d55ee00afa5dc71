"""Drafts of applications: begun, filled in page by page, sent once, cleared away."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.applications.models import ApplicationDraft
from requestflow.applications.pages import PAGES, Errors, read_page
from requestflow.cases import Case, CaseService, Opening
from requestflow.citizens import code_from, code_made_at, give_code
from requestflow.documents import (
    Document,
    DocumentRefused,
    document_references,
    documents_of_draft,
    give_to_case,
)
from requestflow.foundation import NotFound, RequestflowError, keyed_digest, text
from requestflow.law import HOME

DRAFT_LIVES = timedelta(days=7)
MOST_EVER = 3
"""How many times as much as a case may have a draft may ever take in."""
RECEIVED = "received_bytes"
CODE_SHOWN_FOR = timedelta(minutes=30)
"""How long the page that shows the tracking code may be loaded again: a lost connection or a
second press must not cost the applicant the code."""


class Incomplete(RequestflowError):
    """An application that cannot be sent yet; `pages` still need something."""

    def __init__(self, pages: Sequence[str]) -> None:
        super().__init__(text("Some answers are missing. Check the questions marked below."))
        self.pages = pages


@dataclass(frozen=True)
class Draft:
    """An application being filled in; `sent_as` is the number of the case it became."""

    id: int
    content: dict[str, str]
    expires_at: datetime
    sent_as: str | None
    row: ApplicationDraft


def begin_draft(session: Session, language: str, now: datetime, unit: str | None = None) -> str:
    """Begins an application; the secret of its link."""
    token = secrets.token_urlsafe(32)
    content = {"language": language, **({"unit": unit} if unit else {})}
    session.add(
        ApplicationDraft(
            token_digest=_digest(token),
            content=json.dumps(content),
            created_at=now,
            expires_at=now + DRAFT_LIVES,
        )
    )
    return token


def draft_of(session: Session, token: str, now: datetime, lock: bool = False) -> Draft:
    """The application of a link; NotFound where the link is not, or no longer, good."""
    query = select(ApplicationDraft).where(
        ApplicationDraft.token_digest == _digest(token), ApplicationDraft.expires_at > now
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotFound(
            text("This link has expired. We keep unsent requests for 7 days."),
            text("Start a new request."),
        )
    # In a statement of its own: one that waited for the lock may still see the row without case.
    sent = select(Case.number).where(Case.id == row.case_id)
    number = session.scalar(sent) if row.case_id is not None else None
    return Draft(row.id, dict(json.loads(row.content)), row.expires_at, number, row)


def save_answers(draft: Draft, values: Mapping[str, str], now: datetime) -> None:
    """Keeps what was typed on a page, right or wrong: nothing typed is lost."""
    draft.content.update(values)
    draft.row.content = json.dumps(draft.content, ensure_ascii=False)
    draft.row.expires_at = now + DRAFT_LIVES


def count_bytes(draft: Draft, size: int, most_of_a_case: int) -> None:
    """Counts what a draft ever took in, in bytes, also what was removed again; DocumentRefused
    beyond measure: a link must not fill the disk."""
    full = int(draft.content.get(RECEIVED, "0")) + size
    if full > MOST_EVER * most_of_a_case:
        raise DocumentRefused(text("Too many files have been added and removed in this request."))
    draft.content[RECEIVED] = str(full)


def draft_problems(session: Session, draft: Draft, today: date) -> dict[str, Errors]:
    """What is still wrong, by page."""
    return _page_problems(session, draft, _unit(session, draft), today)


def _page_problems(
    session: Session, draft: Draft, unit: Unit | None, today: date
) -> dict[str, Errors]:
    results: dict[str, Errors] = {}
    for page in PAGES:
        errors = read_page(page, draft.content, draft.content, today)[1]
        if page == "unit" and not errors and unit is None:
            errors = {"unit": text("Select the public body you want to ask.")}
        if page == "representative" and not errors:
            errors = _proof(session, draft)
        if errors:
            results[page] = errors
    return results


def _unit(session: Session, draft: Draft) -> Unit | None:
    return session.scalar(select(Unit).where(Unit.code == draft.content.get("unit", "")))


def _proof(session: Session, draft: Draft) -> Errors:
    if draft.content.get("represented") != "yes":
        return {}
    if any(item.purpose == "authority" for item in documents_of_draft(session, draft.id)):
        return {}
    return {"proof": text("Upload proof that you are authorised to act for the applicant.")}


def submit_application(
    session: Session, cases: CaseService, draft: Draft, token: str, now: datetime
) -> str:
    """Sends an application whose draft is locked: one case, however often and by however many it
    is pressed; its number.

    Over the internet the day of receipt is the day on which both sides confirm (art. 31): the
    applicant by sending, the body by the receipt that answers it at once. Raises Incomplete.
    """
    if draft.sent_as:
        return draft.sent_as
    unit = _unit(session, draft)
    today = cases.day_of(now, unit.jurisdiction if unit else HOME)
    wrong = _page_problems(session, draft, unit, today)
    if wrong or unit is None:
        raise Incomplete(tuple(wrong))
    files = documents_of_draft(session, draft.id)
    opening = _opening(draft.content, files, today)
    change = cases.open_case(session, Actor.applicant(), opening, now, unit)
    give_to_case(session, files, change.case_id)
    give_code(session, change.case_id, now, secret=token)
    draft.row.case_id, draft.row.submitted_at = change.case_id, now
    draft.row.content = json.dumps({"language": draft.content.get("language", "zh_CN")})
    session.flush()
    return change.state.number


def _opening(content: Mapping[str, str], files: Sequence[Document], received_on: date) -> Opening:
    particulars: dict[str, Any] = {
        "description": content.get("description"),
        "document_number": content.get("document_number"),
        "period": content.get("period"),
        "delivery_way": content.get("way"),
        "fee_waiver_reason": content.get("waiver_reason"),
        "language": content.get("language"),
        "documents": document_references(files),
    }
    person = content.get("applicant_kind") == "person"
    names = (*(field.name for field in PAGES["details"]), "phone", "email", "address", "postcode")
    acting = tuple(f.name for f in PAGES["representative"] if f.name != "represented")
    return Opening(
        unit=content["unit"],
        received_on=received_on,
        applicant_kind=content["applicant_kind"],
        channel="internet",
        subject=content["title"],
        party={
            name: content.get(name) or None
            for name in (*names, *acting)
            if not (person and name == "contact_person")
        },
        delivery_form="inspection" if content["way"] == "inspection" else content["form"],
        particulars={key: value for key, value in particulars.items() if value},
    )


def tracking_code_of(session: Session, draft: Draft, token: str, now: datetime) -> str | None:
    """The tracking code of what was just sent, or None once it was shown long enough or another
    took its place."""
    if draft.sent_as is None or code_made_at(session, draft.sent_as) != draft.row.submitted_at:
        return None
    shown_at = draft.row.code_shown_at or now
    return code_from(token) if now < shown_at + CODE_SHOWN_FOR else None


def note_code_shown(session: Session, draft_id: int, now: datetime) -> None:
    """Notes when the tracking code was first shown."""
    session.execute(
        update(ApplicationDraft)
        .where(ApplicationDraft.id == draft_id, ApplicationDraft.code_shown_at.is_(None))
        .values(code_shown_at=now)
    )


def clear_drafts(session: Session, now: datetime) -> int:
    """Removes drafts whose time is over, with their files' entries; how many."""
    over = select(ApplicationDraft.id).where(ApplicationDraft.expires_at <= now)
    session.execute(delete(Document).where(Document.draft_id.in_(over)))
    gone = session.execute(delete(ApplicationDraft).where(ApplicationDraft.expires_at <= now))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _digest(token: str) -> str:
    return keyed_digest(f"draft:{token}")
