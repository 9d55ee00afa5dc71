"""Giving many cases to one person at once, all or none."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Person
from requestflow.cases import Case, CaseChanged, CaseService, Step, StepRefused
from requestflow.foundation import RequestflowError, text

MOST = 100


class NotAssigned(RequestflowError):
    """One of the cases cannot be given to somebody now; none was."""


def assign_many(
    session: Session,
    door: CaseService,
    actor: Actor,
    versions: Mapping[str, int],
    handler: str,
    today: date,
    now: datetime,
) -> int:
    """Assigns the cases of these numbers, at the versions that were seen, to the person of that
    user name; how many. Raises NotAssigned, which names the case, and Refused."""
    if not versions:
        raise NotAssigned(text("Choose at least one case."))
    if len(versions) > MOST:
        raise NotAssigned(text("At most %(number)s cases at once.", number=MOST))
    units = select(Case.number, Case.unit_id).where(Case.number.in_(versions))
    of_handler = session.scalar(select(Person.unit_id).where(Person.username == handler))
    for number, unit_id in session.execute(units):
        if unit_id != of_handler:
            raise NotAssigned(
                text("%(number)s is with another unit than that person.", number=number)
            )
    # In one order always, so that two people who assign the same cases wait for each other.
    for number in sorted(versions):
        try:
            step = Step("assigned", today, {"handler": handler})
            door.take(session, actor, number, [step], now, versions[number])
        except (StepRefused, CaseChanged) as error:
            raise NotAssigned(
                text(
                    "%(number)s: %(reason)s Nothing was assigned.", number=number, reason=error.text
                )
            ) from error
    return len(versions)
