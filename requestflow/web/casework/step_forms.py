"""What each step at the desk asks: one short form a step."""

from collections.abc import Sequence
from typing import Any

from requestflow.cases import Event
from requestflow.foundation import text
from requestflow.law import article_text
from requestflow.law.model import Label
from requestflow.web.casework.form_fields import (
    FormContext,
    StepField,
    consultations,
    evidence,
    extension,
    fee_rules,
    field_values,
    fixed_options,
    grounds,
    grounds_of_parts,
    in_two_weeks,
    kinds_of_remedy,
    only,
    outcomes,
    remedies,
    results,
)

REASON = StepField("reason", text("Reason"), "lines", needed=True)
WHICH_REMEDY = StepField(
    "remedy", text("Which one"), "choice", needed=True, options=remedies, first=only(remedies)
)
REMARKS = StepField("remarks", text("Remarks"), "lines")
PAPERS = StepField("files", text("Papers that came with it"), "files")
WAY = StepField("way", text("How"), "choice", needed=True, options=fixed_options("way"))
TRACKING = StepField("tracking_number", text("Number of the parcel or letter"))
COLLECTED_BY = StepField(
    "collected_by",
    text("Who signed for it"),
    hint=text("If it was collected in person; attach the signed slip."),
)
RECEIVED_ON = StepField(
    "received_on",
    text("Day on which the applicant received it, if known"),
    "day",
    hint=text("It starts the periods for reconsideration and suit."),
)
DECISION = (
    StepField("outcome", text("Outcome"), "choice", needed=True, options=outcomes),
    StepField("ground", text("Ground that counts"), "choice", options=grounds),
    StepField("further_grounds", text("Further grounds"), "choices", options=grounds),
    StepField(
        "granted",
        text("Parts that are given, one a line"),
        "lines",
        hint=text("Only where it is granted in part."),
    ),
    StepField(
        "withheld",
        text("Parts that are withheld, each with its ground"),
        "parts",
        hint=text("Only where it is granted in part."),
        options=grounds_of_parts,
    ),
    StepField("facts", text("What was found, and the answer"), "lines", needed=True),
    StepField("files", text("Files that are given to the applicant"), "files"),
)

STEPS: dict[str, tuple[StepField, ...]] = {
    "assigned": (
        StepField(
            "handler", text("Who handles it"), "choice", needed=True, options=lambda d: d.people
        ),
    ),
    "clarification_requested": (
        StepField("items", text("What is unclear, point by point"), "lines", needed=True),
        StepField("answer_by", text("Answer by"), "day", needed=True, first=in_two_weeks),
    ),
    "clarified": (StepField("text", text("What the applicant wrote"), "lines"), PAPERS),
    "clarification_lapsed": (),
    "reasons_requested": (),
    "reasons_given": (REASON, PAPERS),
    "delay_set": (StepField("until", text("New day"), "day", needed=True), REASON),
    "consultation_started": (
        StepField(
            "consulted",
            text("Who is asked"),
            "choice",
            needed=True,
            options=fixed_options("consulted"),
        ),
        StepField(
            "unit",
            text("A unit of this system"),
            "choice",
            options=lambda d: d.units,
            hint=text("It answers on its own desk."),
        ),
        StepField("name", text("Name of whoever is asked, if not a unit of this system")),
        StepField("question", text("What they are asked"), "lines"),
        StepField("answer_by", text("Answer by, if sooner than the law's day"), "day"),
        StepField(
            "letter_received_on",
            text("Day on which they received the letter"),
            "day",
            hint=text("Leave it empty if it is the day of this step."),
        ),
        StepField("files", text("Files that they need to see"), "files"),
    ),
    "consultation_ended": (
        StepField(
            "consultation",
            text("Which consultation"),
            "choice",
            needed=True,
            options=consultations,
            first=only(consultations),
        ),
        StepField(
            "answer", text("Their answer"), "choice", needed=True, options=fixed_options("answer")
        ),
        StepField("text", text("What they wrote"), "lines"),
        PAPERS,
    ),
    "extended": (
        StepField("days", text("Working days more"), "number", needed=True, first=extension),
        REASON,
        StepField(
            "approver",
            text("Approved by (head of the disclosure office)"),
            needed=True,
            first=lambda d: d.name,
        ),
    ),
    "fee_notified": (
        StepField("rule", text("Counted"), "choice", needed=True, options=fee_rules),
        StepField(
            "earlier",
            text("Items of this applicant earlier this month"),
            "number",
            hint=text("Only if counted by item."),
        ),
        StepField("number", text("Items or pages in this application"), "number", needed=True),
        StepField("how_to_pay", text("How to pay"), needed=True),
        StepField("notice_received_on", text("Day on which the notice was received"), "day"),
    ),
    "fee_waived": (REASON,),
    "fee_acknowledged": (),
    "fee_paid": (),
    "fee_defaulted": (),
    "transferred": (
        StepField("unit", text("To which unit"), "choice", needed=True, options=lambda d: d.units),
        REASON,
    ),
    "redirected": (
        StepField("body", text("Which body holds it"), needed=True),
        StepField("contact", text("Its address and telephone")),
    ),
    "drafted": DECISION,
    "legality_reviewed": (REMARKS,),
    "secrecy_reviewed": (REMARKS,),
    "returned": (StepField("remarks", text("What must be changed"), "lines", needed=True),),
    "signed": (),
    "delivered": (
        WAY,
        TRACKING,
        COLLECTED_BY,
        RECEIVED_ON,
        StepField("files", text("Signed slip or proof of posting"), "files"),
    ),
    "delivery_confirmed": (),
    "closed": (),
    "withdrawn": (StepField("reason", text("Reason"), "lines"),),
    "remedy_filed": (
        StepField("kind", text("What was filed"), "choice", needed=True, options=kinds_of_remedy),
        StepField("authority", text("At which authority or court"), needed=True),
        StepField("after_reconsideration", text("The suit follows a reconsideration"), "yes"),
        PAPERS,
    ),
    "remedy_accepted": (
        WHICH_REMEDY,
        StepField(
            "copy_received_on", text("Day on which we received the copy"), "day", needed=True
        ),
        StepField("simple_procedure", text("Simple procedure"), "yes"),
        PAPERS,
    ),
    "remedy_answered": (
        WHICH_REMEDY,
        StepField("statement", text("Our statement"), "lines", needed=True),
        StepField(
            "evidence", text("Evidence, one piece a line"), "lines", needed=True, first=evidence
        ),
        StepField("files", text("Further evidence"), "files"),
    ),
    "remedy_extended": (
        WHICH_REMEDY,
        StepField("days", text("Days more"), "number"),
        PAPERS,
    ),
    "hearing_scheduled": (
        WHICH_REMEDY,
        StepField("held_on", text("Day of the hearing"), "day", needed=True),
        StepField("time", text("Hour")),
        StepField("place", text("Place")),
        PAPERS,
    ),
    "hearing_held": (WHICH_REMEDY, REMARKS, PAPERS),
    "remedy_concluded": (
        WHICH_REMEDY,
        StepField("result", text("Result"), "choice", needed=True, options=results),
        StepField("decision_number", text("Number of the decision")),
        StepField("received_on", text("Day on which we received the decision"), "day"),
        StepField("redecision", text("We must decide again"), "yes"),
        StepField("within", text("Within how many working days, if it says so"), "number"),
        PAPERS,
    ),
    "noted": (
        StepField("note", text("Internal note (never shown outside)"), "lines", needed=True),
    ),
    "message_sent": (
        StepField("text", text("Message (the applicant reads it)"), "lines", needed=True),
        StepField("files", text("Files"), "files"),
    ),
}


def fields_of(kind: str, desk: FormContext) -> Sequence[StepField]:
    """The fields of a step's form for a case; the points of the secrecy review are its law's."""
    if kind == "secrecy_reviewed":
        return (*review_points(desk), *STEPS[kind])
    if kind == "drafted" and (stored := drafted_files(desk)):
        names = ", ".join(item["name"] for item in stored)
        label = text("Keep the files of the last draft: %(names)s", names=names)
        return (*STEPS[kind], StepField("keep_files", label, "yes"))
    return STEPS[kind]


def review_points(desk: FormContext) -> Sequence[StepField]:
    """The points that the law of the case wants looked at before anything is released."""
    return tuple(
        StepField(
            point.code,
            Label(
                zh=f"{point.label.zh}（{article_text(point.article, 'zh')}）",
                en=f"{point.label.en} ({article_text(point.article, 'en')})",
            ),
            "yes",
            needed=True,
        )
        for point in desk.pack.review_points
    )


def first_values(kind: str, desk: FormContext) -> dict[str, str]:
    """What stands in a form to begin with: of a draft that was sent back, what it said."""
    values = {field.name: field.first(desk) for field in STEPS[kind]}
    if kind == "drafted":
        last = last_draft(desk)
        if last is not None:
            values |= field_values(fields_of(kind, desk), last.data)
            values["keep_files"] = "yes"
    return values


def drafted_files(desk: FormContext) -> list[dict[str, Any]]:
    """The files of the last draft."""
    last = last_draft(desk)
    return list(last.data.get("documents") or ()) if last else []


def last_draft(desk: FormContext) -> Event | None:
    """The draft that was sent back to be changed; what was signed is not drafted on."""
    for event in reversed(desk.view.history):
        if event.kind == "signed":
            return None
        if event.kind == "drafted":
            return event
    return None
