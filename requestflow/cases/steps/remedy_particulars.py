"""What the steps of a reconsideration (行政复议) or suit (行政诉讼) say."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from requestflow.cases.steps.base import (
    Code,
    Documents,
    Input,
    LongText,
    Particulars,
    ShortText,
    StepByLetter,
    StepWithPapers,
)
from requestflow.foundation import text

RemedyKind = Literal["reconsideration", "suit"]
WITHIN_UNITS = (
    ("working_days", text("working days")),
    ("calendar_days", text("calendar days")),
)
LETTERS = {"reconsideration": "R", "suit": "S"}
APPELLANTS = (("applicant", text("the applicant")), ("body", text("the public body")))
APPEAL_RESULTS = (
    ("upheld", text("judgment upheld")),
    ("changed", text("judgment changed")),
    ("remanded", text("sent back for a new trial")),
    ("withdrawn", text("appeal withdrawn")),
)
WhichRemedy = Annotated[
    Code,
    Input(text("Challenge"), "choice", needed=True, options="remedies", first="only_remedy"),
]


class RemedyFiled(StepWithPapers):
    """What was filed against the unit, at which authority or court."""

    remedy: Code
    kind: Annotated[
        RemedyKind, Input(text("Type of challenge"), "choice", needed=True, options="remedy_kinds")
    ]
    authority: Annotated[
        Code | None, Input(text("Reconsideration authority or court"), needed=True)
    ] = None
    after_reconsideration: Annotated[
        bool, Input(text("The lawsuit follows a reconsideration"), "yes")
    ] = False


class RemedyReported(Particulars):
    """What the applicant says to have filed, until the authority or court is heard of."""

    kind: RemedyKind
    filed_on: date
    authority: Code | None = None


class RemedyAccepted(StepWithPapers):
    """That the authority or court took it up, and when the copy arrived."""

    remedy: WhichRemedy
    kind: RemedyKind
    copy_received_on: Annotated[
        date | None, Input(text("Date we received the copy"), "day", needed=True)
    ] = None
    simple_procedure: Annotated[bool, Input(text("Simplified procedure"), "yes")] = False


class RemedyConverted(StepWithPapers):
    """That the authority went over from the simple to the ordinary procedure (art. 55): its time
    counts from acceptance all the same."""

    remedy: WhichRemedy


class RemedySuspended(StepWithPapers):
    """That the authority suspended a reconsideration (中止), and why (art. 39)."""

    remedy: WhichRemedy
    reason: Annotated[LongText, Input(text("Reason"), "lines", needed=True)]


class RemedyResumed(StepWithPapers):
    """That a suspended reconsideration goes on."""

    remedy: WhichRemedy


class RemedyAnswered(StepByLetter):
    """The body's answer (答复书, 答辩状) with its evidence, one piece a line."""

    remedy: WhichRemedy
    kind: RemedyKind | None = None
    statement: Annotated[LongText | None, Input(text("Our response"), "lines", needed=True)] = None
    evidence: Annotated[
        LongText | None,
        Input(text("Evidence, one item per line"), "lines", needed=True, first="evidence"),
    ] = None
    documents: Annotated[Documents | None, Input(text("Additional evidence"), "files")] = None


class RemedyExtended(StepWithPapers):
    """By how many days the authority extended its time."""

    remedy: WhichRemedy
    days: Annotated[int | None, Field(gt=0, le=1000), Input(text("Additional days"), "number")] = (
        None
    )


class HearingScheduled(StepWithPapers):
    """A hearing (听证) or a sitting of the court (开庭): its day, hour and place."""

    remedy: WhichRemedy
    held_on: Annotated[date, Input(text("Hearing date"), "day", needed=True)]
    time: Annotated[ShortText | None, Input(text("Time of the hearing"))] = None
    place: Annotated[ShortText | None, Input(text("Place"))] = None


class HearingHeld(StepWithPapers):
    """That it was held, and what is to be remarked."""

    remedy: WhichRemedy
    remarks: Annotated[LongText | None, Input(text("Remarks"), "lines")] = None


class RemedyConcluded(StepWithPapers):
    """How it ended; `redecision`: the body must decide (again), `within` so many days of the unit
    that the decision names; without a number, within the law's period. `ruling`: a suit ended by a
    ruling (裁定), not a judgment."""

    remedy: WhichRemedy
    kind: RemedyKind
    result: Annotated[Code, Input(text("Result"), "choice", needed=True, options="remedy_results")]
    decision_number: Annotated[ShortText | None, Input(text("Decision number"))] = None
    received_on: Annotated[date | None, Input(text("Date we received the decision"), "day")] = None
    redecision: Annotated[bool, Input(text("We must make a new decision"), "yes")] = False
    within: Annotated[
        int | None,
        Field(gt=0, le=1000),
        Input(text("Time limit stated in the decision"), "number"),
    ] = None
    within_unit: Annotated[
        Literal["working_days", "calendar_days"] | None,
        Input(text("Unit of that time limit"), "choice", choices=WITHIN_UNITS),
    ] = None
    ruling: Annotated[
        bool, Input(text("A lawsuit ended by a ruling, not by a judgment"), "yes")
    ] = False


WhichSuit = Annotated[
    Code,
    Input(text("Lawsuit"), "choice", needed=True, options="suits", first="only_suit"),
]


class AppealFiled(StepWithPapers):
    """That a suit goes on in the second instance (上诉), and who appealed."""

    remedy: WhichSuit
    by: Annotated[
        Literal["applicant", "body"],
        Input(text("Who appealed"), "choice", needed=True, choices=APPELLANTS),
    ]
    authority: Annotated[Code | None, Input(text("Court"))] = None


class AppealConcluded(StepWithPapers):
    """How the second instance (二审) ended."""

    remedy: WhichSuit
    result: Annotated[
        Literal["upheld", "changed", "remanded", "withdrawn"],
        Input(text("Result"), "choice", needed=True, choices=APPEAL_RESULTS),
    ]
    decision_number: Annotated[ShortText | None, Input(text("Decision number"))] = None
    received_on: Annotated[date | None, Input(text("Date we received the decision"), "day")] = None
