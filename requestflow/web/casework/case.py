"""One case at the desk: who, what, the clock, the timeline, files, receipt, messages."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from requestflow.accounts import record_access, require
from requestflow.calendars import calendar_for
from requestflow.cases import (
    masked,
    outlook,
    party_details,
    related_cases,
    usual,
    view_case,
)
from requestflow.citizens import give_code
from requestflow.documents import document_by_key, documents_of_case
from requestflow.foundation import NotFound, text
from requestflow.law.loading import pack as law_pack
from requestflow.letters import as_pdf, asked, decision_letter, receipt
from requestflow.web.casework.blueprint import blueprint
from requestflow.web.casework.taking import reason_of
from requestflow.web.current import acting, application, locale
from requestflow.web.saving import saved

PERSONAL = frozenset({"authority", "identity"})
"""Files that show who somebody is: for the clerk in charge alone."""


@blueprint.get("/cases/<number>")
@login_required
def case(number: str) -> ResponseReturnValue:
    """One case: who, what, the clock with its steps, the timeline; personal data masked."""
    return _case(number, whole=False)


@blueprint.post("/cases/<number>/applicant")
@login_required
def applicant(number: str) -> ResponseReturnValue:
    """The same with the applicant's data whole, for whoever may; the look is recorded."""
    return _case(number, whole=True)


def _case(number: str, whole: bool) -> ResponseReturnValue:
    who, app = acting("case.read"), application()
    with app.database.write() as session:
        view = view_case(session, who, number)
        party = party_details(session, view.id)
        if whole:
            require(who, "case.reveal", view.unit.path, handler=view.state.handler)
            record_access(session, who, "personal data shown", number, app.now())
        papers = documents_of_case(session, view.id)
        related = related_cases(
            session, who, party.get("identity_number"), party.get("email"), without=view.id
        )
        calendar = calendar_for(session, view.unit.path)
    steps = outlook(view, who, calendar, app.today())
    shown = party if whole else masked(party)
    return render_template(
        "case.html",
        view=view,
        party=shown,
        whole=whole,
        pack=law_pack(view.state.law),
        papers=papers,
        related=related,
        steps=steps,
        usual=usual(view, steps),
        reason_of=reason_of,
        asked=asked(view.history[0].data, view.state.subject, locale()),
        today=app.today(),
    )


@blueprint.post("/cases/<number>/receipt")
@login_required
def new_receipt(number: str) -> ResponseReturnValue:
    """The receipt for an applicant whose case was registered here, with a new tracking code."""
    who, app = acting("case.receipt"), application()
    with app.database.write() as session:
        view = view_case(session, who, number)
        require(who, "case.receipt", view.unit.path, handler=view.state.handler)
        code = give_code(session, view.id, app.now())
        record_access(session, who, "tracking code made", number, app.now())
    language = view.history[0].data.get("language") or "zh_CN"
    address = f"{app.settings.base_url}{url_for('following.enter')}"
    return saved(as_pdf(receipt(view, language, address, code)), f"{number}.pdf", "application/pdf")


@blueprint.get("/cases/<number>/letter.pdf")
@login_required
def letter(number: str) -> ResponseReturnValue:
    """The letter as it would be if the draft were signed today; it has no number yet."""
    who, app = acting("case.read"), application()
    with app.database.write() as session:
        view = view_case(session, who, number)
        require(who, "case.letter", view.unit.path)
        if view.state.draft_outcome is None:
            raise NotFound(text("There is no draft in this case yet."))
        party = party_details(session, view.id)
        record_access(session, who, "personal data put into a paper", number, app.now())
    paper = decision_letter(view, party, None, app.today())
    return saved(as_pdf(paper), f"{number}-draft.pdf", "application/pdf")


@blueprint.get("/cases/<number>/documents/<key>")
@login_required
def document(number: str, key: str) -> ResponseReturnValue:
    """A file of the case, to be saved."""
    who, app = acting("case.read"), application()
    with app.database.write() as session:
        view = view_case(session, who, number)
        found = document_by_key(session, key)
        if found is None or found.case_id != view.id:
            raise NotFound(text("There is no such file in this case."))
        require(who, "case.files", view.unit.path)
        if found.purpose in PERSONAL:
            require(who, "case.reveal", view.unit.path, handler=view.state.handler)
        record_access(session, who, "file opened", number, app.now(), found.name)
    return saved(app.documents.open(found), found.name, found.media_type)
