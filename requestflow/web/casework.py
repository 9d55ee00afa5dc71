"""The clerks' rooms: the list of cases, one case, notices."""

import json
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from requestflow.accounts import record_access, require, sees_subtree, units_below
from requestflow.applications import paragraph
from requestflow.cases import STAGES, Filter, Step, list_cases, masked, party_details, view_case
from requestflow.citizens import give_code
from requestflow.documents import document_by_key, documents_of_case
from requestflow.foundation import NotFound, text
from requestflow.law import packs
from requestflow.law.loading import pack as law_pack
from requestflow.letters import as_pdf, asked, receipt
from requestflow.notices import mark_read, notices_of
from requestflow.statistics import condition_of, counted_by
from requestflow.web.current import acting, application, locale
from requestflow.web.saving import saved

blueprint = Blueprint("casework", __name__)
DUE = ("overdue", "today", "week", "open", "stopped")


@blueprint.get("/cases")
@login_required
def cases() -> ResponseReturnValue:
    """The cases that the person may see, narrowed by the filters in the address."""
    who, app, asked = acting("case.read"), application(), request.args
    today = app.today()
    with app.database.read() as session:
        counted = None
        if asked.get("figure"):
            counted = counted_by(
                session, asked["figure"], _year(asked.get("year")), asked.get("unit", "")
            )
        path, below = sees_subtree(who)
        units = [u for u in units_below(session, path) if below or u.path == path]
        chosen = next((u.path for u in units if u.code == asked.get("unit")), None)
        if asked.get("unit") and chosen is None:
            chosen = ""
        narrowed = Filter(
            unit_path=chosen,
            stage=asked.get("state") if asked.get("state") in STAGES else None,
            outcome=asked.get("outcome") or None,
            due=asked["due"] if asked.get("due") in DUE else None,  # type: ignore[arg-type]
            text=asked.get("q", "").strip()[:100] or None,
            condition=condition_of(counted) if counted else None,
        )
        page = list_cases(session, who, narrowed, today, _week_end(today), asked.get("after"))
    return render_template(
        "cases.html",
        page=page,
        units=units,
        stages=STAGES,
        due=DUE,
        today=today,
        counted=counted,
        outcomes=_outcomes(),
    )


def _year(value: str | None) -> int:
    if not value or not value.isdecimal() or len(value) != 4:
        raise NotFound(text("That year cannot be read."))
    return int(value)


def _week_end(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def _outcomes() -> dict[str, object]:
    return {o.code: o.label for law in packs() for o in law.outcomes}


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
    shown = party if whole else masked(party)
    return render_template(
        "case.html",
        view=view,
        party=shown,
        whole=whole,
        pack=law_pack(view.state.law),
        papers=papers,
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
        require(who, "case.receipt", view.unit.path)
        code = give_code(session, view.id, app.now())
        record_access(session, who, "tracking code made", number, app.now())
    language = view.history[0].data.get("language") or "zh_CN"
    address = f"{app.settings.base_url}{url_for('following.enter')}"
    return saved(as_pdf(receipt(view, language, address, code)), f"{number}.pdf", "application/pdf")


@blueprint.post("/cases/<number>/message")
@login_required
def message(number: str) -> ResponseReturnValue:
    """Writes to the applicant."""
    who, app = acting("case.work"), application()
    written, version = paragraph(request.form.get("text", "")), request.form.get("version", "")
    with app.database.write() as session:
        step = Step("message_sent", app.today(), {"text": written})
        seen = int(version) if version.isdecimal() else None
        app.door.take(session, who, number, [step], app.now(), version=seen)
    return redirect(url_for("casework.case", number=number))


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
        record_access(session, who, "file opened", number, app.now(), found.name)
    return saved(app.documents.open(found), found.name, found.media_type)


@blueprint.get("/notices")
@login_required
def notices() -> ResponseReturnValue:
    """What the person was told, newest first."""
    acting("notices.read")
    before = request.args.get("before", "")
    with application().database.read() as session:
        rows, more = notices_of(
            session, current_user.id, int(before) if before.isdecimal() else None
        )
    found = [(row, json.loads(row.data)) for row in rows]
    return render_template("notices.html", notices=found, more=more)


@blueprint.post("/notices/read")
@login_required
def read() -> ResponseReturnValue:
    """Marks all as read."""
    acting("notices.read")
    app = application()
    with app.database.write() as session:
        mark_read(session, current_user.id, app.now())
    return redirect(url_for("casework.notices"))
