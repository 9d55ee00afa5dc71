"""Open data: the list of cases without anything of who applied; page, CSV and JSON."""

import csv
import hashlib
import io
import json
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, unit_by_code, units_below
from requestflow.foundation import NotFound, csv_cell, db, text
from requestflow.law import packs
from requestflow.statistics import (
    OPEN_DATA_COLUMNS,
    OPEN_DATA_MOST,
    OPEN_DATA_PAGE,
    OpenDataQuery,
    condition_of,
    figures_listed,
    open_data_record,
    public_cases,
    select_figure,
    state_of_records,
)
from requestflow.web.context import application, locale
from requestflow.web.extensions import limiter
from requestflow.web.forms import cacheable, year_of
from requestflow.web.public.base import blueprint, cached

FILTERS = ("unit", "year", "outcome", "law", "figure", "of")


def _year(name: str) -> int | None:
    message = request.args.get(name, "")
    return year_of(message) if message else None


def _asked(session: Session) -> tuple[OpenDataQuery, Any]:
    """What the address asks for; and the figure whose cases are listed, where it names one."""
    args = request.args
    path = unit_by_code(session, args["unit"]).path if args.get("unit") else None
    counted = None
    if args.get("figure"):
        year = _year("of")
        if year is None:
            raise NotFound(text("The year is not valid."))
        counted = select_figure(session, args["figure"], year, args.get("unit", ""))
        if args["figure"] not in figures_listed(year, counted.unit.jurisdiction):
            raise NotFound(text("The public list does not show which cases make up this figure."))
    known = {
        "outcome": {outcome.code for law in packs() for outcome in law.outcomes},
        "law": {law.code for law in packs()},
    }
    for name, codes in known.items():
        if args.get(name) and args[name] not in codes:
            raise NotFound(text("'%(said)s' does not exist here.", said=args[name][:40]))
    requested = OpenDataQuery(
        path,
        _year("year"),
        args.get("outcome") or None,
        args.get("law") or None,
        condition_of(counted) if counted else None,
    )
    return requested, counted


def _size(default: int) -> int:
    message = request.args.get("size", "")
    return (
        min(int(message), OPEN_DATA_MOST)
        if message.isdecimal() and 0 < len(message) < 6
        else default
    )


def _tag(session: Session) -> str:
    """The same address gives the same answer until a case changes."""
    state = f"{state_of_records(session)}|{request.full_path}|{locale()}"
    return hashlib.sha256(state.encode()).hexdigest()[:32]


@blueprint.get("/open-data")
@cacheable
def open_data() -> ResponseReturnValue:
    """The list with its filters, its files and what its columns mean."""
    session = db.session()
    requested, counted = _asked(session)
    rows, following = public_cases(session, requested, request.args.get("after"), 50)
    units: list[Unit] = units_below(session, "")
    return render_template(
        "public/open_data.html",
        rows=[open_data_record(row, locale()) for row in rows],
        next_key=following,
        units=units,
        outcomes={o.code: o.label for law in packs() for o in law.outcomes},
        laws=packs(),
        columns=OPEN_DATA_COLUMNS,
        counted=counted,
        query={name: request.args[name] for name in FILTERS if request.args.get(name)},
        most=OPEN_DATA_MOST,
    )


@blueprint.get("/open-data/cases.json")
@limiter.limit("120 per minute")
def cases_json() -> ResponseReturnValue:
    """A page of the list as JSON; `next` leads to the one after."""
    session = db.session()
    tag = _tag(session)
    requested, _ = _asked(session)
    rows, following = public_cases(
        session, requested, request.args.get("after"), _size(OPEN_DATA_PAGE)
    )
    content = {"cases": [open_data_record(row, locale()) for row in rows], "next": _next(following)}
    return cached(json.dumps(content, ensure_ascii=False), tag, "application/json")


@blueprint.get("/open-data/cases.csv")
@limiter.limit("120 per minute")
def cases_csv() -> ResponseReturnValue:
    """A page of the list as CSV; the header Link leads to the one after (RFC 8288)."""
    session = db.session()
    tag = _tag(session)
    requested, _ = _asked(session)
    rows, following = public_cases(
        session, requested, request.args.get("after"), _size(OPEN_DATA_MOST)
    )
    built = io.StringIO()
    writer = csv.DictWriter(
        built, [column.name for column in OPEN_DATA_COLUMNS], lineterminator="\r\n"
    )
    writer.writeheader()
    for row in rows:
        record = open_data_record(row, locale())
        writer.writerow({name: csv_cell(value) for name, value in record.items()})
    body = b"\xef\xbb\xbf" + built.getvalue().encode()
    response: Response = cached(body, tag, "text/csv; charset=utf-8")
    if following:
        response.headers["Link"] = f'<{_next(following)}>; rel="next"'
    return response


def _next(following: str | None) -> str | None:
    if following is None:
        return None
    known = (*FILTERS, "size")
    values = {name: request.args[name] for name in known if request.args.get(name)}
    address = url_for(str(request.endpoint), after=following)
    rest = f"&{urlencode(values)}" if values else ""
    return f"{application().settings.base_url}{address}{rest}"
