"""The steps with a report, from begun to published and corrected."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.applications import clean_text
from requestflow.foundation import NotFound, Text, db, text
from requestflow.law import LawError
from requestflow.reporting import ReportRefused
from requestflow.statistics import FieldWrong
from requestflow.web.context import acting, application, locale
from requestflow.web.forms import problem_of, whole_number
from requestflow.web.oversight.base import blueprint, unit_asked, units_seen
from requestflow.web.oversight.figures import report_page
from requestflow.web.proof import asks_proof

SIGNING = frozenset({"submit", "accept", "publish", "correct"})
"""Steps by which somebody answers for a report."""
LONGEST = 4000
"""How many characters a reason, remarks or a notice may have."""


@blueprint.post(
    "/report/<int(min=1990,max=2098):year>/<any(begin,check,submit,return,accept,publish,correct,drop):step>"
)
@login_required
@asks_proof(lambda step, **_: step in SIGNING)
def act(year: int, step: str) -> ResponseReturnValue:
    """Takes a step with the report, or says what stands against it."""
    who = acting("report.read")
    try:
        with db.transaction() as session:
            unit = unit_asked(units_seen(session, who), who)
            notified = _ACTS[step](session, who, unit, year)
    except ReportRefused as error:
        return report_page(year, problem_of(error), error.field), 400
    except FieldWrong as error:
        return report_page(year, problem_of(error), "report"), 400
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    flash(notified.in_locale(locale()) if notified else gettext("Done."))
    return redirect(url_for(".report", year=year, unit=unit.code))


def _said(name: str) -> str:
    """What was typed; ReportRefused at its field where it is too long to be kept."""
    message = clean_text(request.form.get(name, ""))
    if len(message) > LONGEST:
        raise ReportRefused(
            text("This is too long. Enter no more than %(most)s characters.", most=LONGEST), name
        )
    return message


def _version() -> int:
    """The version of the report that was looked at."""
    return whole_number(request.form.get("version")) or 0


def _begin(session: Session, who: Actor, unit: Unit, year: int) -> None:
    application().reporting.begin(session, who, unit, year, application().now())


def _check(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.check(session, who, unit, year, _said("reason"), app.now())


def _submit(session: Session, who: Actor, unit: Unit, year: int) -> None:
    seen = request.form.get("seen", "")
    application().reporting.submit(session, who, unit, year, application().now(), seen)


def _return(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.give_back(session, who, unit, year, _said("remarks"), app.now(), _version())


def _accept(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.accept(session, who, unit, year, app.now(), _version())


def _publish(session: Session, who: Actor, unit: Unit, year: int) -> None:
    seen = request.form.get("seen", "")
    application().reporting.publish(session, who, unit, year, application().now(), seen)


def _correct(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.correct(session, who, unit, year, _said("notice"), app.now())


def _drop(session: Session, who: Actor, unit: Unit, year: int) -> Text | None:
    app = application()
    again: Sequence[str] = app.reporting.drop_correction(
        session, who, unit, year, _said("dropped"), app.now()
    )
    if not again:
        return None
    names = "、".join(again)
    return text(
        "Done. These figures have been restored to their values before the correction: %(names)s",
        names=names,
    )


_ACTS: dict[str, Callable[[Session, Actor, Unit, int], Text | None]] = {
    "begin": _begin,
    "check": _check,
    "submit": _submit,
    "return": _return,
    "accept": _accept,
    "publish": _publish,
    "correct": _correct,
    "drop": _drop,
}
