"""The register of reconsiderations and suits."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from requestflow.cases import RemedyFilter, register_of_remedies
from requestflow.foundation import db
from requestflow.law import packs
from requestflow.web.casework.base import blueprint
from requestflow.web.context import acting, local_day


@blueprint.get("/remedies/register")
@login_required
def remedies() -> ResponseReturnValue:
    """What was filed against the unit's answers, and what is due next in it."""
    who, requested = acting("case.read"), request.args
    law = packs()[-1]
    results = {item.code: item.label for remedy in law.remedies for item in remedy.results}
    narrowed = RemedyFilter(
        kind=requested["kind"] if requested.get("kind") in {"reconsideration", "suit"} else None,
        pending=requested.get("state", "pending") == "pending",
        result=requested["result"] if requested.get("result") in results else None,
    )
    session = db.session()
    rows, following = register_of_remedies(session, who, narrowed, requested.get("after"))
    return render_template(
        "casework/remedies.html",
        rows=rows,
        next_key=following,
        kinds={item.kind: item.label for item in law.remedies},
        results=results,
        ended={
            (remedy.kind, item.code): item.label
            for remedy in law.remedies
            for item in remedy.results
        },
        narrowed=narrowed,
        today=local_day(),
    )
