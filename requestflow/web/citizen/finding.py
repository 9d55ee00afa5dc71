"""Before applying: the search over what is published and answered, the units and their duties."""

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from requestflow.accounts import Unit, unit_by_code, units_below
from requestflow.applications import clean_line
from requestflow.documents import document_by_key
from requestflow.foundation import NotFound, db, text
from requestflow.publications import PublicAnswer, SearchResult, find, public_answer
from requestflow.web.context import application
from requestflow.web.downloads import as_download
from requestflow.web.forms import cacheable

blueprint = Blueprint("finding", __name__)
SIMILAR = 5
ALIKE = 0.6


@blueprint.get("/find")
def search() -> ResponseReturnValue:
    """What was published and answered, found by words."""
    args = clean_line(request.args.get("q", ""))[:200]
    code = clean_line(request.args.get("unit", ""))[:40]
    session = db.session()
    unit = unit_by_code(session, code) if code else None
    result = find(session, args, unit.path if unit else "") if args else []
    units = units_below(session, "")
    return render_template("citizen/find.html", query=args, results=result, units=units, unit=unit)


@blueprint.get("/find/similar")
def similar() -> ResponseReturnValue:
    """The same as a few lines beside a description that is being typed."""
    args = clean_line(request.args.get("q", ""))[:200]
    return render_template("citizen/similar.html", similar=similar_to(args))


def similar_to(requested: str) -> list[SearchResult]:
    """What may already answer what is being asked."""
    if len(requested) < 4:
        return []
    session = db.session()
    return [item for item in find(session, requested, most=20) if item.share >= ALIKE][:SIMILAR]


@blueprint.get("/answers/<reference>")
def answer(reference: str) -> ResponseReturnValue:
    """What an official decided may be public of an answer."""
    return render_template("citizen/answer.html", answer=_public(reference))


@blueprint.get("/answers/<reference>/files/<int(max=1000):place>")
def answer_file(reference: str, place: int) -> ResponseReturnValue:
    """A cleaned copy of a file that was released with it, to be saved."""
    files = _public(reference).files
    if not 0 < place <= len(files):
        raise NotFound(text("Page not found. Check the web address is correct."))
    document = document_by_key(db.session(), files[place - 1]["key"])
    if document is None:
        raise NotFound(text("Page not found. Check the web address is correct."))
    content = application().documents.open(document)
    return as_download(content, document.name, document.media_type)


def _public(reference: str) -> PublicAnswer:
    found = public_answer(db.session(), reference[:40])
    if found is None:
        raise NotFound(text("This reply is not public, or no longer."))
    return found


@blueprint.get("/units")
@cacheable
def units() -> ResponseReturnValue:
    """The units: what each is responsible for, its address and opening hours."""
    args = clean_line(request.args.get("q", ""))[:100]
    session = db.session()
    result = fitting(units_below(session, ""), args)
    return render_template("citizen/units.html", groups=grouped(result), query=args)


def fitting(units: list[Unit], requested: str) -> list[Unit]:
    """The units whose name or duties hold the words; where none does, those that hold the
    letters of them in their order, as people shorten names (环保 for 环境保护)."""
    words = requested.lower().split()
    if not words:
        return units
    texts = {unit.id: f"{unit.name} {unit.responsibilities}".lower() for unit in units}
    full = [unit for unit in units if all(word in texts[unit.id] for word in words)]
    shortened = [re.compile(".{0,3}".join(map(re.escape, word))) for word in words]
    return full or [
        unit for unit in units if all(word.search(texts[unit.id]) for word in shortened)
    ]


def grouped(units: list[Unit]) -> dict[str, list[Unit]]:
    """The units by their kind, in the order of the tree."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.kind, []).append(unit)
    return groups
