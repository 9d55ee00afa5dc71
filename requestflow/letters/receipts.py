"""The receipt (登记回执): what came in, by when it is answered and why, how to follow it."""

from collections.abc import Mapping
from typing import Any

from requestflow.cases import CaseView
from requestflow.foundation import Text, text
from requestflow.foundation.texts import translate
from requestflow.law import explain, law_pack
from requestflow.letters.paper import Paper


def receipt(view: CaseView, locale: str, address: str, code: str | None) -> Paper:
    """The receipt of a case. `address` is where it can be followed; `code` is there only when
    the tracking code was just made."""

    def say(message: Text) -> str:
        return message.in_locale(locale)

    state, data = view.state, view.history[0].data
    paper = Paper(
        say(text("Receipt of an application for government information")), locale, view.unit.name
    )
    paper.facts(
        [
            (say(text("Case number")), state.number),
            (say(text("Unit")), view.unit.name),
            (say(text("Address")), view.unit.address),
            (say(text("Telephone")), view.unit.phone),
            (say(text("Received on")), state.received_on.isoformat()),
            (say(text("How it came in")), translate(f"channel.{state.channel}", locale)),
        ]
    )
    if code:
        paper.code(say(text("Tracking code, shown this once")), code)
    paper.heading(say(text("What you asked for")))
    paper.facts(requested_information(data, state.subject, locale))
    paper.heading(say(text("When you will be answered")))
    for deadline in view.deadlines:
        if deadline.kind == "reply" and deadline.running and deadline.due:
            paper.paragraph(
                say(
                    text(
                        "The unit must answer by the end of %(due)s at the latest.",
                        due=deadline.due,
                    )
                )
            )
            paper.items([explain(step, locale) for step in deadline.steps])
            if deadline.provisional:
                paper.paragraph(
                    say(text("The holidays of that year are not announced; the day may move."))
                )
    paper.paragraph(say(receipt_basis(state.channel, state.law)))
    paper.heading(say(text("How to follow it")))
    paper.paragraph(
        say(
            text(
                "Go to %(address)s and enter the case number and the tracking code. There you "
                "see what happens, can answer questions, withdraw, and receive the answer.",
                address=address,
            )
        )
    )
    return paper


def requested_information(
    data: Mapping[str, Any], subject: str, locale: str
) -> list[tuple[str, str | None]]:
    """What was asked for, row by row."""

    def say(message: str) -> str:
        return translate(message, locale)

    way, form = data.get("delivery_way"), data.get("delivery_form")
    return [
        (say("Information"), subject),
        (say("Document number"), data.get("document_number")),
        (say("Period"), data.get("period")),
        (say("Description"), data.get("description")),
        (say("How to receive it"), say(f"way.{way}") if way else None),
        (say("In which form"), say(f"form.{form}") if form else None),
        (say("Why no fee"), data.get("fee_waiver_reason")),
        (say("Files"), "\n".join(item["name"] for item in data.get("documents", ()))),
    ]


def receipt_basis(channel: str, law: str) -> Text:
    """Why the application counts as received on its day (art. 31)."""
    if channel == "internet":
        return text(
            "You confirmed the application by sending it, and the unit by this receipt; the day "
            "on which both confirmed is the day of receipt (%(law)s).",
            law=law_pack(law).order,
        )
    return text("The time to answer runs from the day after the day of receipt.")
