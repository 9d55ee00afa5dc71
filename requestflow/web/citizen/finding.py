"""Before applying: the search over what is published and answered, the units and their duties."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from requestflow.accounts import Unit, unit_by_code, units_below
from requestflow.applications import line
from requestflow.publications import Found, find
from requestflow.web.current import application

blueprint = Blueprint("finding", __name__)
SIMILAR = 5
ALIKE = 0.6


@blueprint.get("/find")
def search() -> ResponseReturnValue:
    """What was published and answered, found by words."""
    asked = line(request.args.get("q", ""))[:200]
    with application().database.read() as session:
        unit = unit_by_code(session, request.args["unit"]) if request.args.get("unit") else None
        found = find(session, asked, unit.path if unit else "") if asked else []
        units = units_below(session, "")
    return render_template("citizen/find.html", asked=asked, found=found, units=units, unit=unit)


@blueprint.get("/find/similar")
def similar() -> ResponseReturnValue:
    """The same as a few lines beside a description that is being typed."""
    asked = line(request.args.get("q", ""))[:200]
    return render_template("citizen/similar.html", similar=similar_to(asked))


def similar_to(asked: str) -> list[Found]:
    """What may already answer what is being asked."""
    if len(asked) < 4:
        return []
    with application().database.read() as session:
        return [item for item in find(session, asked, most=20) if item.share >= ALIKE][:SIMILAR]


@blueprint.get("/units")
def units() -> ResponseReturnValue:
    """The units: what each is responsible for, its address and opening hours."""
    asked = line(request.args.get("q", ""))[:100]
    with application().database.read() as session:
        found = fitting(units_below(session, ""), asked)
    return render_template("citizen/units.html", groups=grouped(found), asked=asked)


def fitting(units: list[Unit], asked: str) -> list[Unit]:
    """The units whose name or duties hold one of the words."""
    words = asked.split()
    if not words:
        return units
    return [
        unit
        for unit in units
        if all(word.lower() in f"{unit.name} {unit.responsibilities}".lower() for word in words)
    ]


def grouped(units: list[Unit]) -> dict[str, list[Unit]]:
    """The units by their kind, in the order of the tree."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.kind, []).append(unit)
    return groups
