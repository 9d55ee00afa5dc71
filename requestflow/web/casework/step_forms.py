"""What each step at the desk asks: one short form a step."""

from collections.abc import Sequence
from typing import Any

from requestflow.cases import DEFINITIONS, Event, inputs_of, particulars_model
from requestflow.foundation import text
from requestflow.law import Label, article_text
from requestflow.web.casework.form_fields import FormContext, field_of
from requestflow.web.step_fields import StepField, field_values


def fields_of(kind: str, desk: FormContext) -> Sequence[StepField]:
    """The fields of a step's form for a case, as its particulars ask for them; the points of the
    secrecy review are its law's."""
    fields = tuple(
        field_of(name, item, desk) for name, item in inputs_of(particulars_model(kind)).items()
    )
    if kind == "secrecy_reviewed":
        return (*review_points(desk), *fields)
    if kind == "drafted" and (stored := drafted_files(desk)):
        names = ", ".join(item["name"] for item in stored)
        label = text("Keep the files from the previous draft: %(names)s", names=names)
        return (*fields, StepField("keep_files", label, "yes"))
    return fields


def at_desk(kind: str) -> bool:
    """Whether a step has a form at the desk."""
    return kind in DEFINITIONS and DEFINITIONS[kind].at_desk


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
    values = {field.name: field.first for field in fields_of(kind, desk)}
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
