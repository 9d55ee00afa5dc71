"""One case at the desk: who, what, the clock, the timeline, files, receipt, messages."""

from collections.abc import Sequence

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy.orm import Session

from requestflow.accounts import names_of, record_access, require
from requestflow.calendars import calendar_for
from requestflow.cases import (
    CaseView,
    Event,
    available_steps,
    masked,
    party_details,
    related_cases,
    usual_steps,
    view_case,
)
from requestflow.citizens import give_code
from requestflow.documents import document_by_key, documents_of_case
from requestflow.foundation import NotFound, db, text
from requestflow.law import law_pack
from requestflow.letters import (
    Letter,
    LetterContext,
    as_one_pdf,
    as_pdf,
    as_zip,
    compose_letter,
    contents_of,
    known_kind,
    receipt,
    requested_information,
)
from requestflow.publications import SearchResult, find
from requestflow.web.audit import record
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.on_the_spot import possible_on_the_spot
from requestflow.web.casework.release import may_release
from requestflow.web.casework.step import reason_of, return_remark
from requestflow.web.contact import changed_contact
from requestflow.web.context import acting, application, local_day, locale
from requestflow.web.downloads import as_download
from requestflow.web.forms import no_store
from requestflow.web.proof import asks_proof, asks_proof_first

ALIKE, MOST_ALIKE = 0.6, 5
DRAFTED = frozenset({"drafted", "legality_reviewed", "secrecy_reviewed"})
PERSONAL = frozenset({"authority", "identity"})
"""Files that show who somebody is: for the clerk in charge alone."""


@blueprint.get("/cases/<number>")
@login_required
def case(number: str) -> ResponseReturnValue:
    """One case: who, what, the clock with its steps, the timeline; personal data masked."""
    return _case(number, unmasked=False)


@blueprint.post("/cases/<number>/applicant")
@login_required
@asks_proof()
def applicant(number: str) -> ResponseReturnValue:
    """The same with the applicant's data whole, for whoever may; the look is recorded."""
    return _case(number, unmasked=True)


def _case(number: str, unmasked: bool) -> ResponseReturnValue:
    who, app = acting("case.read"), application()
    session = db.session()
    view = view_case(session, who, number)
    party = party_details(session, view.id)
    if unmasked:
        require(who, "case.reveal", view.unit.path, handler=view.state.handler)
        record(who, "personal data shown", number)
    papers = documents_of_case(session, view.id)
    related = related_cases(
        session, who, party.get("identity_number"), party.get("email"), without=view.id
    )
    acted = {event.actor for event in view.events}
    acted |= {event.data.get("deputising_for", "") for event in view.events}
    names = names_of(session, acted | {view.state.handler or ""})
    similar = _similar(session, view)
    others = app.presence.note(view.id, current_user.id, current_user.name, app.now())
    app.openings.note(who, number, app.now(), lambda: record(who, "case opened", number))
    steps = available_steps(view, who, local_day())
    shown = party if unmasked else masked(party)
    return render_template(
        "casework/case.html",
        view=view,
        party=shown,
        unmasked=unmasked,
        pack=law_pack(view.state.law),
        papers=papers,
        related=related,
        steps=steps,
        usual=usual_steps(view, steps),
        reason_of=reason_of,
        requested=requested_information(view.history[0].data, view.state.subject, locale()),
        today=local_day(),
        others=others,
        names=names,
        remark=return_remark(view),
        similar=similar,
        on_the_spot=possible_on_the_spot(view, who),
        may_release=may_release(view, who),
    )


@blueprint.route("/cases/<number>/contact", methods=["GET", "POST"])
@login_required
@no_store
@asks_proof_first
def contact(number: str) -> ResponseReturnValue:
    """How the applicant is reached, to be changed with a reason by whoever is in charge."""
    who = acting("case.read")
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.contact", view.unit.path, handler=view.state.handler)
    if request.method == "GET":
        record(who, "personal data shown", number)
    return changed_contact(who, view, url_for(".case", number=number), flash, office=True)


def _similar(session: Session, view: CaseView) -> Sequence[SearchResult]:
    """What was published or answered that is like it, while there is still to be decided."""
    if not view.state.open:
        return []
    like = find(session, view.state.subject.removeprefix("申请公开"))
    return [item for item in like if item.share >= ALIKE][:MOST_ALIKE]


@blueprint.post("/cases/<number>/receipt")
@login_required
def new_receipt(number: str) -> ResponseReturnValue:
    """The receipt for an applicant whose case was registered here, with a new tracking code."""
    who, app = acting("case.receipt"), application()
    with db.transaction() as session:
        view = view_case(session, who, number)
        require(who, "case.receipt", view.unit.path, handler=view.state.handler)
        code = give_code(session, view.id, app.now())
        record_access(session, who, "tracking code made", number, app.now())
    language = view.history[0].data.get("language") or "zh_CN"
    address = f"{app.settings.base_url}{url_for('following.enter')}"
    return as_download(
        as_pdf(receipt(view, language, address, code)), f"{number}.pdf", "application/pdf"
    )


@blueprint.get("/cases/<number>/letter.pdf")
@login_required
def letter(number: str) -> ResponseReturnValue:
    """The letter as it would be if the draft were signed today; it has no number yet."""
    who = acting("case.read")
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.letter", view.unit.path)
    if view.state.stage not in DRAFTED:
        raise NotFound(text("This case does not have a draft."))
    built = _written(session, view, "decision", Event("", "signed", local_day()))
    record(who, "personal data put into a paper", number)
    return as_download(built.pdf, f"{number}-draft.pdf", "application/pdf")


@blueprint.get("/cases/<number>/slip.pdf")
@login_required
def slip(number: str) -> ResponseReturnValue:
    """The slip that whoever takes the letter signs."""
    who = acting("case.read")
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.letter", view.unit.path)
    built = _written(session, view, "service", view.history[-1])
    record(who, "personal data put into a paper", number)
    return as_download(built.pdf, f"{number}-slip.pdf", "application/pdf")


def _written(session: Session, view: CaseView, kind: str, event: Event) -> Letter:
    """A letter of the case as it is now, without a number."""
    app = application()
    calendar = calendar_for(session, view.unit.path)
    party = party_details(session, view.id)
    occasion = LetterContext(view, event, party, local_day(), calendar)
    return compose_letter(session, app.documents, view, known_kind(kind), occasion)


@blueprint.post("/cases/<number>/file")
@login_required
def whole_file(number: str) -> ResponseReturnValue:
    """The file of the case for the authority or the court, as one PDF or as a ZIP."""
    who, app = acting("case.read"), application()
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.reveal", view.unit.path, handler=view.state.handler)
    contents = contents_of(session, view)
    zipped = request.form.get("as") == "zip"
    file = (as_zip if zipped else as_one_pdf)(contents, app.documents)
    record(who, "file of the case taken", number)
    kind = "zip" if zipped else "pdf"
    return as_download(file, f"{number}.{kind}", f"application/{kind}")


@blueprint.get("/cases/<number>/documents/<key>")
@login_required
def document(number: str, key: str) -> ResponseReturnValue:
    """A file of the case, to be saved."""
    who, app = acting("case.read"), application()
    session = db.session()
    view = view_case(session, who, number)
    result = document_by_key(session, key)
    if result is None or result.case_id != view.id:
        raise NotFound(text("This file does not exist in the case."))
    require(who, "case.files", view.unit.path)
    if result.purpose in PERSONAL:
        require(who, "case.reveal", view.unit.path, handler=view.state.handler)
    record(who, "file opened", number, result.name)
    return as_download(app.documents.open(result), result.name, result.media_type)
