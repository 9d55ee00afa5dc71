"""What the fields of a step's form at the desk may offer, from the case and its law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import get_args

from sqlalchemy.orm import Session

from requestflow.accounts import people_of, units_below
from requestflow.cases import (
    ApplicantKind,
    CaseView,
    Channel,
    Input,
    extension_of,
    period_locks,
    reported_payment,
)
from requestflow.foundation import text
from requestflow.law import Label, Pack
from requestflow.web.step_fields import Options, StepField


@dataclass(frozen=True)
class FormContext:
    """What a form may offer: the case, its law, the people and units to choose from, read where a
    field asks for them. `also` is the key of a remedy or consultation that is offered though it is
    over: of a correction. `name` is who is signed in."""

    session: Session
    view: CaseView
    pack: Pack
    today: date
    name: str = ""
    also: str = ""

    @cached_property
    def people(self) -> Options:
        """Who may handle the case."""
        people = people_of(self.session, self.view.unit.id, self.today)
        return [(person.username, person.name) for person in people]

    @cached_property
    def units(self) -> Options:
        """The other units."""
        units = units_below(self.session, "")
        return [(unit.code, unit.name) for unit in units if unit.id != self.view.unit.id]

    @cached_property
    def locked(self) -> frozenset[int]:
        """The years whose figures the unit has handed in."""
        return period_locks(self.session).years(self.view.unit.path)


def outcomes(desk: FormContext) -> Options:
    """The answers that the law of the case knows."""
    return [(item.code, item.label) for item in desk.pack.outcomes if item.answer]


def grounds(desk: FormContext) -> Options:
    """The grounds of that law, each with the answers it may stand with."""
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
        if not item.coarse
        and any(outcome.answer and outcome.code in item.outcomes for outcome in desk.pack.outcomes)
    ]


def grounds_of_parts(desk: FormContext) -> Options:
    """The grounds for which a part may be withheld."""
    separable = {item.code for item in desk.pack.outcomes if item.separable}
    return [
        (item.code, item.label)
        for item in desk.pack.grounds
        if not item.coarse and separable & set(item.outcomes)
    ]


def consultations(desk: FormContext) -> Options:
    """Those who were asked and have not answered."""
    return [
        (item.key, f"{item.key} {item.name or item.unit or ''}")
        for item in desk.view.state.consultations
        if item.ended_on is None or item.key == desk.also
    ]


def remedies(desk: FormContext) -> Options:
    """The reconsiderations and suits that are pending."""
    return [
        (item.key, Label(zh=f"{item.key} {kind.zh}", en=f"{item.key} {kind.en}"))
        for item in desk.view.state.remedies
        if not item.concluded_on or item.key == desk.also
        for kind in [desk.pack.remedy(item.kind).label]
    ]


def suits(desk: FormContext) -> Options:
    """The suits that were decided in the first instance and not beyond it."""
    return [
        (item.key, Label(zh=f"{item.key} {kind.zh}", en=f"{item.key} {kind.en}"))
        for item in desk.view.state.remedies
        if item.kind == "suit" and item.concluded_on
        if not item.appeal_ended_on or item.key == desk.also
        for kind in [desk.pack.remedy(item.kind).label]
    ]


def remedy_results(desk: FormContext) -> Options:
    """How a remedy may end."""
    result = {item.code: item.label for remedy in desk.pack.remedies for item in remedy.results}
    return list(result.items())


def remedy_kinds(desk: FormContext) -> Options:
    """Reconsideration and suit."""
    return [(item.kind, item.label) for item in desk.pack.remedies]


def fee_rules(desk: FormContext) -> Options:
    """The ways to count the fee."""
    return [(item.code, item.label) for item in desk.pack.fees]


def extension(desk: FormContext) -> str:
    """The most working days by which the law lets the running time be extended."""
    most = extension_of(desk.pack, desk.view.deadlines)
    return str(most.number) if most else ""


def reported_payment_day(desk: FormContext) -> str:
    """The day on which the applicant says to have paid; nothing where they said nothing."""
    day = reported_payment(desk.view.history)
    return day.isoformat() if day else ""


def in_two_weeks(desk: FormContext) -> str:
    """A reasonable day to answer by."""
    return (desk.today + timedelta(days=15)).isoformat()


def evidence(desk: FormContext) -> str:
    """The list of evidence to begin with: the files of the case, one a line."""
    names = [
        item["name"]
        for event in desk.view.history
        for item in event.data.get("documents") or ()
        if not item["name"].endswith(".docx")
    ]
    return "\n".join(dict.fromkeys(names))


def only_one(options: Options) -> str:
    """The one option where there is no other."""
    return options[0][0] if len(options) == 1 else ""


def only(options: Callable[[FormContext], Options]) -> Callable[[FormContext], str]:
    """The one option where there is no other."""

    def first(desk: FormContext) -> str:
        return only_one(options(desk))

    return first


def applicant_kinds(_desk: FormContext) -> Options:
    """Who applies."""
    return [(code, text(f"applicant.{code}")) for code in get_args(ApplicantKind)]


def channels(_desk: FormContext) -> Options:
    """How an application came in."""
    return [(code, text(f"channel.{code}")) for code in get_args(Channel)]


OPTIONS: Mapping[str, Callable[[FormContext], Options]] = {
    "applicant_kinds": applicant_kinds,
    "channels": channels,
    "consultations": consultations,
    "fee_rules": fee_rules,
    "grounds": grounds,
    "grounds_of_parts": grounds_of_parts,
    "outcomes": outcomes,
    "people": lambda desk: desk.people,
    "remedies": remedies,
    "remedy_kinds": remedy_kinds,
    "remedy_results": remedy_results,
    "suits": suits,
    "units": lambda desk: desk.units,
}
"""What offers the choices that a particular's input names."""
FIRST_VALUES: Mapping[str, Callable[[FormContext], str]] = {
    "evidence": evidence,
    "extension": extension,
    "in_two_weeks": in_two_weeks,
    "only_consultation": only(consultations),
    "only_remedy": only(remedies),
    "only_suit": only(suits),
    "reported_payment": reported_payment_day,
    "signed_in": lambda desk: desk.name,
    "subject": lambda desk: desk.view.state.subject,
}
"""What a field begins with, by the name that a particular's input gives it."""


def field_of(name: str, item: Input, desk: FormContext) -> StepField:
    """A particular as a field of a form about a case."""
    if item.widget == "files":
        return StepField("files", item.label, "files", hint=item.hint)
    options: Options = item.choices or (OPTIONS[item.options](desk) if item.options else ())
    first = FIRST_VALUES[item.first](desk) if item.first else ""
    return StepField(name, item.label, item.widget, item.needed, item.hint, options, first)
