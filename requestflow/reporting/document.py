"""What a report says, frozen: the content of a snapshot in its one canonical form, with its schema.

The bytes that are stored are those that anybody downloads, so `sha256sum` of the download is the
hash that stands on the page.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from requestflow.law import Label
from requestflow.statistics import Figure, Report, json_number

SCHEMA = "annual-report/1"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DocumentLabel(_Part):
    """A name in both languages."""

    zh: str
    en: str

    def text(self, locale: str) -> str:
        """The name for a locale such as `zh_CN` or `en`."""
        return self.zh if locale.startswith("zh") else self.en


class FigureContent(_Part):
    """A figure. `value` is null where units had to report it and none did; shares are in percent;
    money is in yuan; `measure` is in what a reported figure is counted, `origin` where the units
    have it from."""

    id: str
    label: DocumentLabel
    value: int | float | None
    share: float | None = None
    previous: int | float | None = None
    change: int | float | None = None
    change_share: float | None = None
    reported: bool = False
    measure: str | None = None
    origin: str | None = None


class CheckContent(_Part):
    """A check: both sides, and whether they are known and equal."""

    id: str
    label: DocumentLabel
    holds: bool
    left: int | float | None
    right: int | float | None


class SectionContent(_Part):
    """A chapter's words with the figures filled in; English may be missing."""

    id: str
    label: DocumentLabel
    zh: str
    en: str | None = None


class ChangeContent(_Part):
    """A figure that a later version has otherwise, or from elsewhere."""

    id: str
    label: DocumentLabel
    before: int | float | None
    after: int | float | None
    origin_before: str | None = None
    origin_after: str | None = None


class SectionName(_Part):
    """A chapter by its name."""

    id: str
    label: DocumentLabel


class UnitContent(_Part):
    """The unit whose report it is, with all below it."""

    code: str
    name: str


class ReportDocument(_Part):
    """An annual report on open government information. `signed_for` is the absent colleague in
    whose place it was signed, if it was."""

    schema_name: str = Field(alias="schema", default=SCHEMA)
    unit: UnitContent
    year: int
    form: str
    version: int = Field(ge=0)
    counted_at: datetime
    published_at: datetime | None = None
    signed_by: str
    signed_for: str | None = None
    figures: tuple[FigureContent, ...]
    reported: tuple[FigureContent, ...] = ()
    checks: tuple[CheckContent, ...]
    failing_reason: str | None = None
    sections: tuple[SectionContent, ...]
    correction: str | None = None
    changes: tuple[ChangeContent, ...] = ()
    changed_sections: tuple[SectionName, ...] = ()

    @property
    def index(self) -> dict[str, FigureContent]:
        """The figures by id."""
        return {figure.id: figure for figure in (*self.figures, *self.reported)}


def schema() -> dict[str, Any]:
    """The JSON Schema of the content (draft 2020-12)."""
    built = ReportDocument.model_json_schema(by_alias=True)
    built["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return built


def freeze_document(content: ReportDocument) -> tuple[str, str]:
    """The canonical JSON of a content (keys sorted, no spaces, characters as they are), and the
    SHA-256 (hex) of its bytes in UTF-8."""
    data = content.model_dump(mode="json", by_alias=True)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, hashlib.sha256(text.encode()).hexdigest()


def digest_of_reading(content: ReportDocument) -> str:
    """What tells whether two contents read the same: a SHA-256 (hex) over figures, words, checks
    and reasons, whoever signs and whenever they were counted."""
    aside = {"signed_by", "signed_for", "counted_at", "published_at", "version", "correction"}
    aside |= {"changes", "changed_sections"}
    data = content.model_dump(mode="json", by_alias=True, exclude=aside)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_document(text: str) -> ReportDocument:
    """A stored content."""
    return ReportDocument.model_validate_json(text)


def figures_of(
    report: Report, origins: Mapping[tuple[str, str], Sequence[str]]
) -> tuple[tuple[FigureContent, ...], tuple[FigureContent, ...]]:
    """The counted and the reported figures of a report; `origins` says where the reported ones
    come from, by what units report and in what they count it."""

    def made(figure: Figure) -> FigureContent:
        known = [
            origin
            for (name, measure), stated in origins.items()
            if name in figure.reported_as and figure.measure in (None, measure)
            for origin in stated
        ]
        return FigureContent(
            id=figure.id,
            label=names(figure.label),
            value=json_number(figure.value),
            share=json_number(figure.share),
            previous=json_number(figure.previous),
            change=json_number(figure.change),
            change_share=json_number(figure.change_share),
            reported=figure.reported,
            measure=figure.measure,
            origin="；".join(dict.fromkeys(known)) or None,
        )

    return tuple(map(made, report.figures)), tuple(map(made, report.reported))


def checks_of(report: Report) -> tuple[CheckContent, ...]:
    """The checks of a report."""
    return tuple(
        CheckContent(
            id=check.id,
            label=names(check.label),
            holds=check.holds,
            left=json_number(check.left),
            right=json_number(check.right),
        )
        for check in report.checks
    )


def key_of(figure: FigureContent | Figure) -> tuple[str, str | None]:
    """By what a figure is the same in two versions: its id, and in what units count it where they
    report it. In earlier versions the id of some bears no measure."""
    return figure.id.removesuffix(f"（{figure.measure}）"), figure.measure


def was_nothing(was: FigureContent | None, now: float | None) -> bool:
    """Whether an earlier version says 0 of a count that nobody put in; later ones leave it open."""
    return was is not None and not was.reported and was.value == 0 and now is None


def changes_between(before: ReportDocument, after: ReportDocument) -> tuple[ChangeContent, ...]:
    """The figures that two versions have differently or from elsewhere, those that one of them has
    not as well."""
    old = {key_of(figure): figure for figure in (*before.figures, *before.reported)}
    new = {key_of(figure): figure for figure in (*after.figures, *after.reported)}
    results = []
    for key, figure in {**new, **{key: old[key] for key in old if key not in new}}.items():
        was, now = old.get(key), new.get(key)
        if now is None and not figure.reported:
            continue
        earlier, value = was.value if was else None, now.value if now else None
        origins = (was.origin if was else None, now.origin if now else None)
        elsewhere = None not in origins and origins[0] != origins[1]
        if (earlier != value or elsewhere) and not was_nothing(was, value):
            change = ChangeContent(
                id=figure.id,
                label=DocumentLabel(**figure.label.model_dump()),
                before=earlier,
                after=value,
            )
            more = {"origin_before": origins[0], "origin_after": origins[1]} if elsewhere else {}
            results.append(change.model_copy(update=more))
    return tuple(results)


def corrected(content: ReportDocument, notice: str, before: ReportDocument) -> ReportDocument:
    """A content as the correction of an earlier version: with the notice, and with what is
    otherwise in it."""
    data = {section.id: (section.zh, section.en) for section in before.sections}
    changed = tuple(
        SectionName(id=section.id, label=section.label)
        for section in content.sections
        if data.get(section.id) != (section.zh, section.en)
    )
    changes = changes_between(before, content)
    update = {"correction": notice, "changes": changes, "changed_sections": changed}
    return content.model_copy(update=update)


def names(label: Label) -> DocumentLabel:
    """A label as content."""
    return DocumentLabel(zh=label.zh, en=label.en)
