"""The start: what this is, and the years whose report is published."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from requestflow.accounts import Unit
from requestflow.foundation import NotFound, db, text
from requestflow.reporting import published_of_root
from requestflow.web.forms import cacheable
from requestflow.web.public.base import blueprint, render_for_all


@blueprint.get("/")
@cacheable
def home() -> ResponseReturnValue:
    """The start."""
    years = published_of_root(db.session())
    state = tuple(tuple(row) for row in years)
    return render_for_all("public/home.html", state, lambda: {"years": years})


@blueprint.get("/figures/<int(max=9999):year>")
def figures(year: int) -> ResponseReturnValue:
    """Leads to the published report of the whole body."""
    session = db.session()
    root = session.scalar(select(Unit.code).where(Unit.parent_id.is_(None)))
    if root is None:
        raise NotFound(text("There are no records yet."))
    return redirect(url_for(".report", unit=root, year=year))
