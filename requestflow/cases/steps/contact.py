"""Changed contact details (联系方式变更): how an applicant is reached from now on. What they are
stands with the applicant's data; the event keeps their digest."""

from requestflow.cases.events import Event
from requestflow.cases.state import CaseState
from requestflow.cases.steps.base import (
    ALL_STAGES,
    Code,
    LongText,
    Particulars,
    StepDefinition,
)


class ContactChanged(Particulars):
    """The digest of the applicant's data as they are from now on, the names of what was changed,
    and where somebody of the office changed it, why."""

    party: Code
    changed: list[Code]
    reason: LongText | None = None


def _change(state: CaseState, event: Event) -> CaseState:
    return state._replace(party=str(event.data["party"]))


STEPS = (
    StepDefinition(
        "contact_changed",
        ContactChanged,
        ALL_STAGES,
        "case.contact",
        effect=_change,
        any_law=True,
        by_applicant=True,
        beside=True,
        at_desk=False,
    ),
)
