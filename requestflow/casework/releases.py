"""Releasing an answer: what of it everybody may read, in an official's words, with cleaned copies
of files; and taking that back."""

import io
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from requestflow.accounts import Actor, require
from requestflow.cases import (
    CaseView,
    Step,
    StepPreview,
    StepRefused,
    party_details,
    third_parties_objected,
)
from requestflow.casework.service import Casework
from requestflow.citizens import personal_parts
from requestflow.documents import CleanCopy, Document, Incoming, clean_copy, documents_of_case
from requestflow.foundation import db, joined, text
from requestflow.law import law_pack

GIVEN = frozenset({"drafted"})
"""For what the files were handed out that may be released: never letters, which name who asked."""


@dataclass(frozen=True)
class ReleaseWish:
    """What is to be public: title and summary as typed, the keys of files. `persons_checked` and
    `files_checked` say that somebody looked where there was reason to."""

    title: str
    summary: str = ""
    keys: Collection[str] = ()
    persons_checked: bool = False
    files_checked: bool = False


def needs_care(view: CaseView) -> bool:
    """Whether third parties' rights or privacy were a reason to withhold something, or somebody who
    was asked objected: what is released of such an answer is looked at twice."""
    pack = law_pack(view.state.law)
    named = [pack.ground(code) for code in {*view.state.grounds, view.state.ground or ""}]
    protected = any(ground is not None and ground.protects_others for ground in named)
    return protected or third_parties_objected(view.history)


def releasable_files(session: Session, view: CaseView) -> Sequence[Document]:
    """The files that were given to the applicant, of which a copy can be released."""
    given = {
        item["key"]
        for event in view.history
        if event.kind == "delivered"
        for item in event.data.get("documents") or ()
    }
    return [
        document
        for document in documents_of_case(session, view.id)
        if document.key in given and document.purpose in GIVEN
    ]


def release_answer(
    casework: Casework,
    actor: Actor,
    view: CaseView,
    wish: ReleaseWish,
    now: datetime,
    version: int | None = None,
) -> StepPreview:
    """Makes public what an official decided of an answer, in the place of what was public of it
    before. Raises StepRefused at the field that is wrong, DocumentRefused, CaseChanged, Refused."""
    require(actor, "case.release", view.unit.path)
    if not view.state.gave_something:
        raise StepRefused(text("No information was disclosed in this case."), "title")
    session = db.session()
    party = party_details(session, view.id)
    for name, words in (("title", wish.title), ("summary", wish.summary)):
        if parts := personal_parts(words, party):
            raise StepRefused(
                text("Leave out what tells who somebody is: %(parts)s.", parts=", ".join(parts)),
                name,
            )
    if needs_care(view) and not wish.persons_checked:
        raise StepRefused(
            text("Confirm that nothing here concerns a third party."), "persons_checked"
        )
    incoming = _cleaned(casework, session, view, wish)
    # A new name each time: what was copied from an earlier release leads nowhere.
    data = {"title": wish.title, "reference": secrets.token_urlsafe(9)}
    if wish.summary:
        data["summary"] = wish.summary
    day = casework.cases.day_of(now, view.unit.jurisdiction)
    step = Step("answer_released", day, data)
    return casework.take_step(actor, view, step, now, incoming, version, purpose="released")


def withdraw_release(
    casework: Casework,
    actor: Actor,
    view: CaseView,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> StepPreview:
    """Takes back what is public of an answer; raises what a step does."""
    day = casework.cases.day_of(now, view.unit.jurisdiction)
    step = Step("release_withdrawn", day, {"reason": reason})
    return casework.take_step(actor, view, step, now, version=version)


def _cleaned(
    casework: Casework, session: Session, view: CaseView, wish: ReleaseWish
) -> list[Incoming]:
    """Clean copies of the chosen files, under names that say nothing; StepRefused where something
    remains in them at which nobody has looked."""
    chosen = [item for item in releasable_files(session, view) if item.key in wish.keys]
    copies = [(item, _copy_of(casework, item)) for item in chosen]
    remains = [
        text(
            "'%(name)s': %(found)s",
            name=item.name,
            found=joined([text(f"found.{code}") for code in sorted(copy.remaining)], ", "),
        )
        for item, copy in copies
        if copy.remaining
    ]
    if remains and not wish.files_checked:
        raise StepRefused(
            text(
                "Look at what these files hold beside what they show. %(remains)s.",
                remains=joined(remains, "; "),
            ),
            "files_checked",
        )
    return [
        casework.documents.receive(io.BytesIO(copy.content), _plain_name(place, item.name))
        for place, (item, copy) in enumerate(copies, 1)
    ]


def _copy_of(casework: Casework, document: Document) -> CleanCopy:
    with casework.documents.as_file(document) as path:
        return clean_copy(path, document.name)


def _plain_name(place: int, name: str) -> str:
    """Names of files may hold those of people."""
    return f"information-{place}.{name.rpartition('.')[2].lower()}"
