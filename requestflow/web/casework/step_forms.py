"""What each step at the desk asks: one short form a step."""

from collections.abc import Sequence
from typing import Any

from requestflow.cases import Event
from requestflow.foundation import text
from requestflow.law import article_text
from requestflow.law.model import Label
from requestflow.web.casework.form_fields import (
    Desk,
    Field,
    consultations,
    evidence,
    extension,
    fee_rules,
    grounds,
    grounds_of_parts,
    in_two_weeks,
    kinds_of_remedy,
    only,
    outcomes,
    remedies,
    results,
    shown,
    worded,
)

REASON = Field("reason", text("Reason"), "lines", needed=True)
WHICH_REMEDY = Field(
    "remedy", text("Which one"), "choice", needed=True, options=remedies, first=only(remedies)
)
REMARKS = Field("remarks", text("Remarks"), "lines")
PAPERS = Field("files", text("Papers that came with it"), "files")
WAY = Field("way", text("How"), "choice", needed=True, options=worded("way"))
TRACKING = Field("tracking_number", text("Number of the parcel or letter"))
COLLECTED_BY = Field(
    "collected_by",
    text("Who signed for it"),
    hint=text("If it was collected in person; attach the signed slip."),
)
RECEIVED_ON = Field(
    "received_on",
    text("Day on which the applicant received it, if known"),
    "day",
    hint=text("It starts the periods for reconsideration and suit."),
)
DECISION = (
    Field("outcome", text("Outcome"), "choice", needed=True, options=outcomes),
    Field("ground", text("Ground that counts"), "choice", options=grounds),
    Field("further_grounds", text("Further grounds"), "choices", options=grounds),
    Field(
        "granted",
        text("Parts that are given, one a line"),
        "lines",
        hint=text("Only where it is granted in part."),
    ),
    Field(
        "withheld",
        text("Parts that are withheld, each with its ground"),
        "parts",
        hint=text("Only where it is granted in part."),
        options=grounds_of_parts,
    ),
    Field("facts", text("What was found, and the answer"), "lines", needed=True),
    Field("files", text("Files that are given to the applicant"), "files"),
)

STEPS: dict[str, tuple[Field, ...]] = {
    "assigned": (
        Field("handler", text("Who handles it"), "choice", needed=True, options=lambda d: d.people),
    ),
    "clarification_requested": (
        Field("items", text("What is unclear, point by point"), "lines", needed=True),
        Field("answer_by", text("Answer by"), "day", needed=True, first=in_two_weeks),
    ),
    "clarified": (Field("text", text("What the applicant wrote"), "lines"), PAPERS),
    "clarification_lapsed": (),
    "reasons_requested": (),
    "reasons_given": (REASON, PAPERS),
    "delay_set": (Field("until", text("New day"), "day", needed=True), REASON),
    "consultation_started": (
        Field(
            "consulted", text("Who is asked"), "choice", needed=True, options=worded("consulted")
        ),
        Field(
            "unit",
            text("A unit of this system"),
            "choice",
            options=lambda d: d.units,
            hint=text("It answers on its own desk."),
        ),
        Field("name", text("Name of whoever is asked, if not a unit of this system")),
        Field("question", text("What they are asked"), "lines"),
        Field("answer_by", text("Answer by, if sooner than the law's day"), "day"),
        Field(
            "letter_received_on",
            text("Day on which they received the letter"),
            "day",
            hint=text("Leave it empty if it is the day of this step."),
        ),
        Field("files", text("Files that they need to see"), "files"),
    ),
    "consultation_ended": (
        Field(
            "consultation",
            text("Which consultation"),
            "choice",
            needed=True,
            options=consultations,
            first=only(consultations),
        ),
        Field("answer", text("Their answer"), "choice", needed=True, options=worded("answer")),
        Field("text", text("What they wrote"), "lines"),
        PAPERS,
    ),
    "extended": (
        Field("days", text("Working days more"), "number", needed=True, first=extension),
        REASON,
        Field(
            "approver",
            text("Approved by (head of the disclosure office)"),
            needed=True,
            first=lambda d: d.name,
        ),
    ),
    "fee_notified": (
        Field("rule", text("Counted"), "choice", needed=True, options=fee_rules),
        Field(
            "earlier",
            text("Items of this applicant earlier this month"),
            "number",
            hint=text("Only if counted by item."),
        ),
        Field("number", text("Items or pages in this application"), "number", needed=True),
        Field("how_to_pay", text("How to pay"), needed=True),
        Field("notice_received_on", text("Day on which the notice was received"), "day"),
    ),
    "fee_waived": (REASON,),
    "fee_acknowledged": (),
    "fee_paid": (),
    "fee_defaulted": (),
    "transferred": (
        Field("unit", text("To which unit"), "choice", needed=True, options=lambda d: d.units),
        REASON,
    ),
    "redirected": (
        Field("body", text("Which body holds it"), needed=True),
        Field("contact", text("Its address and telephone")),
    ),
    "drafted": DECISION,
    "legality_reviewed": (REMARKS,),
    "secrecy_reviewed": (REMARKS,),
    "returned": (Field("remarks", text("What must be changed"), "lines", needed=True),),
    "signed": (),
    "delivered": (
        WAY,
        TRACKING,
        COLLECTED_BY,
        RECEIVED_ON,
        Field("files", text("Signed slip or proof of posting"), "files"),
    ),
    "delivery_confirmed": (),
    "closed": (),
    "withdrawn": (Field("reason", text("Reason"), "lines"),),
    "remedy_filed": (
        Field("kind", text("What was filed"), "choice", needed=True, options=kinds_of_remedy),
        Field("authority", text("At which authority or court"), needed=True),
        Field("after_reconsideration", text("The suit follows a reconsideration"), "yes"),
        PAPERS,
    ),
    "remedy_accepted": (
        WHICH_REMEDY,
        Field("copy_received_on", text("Day on which we received the copy"), "day", needed=True),
        Field("simple_procedure", text("Simple procedure"), "yes"),
        PAPERS,
    ),
    "remedy_answered": (
        WHICH_REMEDY,
        Field("statement", text("Our statement"), "lines", needed=True),
        Field("evidence", text("Evidence, one piece a line"), "lines", needed=True, first=evidence),
        Field("files", text("Further evidence"), "files"),
    ),
    "remedy_extended": (
        WHICH_REMEDY,
        Field("days", text("Days more"), "number"),
        PAPERS,
    ),
    "hearing_scheduled": (
        WHICH_REMEDY,
        Field("held_on", text("Day of the hearing"), "day", needed=True),
        Field("time", text("Hour")),
        Field("place", text("Place")),
        PAPERS,
    ),
    "hearing_held": (WHICH_REMEDY, REMARKS, PAPERS),
    "remedy_concluded": (
        WHICH_REMEDY,
        Field("result", text("Result"), "choice", needed=True, options=results),
        Field("decision_number", text("Number of the decision")),
        Field("received_on", text("Day on which we received the decision"), "day"),
        Field("redecision", text("We must decide again"), "yes"),
        Field("within", text("Within how many working days, if it says so"), "number"),
        PAPERS,
    ),
    "noted": (Field("note", text("Internal note (never shown outside)"), "lines", needed=True),),
    "message_sent": (
        Field("text", text("Message (the applicant reads it)"), "lines", needed=True),
        Field("files", text("Files"), "files"),
    ),
}


def fields_of(kind: str, desk: Desk) -> Sequence[Field]:
    """The fields of a step's form for a case; the points of the secrecy review are its law's."""
    if kind == "secrecy_reviewed":
        return (*review_points(desk), *STEPS[kind])
    if kind == "drafted" and (kept := drafted_files(desk)):
        names = ", ".join(item["name"] for item in kept)
        label = text("Keep the files of the last draft: %(names)s", names=names)
        return (*STEPS[kind], Field("keep_files", label, "yes"))
    return STEPS[kind]


def review_points(desk: Desk) -> Sequence[Field]:
    """The points that the law of the case wants looked at before anything is released."""
    return tuple(
        Field(
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


def first_values(kind: str, desk: Desk) -> dict[str, str]:
    """What stands in a form to begin with: of a draft that was sent back, what it said."""
    values = {field.name: field.first(desk) for field in STEPS[kind]}
    if kind == "drafted":
        last = last_draft(desk)
        if last is not None:
            values |= shown(fields_of(kind, desk), last.data)
            values["keep_files"] = "yes"
    return values


def drafted_files(desk: Desk) -> list[dict[str, Any]]:
    """The files of the last draft."""
    last = last_draft(desk)
    return list(last.data.get("documents") or ()) if last else []


def last_draft(desk: Desk) -> Event | None:
    """The draft that was sent back to be changed; what was signed is not drafted on."""
    for event in reversed(desk.view.history):
        if event.kind == "signed":
            return None
        if event.kind == "drafted":
            return event
    return None
