"""The application service: how a person's wish becomes a step with its files and its letter.

Each step is loaded once and evaluated once; what takes long (letters set as PDF, files hashed)
happens before the transaction, which then only writes. Web, API, commands and worker call this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Actor,
    Unit,
    record_access,
    require,
    unit_by_code,
    units_of,
)
from requestflow.cases import (
    Case,
    CaseChanged,
    CaseService,
    CaseState,
    CaseView,
    Opening,
    Step,
    StepPreview,
    StepRefused,
    files_particular,
    next_number,
    party_details,
    require_version,
)
from requestflow.documents import Document, Documents, Incoming, document_references
from requestflow.foundation import RequestflowError, db, text
from requestflow.law import HOME
from requestflow.letters import Letter, NumberTaken, issue_letter, letter_of, preview_letter

ATTEMPTS = 4
"""How often a step is evaluated anew where somebody else was faster with a number or a case."""
MOST_ASSIGNED = 100


class NotAssigned(RequestflowError):
    """One of the cases cannot be given to somebody now; none was."""


@dataclass(frozen=True)
class Casework:
    """Registers applications and takes steps, all or nothing."""

    cases: CaseService
    documents: Documents

    def register(
        self, actor: Actor, opening: Opening, incoming: Sequence[Incoming], now: datetime
    ) -> str:
        """Opens a case with what came in with it; its number. StepRefused, DocumentRefused,
        Refused."""
        with db.transaction() as session:
            unit = unit_by_code(session, opening.unit)
            number = next_number(session, unit, opening.received_on.year)
            scans = [self.documents.attach(session, item, "application", now) for item in incoming]
            if scans:
                named = {**opening.particulars, "documents": document_references(scans)}
                opening = replace(opening, particulars=named)
            opening = replace(opening, number=number)
            case_id = self.cases.open_case(session, actor, opening, now, unit).case_id
            for document in scans:
                document.case_id = case_id
        return number

    def preview(self, actor: Actor, case: CaseView | str, step: Step, now: datetime) -> StepPreview:
        """What a step would make of a case; raises what `take_step` would."""
        session, loaded = db.session(), self._case(actor, case)
        preview = self.cases.evaluate(session, actor, loaded, [step], now)
        self.cases.require_reason(session, preview)
        return preview

    def preview_letter(
        self, actor: Actor, case: CaseView | str, step: Step, now: datetime
    ) -> Letter | None:
        """The letter by which a step would go out, or that a draft would become, without a
        number; None where there is none. That personal data was put into it is recorded."""
        session, loaded = db.session(), self._case(actor, case)
        require(actor, "case.letter", loaded.unit.path)
        preview = self.cases.evaluate(session, actor, loaded, [step], now)
        letter = preview_letter(session, self.documents, preview)
        if letter is not None:
            with db.transaction() as session:
                action = "personal data put into a paper"
                record_access(session, actor, action, loaded.number, now)
        return letter

    def take_step(
        self,
        actor: Actor,
        case: CaseView | str,
        step: Step,
        now: datetime,
        incoming: Sequence[Incoming] = (),
        version: int | None = None,
        purpose: str = "",
    ) -> StepPreview:
        """Takes a step of a case, which may be loaded already, with the files that came with it
        and its letter; what it made of the case.

        `version` is the one the person saw; where it is None, whatever the case is now. Raises
        CaseChanged, StepRefused, DocumentRefused, Refused, NotFound; nothing is stored then, and
        no number of a letter is used up.
        """
        for attempt in range(ATTEMPTS):
            session = db.session()
            loaded = self._case(actor, case if attempt == 0 else _number(case))
            require_version(loaded, version)
            _require_mail_address(session, loaded, step)
            preview = self.cases.evaluate(session, actor, loaded, [step], now)
            letter = letter_of(session, self.documents, preview)
            try:
                with db.transaction() as session:
                    files = self._attached(session, preview, incoming, actor, now, purpose)
                    preview = self._with_files(session, preview, files, letter, now)
                    self.cases.append(session, preview, now)
                return preview
            except NumberTaken:
                if attempt == ATTEMPTS - 1:
                    raise
            except CaseChanged:
                if version is not None or attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def decide_on_the_spot(
        self,
        actor: Actor,
        case: CaseView | str,
        day: date,
        decision: Mapping[str, Any],
        delivery: Mapping[str, Any],
        checks: Sequence[str],
        now: datetime,
        incoming: Sequence[Incoming] = (),
        version: int | None = None,
        late_reason: str = "",
    ) -> None:
        """Drafts, reviews, signs and delivers in one (当场答复), all or nothing: the same steps as
        any other decision. Raises what `take_step` does."""
        late = {"late_reason": late_reason} if late_reason else {}
        alone = {"on_the_spot": True, **late}
        steps = [
            Step("drafted", day, {**decision, **late}),
            Step("legality_reviewed", day, alone),
            Step("secrecy_reviewed", day, {**alone, "checks": list(checks)}),
            Step("signed", day, alone),
        ]
        last = Step("delivered", day, {**delivery, **late})
        session, loaded = db.session(), self._case(actor, case)
        require_version(loaded, version)
        _require_mail_address(session, loaded, last)
        signed = self.cases.evaluate(session, actor, loaded, steps, now)
        letter = letter_of(session, self.documents, signed)
        with db.transaction() as session:
            files = self._attached(session, signed, incoming, actor, now, "drafted")
            if files:
                signed = signed.with_particulars({"documents": document_references(files)}, 0)
            signed = self._with_files(session, signed, (), letter, now)
            done = [Step(event.kind, event.day, event.data) for event in signed.added]
            preview = self.cases.evaluate(session, actor, loaded, [*done, last], now)
            self.cases.append(session, preview, now)

    def assign_many(
        self, actor: Actor, versions: Mapping[str, int], handler: str, now: datetime
    ) -> int:
        """Assigns the cases of these numbers, at the versions that were seen, to the person of
        that user name; how many. Raises NotAssigned, which names the case, and Refused."""
        if not versions:
            raise NotAssigned(text("Select at least one case."))
        if len(versions) > MOST_ASSIGNED:
            raise NotAssigned(
                text("Select no more than %(number)s cases at a time.", number=MOST_ASSIGNED)
            )
        with db.transaction() as session:
            where = _jurisdictions(session, versions, handler, self.cases.day_of(now))
            # In one order always, so that two people who assign the same cases wait for each other.
            for number in sorted(versions):
                day = self.cases.day_of(now, where.get(number, HOME))
                step = Step("assigned", day, {"handler": handler})
                try:
                    self.cases.take_step(session, actor, number, [step], now, versions[number])
                except (StepRefused, CaseChanged) as error:
                    raise NotAssigned(
                        text(
                            "%(number)s: %(reason)s No cases were assigned.",
                            number=number,
                            reason=error.text,
                        )
                    ) from error
        return len(versions)

    def _case(self, actor: Actor, case: CaseView | str) -> CaseView:
        """The case, loaded where it is not."""
        return self.cases.load(db.session(), actor, case) if isinstance(case, str) else case

    def _attached(
        self,
        session: Session,
        preview: StepPreview,
        incoming: Sequence[Incoming],
        actor: Actor,
        now: datetime,
        purpose: str,
    ) -> list[Document]:
        """The files that came with a step, as files of the case."""
        return [
            self.documents.attach(
                session,
                item,
                purpose or preview.step.kind,
                now,
                case_id=preview.before.id,
                from_applicant=actor.role == "applicant",
            )
            for item in incoming
        ]

    def _with_files(
        self,
        session: Session,
        preview: StepPreview,
        files: Sequence[Document],
        letter: Letter | None,
        now: datetime,
    ) -> StepPreview:
        """The preview with the files and the letter of its last step named in it."""
        data, kind = preview.step.data, preview.step.kind
        if files:
            name = files_particular(kind)
            given = [*data.get(name, ()), *document_references(files)]
            preview = preview.with_particulars({name: given})
        if letter is None:
            return preview
        printed = issue_letter(session, self.documents, preview, letter, now)
        data = preview.step.data
        return preview.with_particulars(
            {"letter": letter.number, "documents": [*data.get("documents", ()), *printed]}
        )


def _number(case: CaseView | str) -> str:
    return case if isinstance(case, str) else case.number


def _require_mail_address(session: Session, case: CaseView, step: Step) -> None:
    """An answer goes by mail only to an applicant who gave an address."""
    by_mail = step.kind == "delivered" and step.data.get("way") == "mail"
    if by_mail and not party_details(session, case.id).get("email"):
        raise StepRefused(text("The applicant did not give an email address."), "way")


def _jurisdictions(
    session: Session, versions: Mapping[str, int], handler: str, today: date
) -> Mapping[str, str]:
    """Those of the units to which the cases belong, by number; NotAssigned where the handler does
    not work at one of them."""
    units = (
        select(Case.number, Case.unit_id, Unit.jurisdiction)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Case.number.in_(versions))
    )
    works_at, found = units_of(session, handler, today), session.execute(units).all()
    for number, unit_id, _ in found:
        if unit_id not in works_at:
            raise NotAssigned(
                text(
                    "%(number)s belongs to another unit and cannot be assigned to this person.",
                    number=number,
                )
            )
    return {number: jurisdiction for number, _, jurisdiction in found}


__all__ = ["CaseState", "Casework", "NotAssigned"]
