"""The steps that applicants take: what each form asks, in words of its own, and the particulars
it becomes."""

from dataclasses import dataclass
from datetime import date

from requestflow.foundation import Text, text
from requestflow.web.step_fields import StepField, Typed, parse_fields

LONGEST = 5000
FILES = StepField("files", text("Add files (optional)"), "files")


@dataclass(frozen=True)
class StepForm:
    """A form: its heading, what it explains, its button, and what it asks."""

    title: Text
    explained: Text
    button: Text
    asks: tuple[StepField, ...] = ()

    @property
    def takes_files(self) -> bool:
        """Whether files may be sent with it."""
        return FILES in self.asks


def _writing(name: str, label: Text, needed: bool = True) -> StepField:
    missing = text("Enter a message before sending.")
    return StepField(name, label, "lines", needed, missing=missing, longest=LONGEST)


def _day(name: str, label: Text) -> StepField:
    return StepField(name, label, "day_parts", True, text("For example, 2026 3 31"))


FILED = (
    ("reconsideration", text("I applied for reconsideration")),
    ("suit", text("I filed a lawsuit")),
)

FORMS: dict[str, StepForm] = {
    "clarified": StepForm(
        text("Answer the public body's questions"),
        text("The time limit for the public body's reply restarts when it receives your answer."),
        text("Send answer"),
        (_writing("text", text("Your answer")), FILES),
    ),
    "reasons_given": StepForm(
        text("Explain your reasons"),
        text(
            "Explain what you need the information for, and why you need so much or need it so "
            "often."
        ),
        text("Send reasons"),
        (_writing("reason", text("Your reasons")),),
    ),
    "withdrawn": StepForm(
        text("Withdraw your request"),
        text(
            "The public body will stop work on your request and will not reply. You can make a "
            "new request at any time."
        ),
        text("Withdraw request"),
        (_writing("reason", text("Reason (optional)"), needed=False),),
    ),
    "fee_acknowledged": StepForm(
        text("Confirm that you received the fee notice"),
        text(
            "The time limit for payment starts tomorrow. Your request page will then show the "
            "deadline."
        ),
        text("Confirm"),
    ),
    "payment_reported": StepForm(
        text("Report your payment"),
        text(
            "The time limit for the public body's reply restarts once it has confirmed your "
            "payment."
        ),
        text("Send"),
        (
            _day("paid_on", text("When did you pay?")),
            StepField("reference", text("Payment reference (optional)"), longest=100),
            FILES,
        ),
    ),
    "fee_waiver_requested": StepForm(
        text("Apply for a fee waiver"),
        text("The public body will decide. Until then, the payment deadline still applies."),
        text("Send"),
        (_writing("reason", text("Reason for fee waiver")), FILES),
    ),
    "delivery_confirmed": StepForm(
        text("Confirm that you received the reply"),
        text("The time limit for challenging the decision starts on the day you received it."),
        text("Confirm"),
    ),
    "remedy_reported": StepForm(
        text("Report a challenge to the public body"),
        text(
            "This only informs the public body. You still need to file with the reconsideration "
            "authority or court."
        ),
        text("Send"),
        (
            StepField(
                "kind",
                text("What did you do?"),
                "choice",
                needed=True,
                options=FILED,
                missing=text("Select whether you applied for reconsideration or filed a lawsuit."),
            ),
            _day("filed_on", text("When?")),
            StepField("authority", text("Reconsideration authority or court"), longest=200),
        ),
    ),
    "message_sent": StepForm(
        text("Send a message to the public body"),
        text("The caseworker will read your message. It does not affect any deadline."),
        text("Send"),
        (_writing("text", text("Your message")), FILES),
    ),
}


def parse_step(kind: str, today: date) -> Typed:
    """The particulars, what was typed, and what is wrong by field; what is told of has happened."""
    typed = parse_fields(FORMS[kind].asks)
    for field in FORMS[kind].asks:
        day = typed.data.get(field.name) if field.kind == "day_parts" else None
        if day and date.fromisoformat(day) > today:
            typed.errors[field.name] = text("Date must be today or in the past: %(day)s.", day=day)
    return typed
