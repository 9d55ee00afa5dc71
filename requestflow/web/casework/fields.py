"""What each step at the desk asks, as data: one short form a step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from requestflow.cases import CaseView
from requestflow.foundation import Text, text
from requestflow.law import Pack
from requestflow.law.model import Label

Shown = Text | Label | str
Options = Sequence[tuple[str, Shown]]


@dataclass(frozen=True)
class Desk:
    """What a form may offer: the case, its law, the people and units to choose from."""

    view: CaseView
    pack: Pack
    today: date
    people: Options = ()
    units: Options = ()
    name: str = ""


@dataclass(frozen=True)
class Field:
    """One field of a step's form. `options` and `first` are made from the case."""

    name: str
    label: Text
    kind: Literal["line", "lines", "day", "choice", "number", "yes"] = "line"
    needed: bool = False
    hint: Text | None = None
    options: Callable[[Desk], Options] = field(default=lambda _desk: ())
    first: Callable[[Desk], str] = field(default=lambda _desk: "")


def _outcomes(desk: Desk) -> Options:
    return [(item.code, item.label) for item in desk.pack.outcomes if item.answer]


def _grounds(desk: Desk) -> Options:
    labels = {item.code: item.label for item in desk.pack.outcomes}
    return [
        (
            item.code,
            Label(
                zh=f"{item.label.zh}（{'、'.join(labels[code].zh for code in item.outcomes)}）",
                en=f"{item.label.en} ({', '.join(labels[code].en for code in item.outcomes)})",
            ),
        )
        for item in desk.pack.grounds
        if any(outcome.answer and outcome.code in item.outcomes for outcome in desk.pack.outcomes)
    ]


def _consultations(desk: Desk) -> Options:
    names = {
        event.data["consultation"]: str(event.data.get("name") or "")
        for event in desk.view.history
        if event.kind == "consultation_started"
    }
    return [(key, f"{key} {names.get(key, '')}") for key in sorted(desk.view.state.consultations)]


def _remedies(desk: Desk) -> Options:
    return [
        (item.key, Label(zh=f"{item.key} {kind.zh}", en=f"{item.key} {kind.en}"))
        for item in desk.view.state.remedies
        if not item.concluded_on
        for kind in [desk.pack.remedy(item.kind).label]
    ]


def _results(desk: Desk) -> Options:
    results = {item.code: item.label for remedy in desk.pack.remedies for item in remedy.results}
    return list(results.items())


def _kinds(desk: Desk) -> Options:
    return [(item.kind, item.label) for item in desk.pack.remedies]


def _fee_rules(desk: Desk) -> Options:
    return [(item.code, item.label) for item in desk.pack.fees]


def _extension(desk: Desk) -> str:
    limit = desk.pack.limit("reply", desk.view.state.received_on)
    return str(limit.extension.number) if limit and limit.extension else ""


def _in_two_weeks(desk: Desk) -> str:
    return (desk.today + timedelta(days=15)).isoformat()


def _only(options: Callable[[Desk], Options]) -> Callable[[Desk], str]:
    """The one option where there is no other."""

    def first(desk: Desk) -> str:
        found = options(desk)
        return found[0][0] if len(found) == 1 else ""

    return first


REASON = Field("reason", text("Reason"), "lines", needed=True)
WHICH_REMEDY = Field(
    "remedy",
    text("Which one"),
    "choice",
    needed=True,
    options=_remedies,
    first=_only(_remedies),
)
REMARKS = Field("remarks", text("Remarks"), "lines")
WORDS: dict[str, tuple[tuple[str, Text], ...]] = {
    "consulted": (
        ("third_party", text("a third party whose rights are touched")),
        ("joint_author", text("a body that made the information as well")),
        ("other_body", text("another body")),
    ),
    "answer": (
        ("agrees", text("agrees to the release")),
        ("objects", text("objects to the release")),
        ("silence", text("did not answer in time")),
    ),
    "way": (
        ("post", text("by post")),
        ("mail", text("by e-mail")),
        ("collected", text("collected in person")),
        ("page", text("on the applicant's page")),
        ("inspection", text("viewed on site")),
    ),
}


def _worded(name: str) -> Callable[[Desk], Options]:
    return lambda _desk: WORDS[name]


STEPS: dict[str, tuple[Field, ...]] = {
    "assigned": (
        Field("handler", text("Who handles it"), "choice", needed=True, options=lambda d: d.people),
    ),
    "clarification_requested": (
        Field("items", text("What is unclear, point by point"), "lines", needed=True),
        Field("answer_by", text("Answer by"), "day", needed=True, first=_in_two_weeks),
    ),
    "clarified": (Field("text", text("What the applicant wrote"), "lines"),),
    "clarification_lapsed": (),
    "reasons_requested": (),
    "reasons_given": (REASON,),
    "delay_set": (Field("until", text("New day"), "day", needed=True), REASON),
    "consultation_started": (
        Field(
            "consulted",
            text("Who is asked"),
            "choice",
            needed=True,
            options=_worded("consulted"),
        ),
        Field("name", text("Name"), needed=True),
        Field(
            "letter_received_on",
            text("Day on which they received the letter"),
            "day",
            hint=text("Leave it empty if it is the day of this step."),
        ),
    ),
    "consultation_ended": (
        Field(
            "consultation",
            text("Which consultation"),
            "choice",
            needed=True,
            options=_consultations,
            first=_only(_consultations),
        ),
        Field("answer", text("Their answer"), "choice", needed=True, options=_worded("answer")),
    ),
    "extended": (
        Field("days", text("Working days more"), "number", needed=True, first=_extension),
        REASON,
        Field(
            "approver",
            text("Approved by (head of the disclosure office)"),
            needed=True,
            first=lambda d: d.name,
        ),
    ),
    "fee_notified": (
        Field("rule", text("Counted"), "choice", needed=True, options=_fee_rules),
        Field(
            "earlier",
            text("Items of this applicant earlier this month"),
            "number",
            hint=text("Only if counted by item."),
        ),
        Field("number", text("Items or pages in this application"), "number", needed=True),
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
    "redirected": (Field("body", text("Which body holds it"), needed=True),),
    "drafted": (
        Field("outcome", text("Outcome"), "choice", needed=True, options=_outcomes),
        Field("ground", text("Ground, where there is one"), "choice", options=_grounds),
        Field("facts", text("What was found, and the answer"), "lines", needed=True),
    ),
    "legality_reviewed": (REMARKS,),
    "secrecy_reviewed": (
        Field("no_secret", text("It holds no state secret (art. 14)"), "yes", needed=True),
        Field(
            "no_private",
            text("Commercial secrets and private matters were looked at (art. 15)"),
            "yes",
            needed=True,
        ),
        Field(
            "no_danger",
            text("It endangers neither security nor stability (art. 14)"),
            "yes",
            needed=True,
        ),
        REMARKS,
    ),
    "returned": (Field("remarks", text("What must be changed"), "lines", needed=True),),
    "signed": (),
    "delivered": (
        Field("way", text("How"), "choice", needed=True, options=_worded("way")),
        Field("tracking_number", text("Number of the parcel or letter")),
        Field(
            "received_on",
            text("Day on which the applicant received it, if known"),
            "day",
            hint=text("It starts the periods for reconsideration and suit."),
        ),
    ),
    "delivery_confirmed": (),
    "closed": (),
    "withdrawn": (Field("reason", text("Reason"), "lines"),),
    "remedy_filed": (
        Field("kind", text("What was filed"), "choice", needed=True, options=_kinds),
        Field("authority", text("At which authority or court"), needed=True),
        Field("after_reconsideration", text("The suit follows a reconsideration"), "yes"),
    ),
    "remedy_accepted": (
        WHICH_REMEDY,
        Field("copy_received_on", text("Day on which we received the copy"), "day", needed=True),
        Field("simple_procedure", text("Simple procedure"), "yes"),
    ),
    "remedy_answered": (WHICH_REMEDY,),
    "remedy_extended": (
        WHICH_REMEDY,
        Field("days", text("Days more"), "number"),
    ),
    "remedy_concluded": (
        WHICH_REMEDY,
        Field("result", text("Result"), "choice", needed=True, options=_results),
        Field("received_on", text("Day on which we received the decision"), "day"),
        Field("redecision", text("We must decide again"), "yes"),
        Field("within", text("Within how many working days, if it says so"), "number"),
    ),
    "noted": (Field("note", text("Internal note (never shown outside)"), "lines", needed=True),),
    "message_sent": (
        Field("text", text("Message (the applicant reads it)"), "lines", needed=True),
    ),
}
