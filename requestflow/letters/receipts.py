"""The receipt (登记回执): what came in, by when it is answered and why, how to follow it."""

from collections.abc import Mapping
from typing import Any

from requestflow.cases import CaseView
from requestflow.foundation import Text, text, translate
from requestflow.law import explain, law_pack
from requestflow.letters.paper import Paper


def receipt(view: CaseView, locale: str, address: str, code: str | None) -> Paper:
    """The receipt of a case. `address` is where it can be followed; `code` is there only when
    the tracking code was just made."""

    def say(message: Text) -> str:
        return message.in_locale(locale)

    state, data = view.state, view.history[0].data
    paper = Paper(say(text("Receipt for a government information request")), locale, view.unit.name)
    paper.facts(
        [
            (say(text("Request number")), state.number),
            (say(text("Public body")), view.unit.name),
            (say(text("Address")), view.unit.address),
            (say(text("Phone number")), view.unit.phone),
            (say(text("Date received")), state.received_on.isoformat()),
            (say(text("How the request was made")), translate(f"channel.{state.channel}", locale)),
        ]
    )
    if code:
        paper.code(say(text("Tracking code (shown only once)")), code)
    paper.heading(say(text("Information you requested")))
    paper.facts(requested_information(data, state.subject, locale))
    paper.heading(say(text("When you will get a reply")))
    for deadline in view.deadlines:
        if deadline.kind == "reply" and deadline.running and deadline.due:
            paper.paragraph(
                say(
                    text(
                        "The public body must reply by the end of %(due)s.",
                        due=deadline.due,
                    )
                )
            )
            paper.items([explain(step, locale) for step in deadline.steps])
            if deadline.provisional:
                paper.paragraph(
                    say(
                        text(
                            "Public holidays for that year have not been announced yet, so this "
                            "date may change."
                        )
                    )
                )
    paper.paragraph(say(receipt_basis(state.channel, state.law)))
    paper.heading(say(text("How to track your request")))
    paper.paragraph(
        say(
            text(
                "Go to %(address)s and enter the request number and the tracking code. You can "
                "track progress, answer questions, withdraw your request and receive the reply.",
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
        (say("Information you want"), subject),
        (say("Document number"), data.get("document_number")),
        (say("Time period"), data.get("period")),
        (say("Description"), data.get("description")),
        (say("Delivery method"), say(f"way.{way}") if way else None),
        (say("Format"), say(f"form.{form}") if form else None),
        (say("Fee waiver reason"), data.get("fee_waiver_reason")),
        (say("Files"), "\n".join(item["name"] for item in data.get("documents", ()))),
    ]


def receipt_basis(channel: str, law: str) -> Text:
    """Why the application counts as received on its day (art. 31)."""
    if channel == "internet":
        return text(
            "You confirmed the request by sending it, and the public body confirmed it by "
            "issuing this receipt. The date of receipt is the date on which both had confirmed "
            "(%(law)s).",
            law=law_pack(law).order,
        )
    return text("The time limit for the reply starts on the day after the date of receipt.")
