"""Reading the law's files into their typed form, with errors a lawyer can act on."""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from requestflow.law.errors import PackInvalid, UnknownForm, UnknownLaw
from requestflow.law.model import Pack
from requestflow.law.report_forms import (
    DIMENSIONS,
    Predicate,
    ReportedMeasure,
    ReportForm,
    ReportTable,
    Source,
)

HERE = Path(__file__).parent
PACKS = HERE / "packs"
FORMS = HERE / "forms"
CLOCK_EDITION = 1
"""Counted up when the clock comes to other days from the same packs: stored cases are then
counted anew."""


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackInvalid(f"{path.name}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackInvalid(f"{path.name}: not valid TOML: {error}") from error


def _key(location: Iterable[int | str]) -> str:
    key = ""
    for part in location:
        key += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if key else str(part))
    return key or "(file)"


def _invalid(path: Path, error: ValidationError) -> PackInvalid:
    """All that is wrong with a file, one line for each key; lists count from 1."""
    lines = [f"{path.name}: {_key(item['loc'])}: {item['msg']}" for item in error.errors()]
    return PackInvalid("\n".join(lines))


def _included(path: Path, content: dict[str, Any]) -> dict[str, Any]:
    names = content.pop("include", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PackInvalid(f"{path.name}: include: must be a list of file names")
    for name in names:
        for key, value in _read(path.parent / name).items():
            if not isinstance(value, list):
                raise PackInvalid(f"{name}: {key}: an included file may hold lists only")
            content[key] = [*content.get(key, []), *value]
    return content


def load_pack(path: Path) -> Pack:
    """One pack from its file.

    Raises PackInvalid naming file, key and what is wrong, for what the file's form forbids and
    for references inside the pack that lead nowhere.
    """
    try:
        pack = Pack.model_validate(_included(path, _read(path)))
    except ValidationError as error:
        raise _invalid(path, error) from error
    problems = list(_pack_problems(pack))
    if problems:
        raise PackInvalid("\n".join(f"{path.name}: {problem}" for problem in problems))
    return pack


def _pack_problems(pack: Pack) -> Iterable[str]:  # noqa: C901, PLR0912 - one line a rule
    outcomes = {item.code for item in pack.outcomes}
    limits = {item.kind for item in pack.limits}
    events = {item.event for item in pack.steps}
    if pack.received_until and pack.received_until < pack.received_from:
        yield "received_until: is before received_from"
    yield from _unique("outcomes", [item.code for item in pack.outcomes])
    yield from _unique("grounds", [item.code for item in pack.grounds])
    yield from _versions_apart(pack)
    for place, ground in enumerate(pack.grounds, 1):
        for code in ground.outcomes:
            if code not in outcomes:
                yield f"grounds[{place}].outcomes: no outcome '{code}' in this pack"
    for place, step in enumerate(pack.steps, 1):
        for kind in step.within:
            if kind not in limits:
                yield f"steps[{place}].within: no limit '{kind}' in this pack"
    for place, ending in enumerate(pack.endings, 1):
        if ending.outcome not in outcomes:
            yield f"endings[{place}].outcome: no outcome '{ending.outcome}' in this pack"
        elif ending.ground and not pack.ground_for(ending.outcome, ending.ground):
            yield f"endings[{place}].ground: '{ending.ground}' may not stand with the outcome"
    for place, limit in enumerate(pack.limits, 1):
        if limit.number is None and limit.stated is None:
            yield f"limits[{place}]: has neither a number nor a stated day"
        triggers = (*limit.starts_on, *limit.restarts_on, *limit.ends_on)
        named = [name for t in triggers for name in (t.event, t.day_of) if name]
        for event in named:
            if event not in events:
                yield f"limits[{place}] ({limit.kind}): no step '{event}' in this pack"
        if bool(limit.starts_on) == bool(limit.after_missed):
            yield f"limits[{place}] ({limit.kind}): needs either starts_on or after_missed"
        for kind in limit.after_missed:
            if kind not in limits:
                yield f"limits[{place}].after_missed: no limit '{kind}' in this pack"
        for code in limit.not_for_outcomes:
            if code not in outcomes:
                yield f"limits[{place}].not_for_outcomes: no outcome '{code}' in this pack"
        if limit.stops and limit.unit == "months":
            yield f"limits[{place}] ({limit.kind}): a period in months cannot be stopped"
        for stop in limit.stops:
            if stop.at_most and stop.at_most not in limits:
                yield f"limits[{place}].stops: no limit '{stop.at_most}' in this pack"


def _versions_apart(pack: Pack) -> Iterable[str]:
    """Two versions of a step, or of a limit that begins in the same way, on one day."""
    for place, step in enumerate(pack.steps, 1):
        for earlier in pack.steps[: place - 1]:
            if earlier.event == step.event and earlier.overlaps(step):
                yield f"steps[{place}]: '{step.event}' stands twice for the same days"
    for place, limit in enumerate(pack.limits, 1):
        for other in pack.limits[: place - 1]:
            alike = (other.kind, other.starts_on) == (limit.kind, limit.starts_on)
            if alike and other.overlaps(limit):
                yield f"limits[{place}]: '{limit.kind}' stands twice for the same days"


def _unique(key: str, codes: Sequence[str]) -> Iterable[str]:
    for place, code in enumerate(codes, 1):
        if code in codes[: place - 1]:
            yield f"{key}[{place}]: '{code}' stands twice"


def load_report_form(path: Path) -> ReportForm:
    """One report form from its file; raises PackInvalid like `load_pack`."""
    try:
        form = ReportForm.model_validate(_read(path))
    except ValidationError as error:
        raise _invalid(path, error) from error
    problems = list(_form_problems(form))
    if problems:
        raise PackInvalid("\n".join(f"{path.name}: {problem}" for problem in problems))
    return form


def _form_problems(form: ReportForm) -> Iterable[str]:
    tables = {table.id: table for table in form.tables}
    sections = {section.id for section in form.sections}
    for table in form.tables:
        if table.section not in sections:
            yield f"tables.{table.id}.section: no section '{table.section}'"
        yield from _table_problems(table)
    for check in form.checks:
        if check.table not in tables:
            yield f"checks.{check.id}.table: no table '{check.table}'"
            continue
        table = tables[check.table]
        lines = {x.id for x in (table.rows if check.across == "rows" else table.columns)}
        for line_id in (*check.left, *check.right):
            if line_id not in lines:
                yield f"checks.{check.id}: no {check.across[:-1]} '{line_id}' in {table.id}"
    for item in form.record_checks:
        yield from _predicate_problems("record_checks", item.source, item.id, item.when)


def _table_problems(table: ReportTable) -> Iterable[str]:
    rows = [row.id for row in table.rows]
    yield from _unique(f"tables.{table.id}.rows", rows)
    if (table.source == "activity") != (table.reported_in is not None):
        yield f"tables.{table.id}.reported_in: goes with source 'activity', and only with it"
    heads = {heading.id for heading in table.headings} | set(rows)
    for heading in table.headings:
        if heading.heading and heading.heading not in heads:
            yield f"tables.{table.id}.headings.{heading.id}: no heading '{heading.heading}'"
    for line in (*table.rows, *table.columns):
        yield from _predicate_problems(table.id, table.source, line.id, line.when)
        if line.heading and line.heading not in heads:
            yield f"tables.{table.id}.{line.id}.heading: no heading '{line.heading}'"
        if line.share_of and line.share_of not in rows:
            yield f"tables.{table.id}.{line.id}.share_of: no row '{line.share_of}'"


def _predicate_problems(table: str, source: Source, line: str, when: Predicate) -> Iterable[str]:
    for dimension in when:
        if dimension not in DIMENSIONS[source]:
            yield (
                f"tables.{table}.{line}.when: '{dimension}' is not known of "
                f"{source} (known: {', '.join(sorted(DIMENSIONS[source]))})"
            )


@cache
def packs() -> tuple[Pack, ...]:
    """All packs that come with requestflow, the oldest law first."""
    result = (load_pack(path) for path in PACKS.glob("*.toml") if path.stem != "cn-remedies")
    return tuple(sorted(result, key=lambda pack: pack.received_from))


@cache
def law_digest() -> str:
    """Tells one state of the packs, and of the clock that reads them, from another."""
    read = "".join(pack.model_dump_json() for pack in packs())
    return sha256(f"{CLOCK_EDITION}{read}".encode()).hexdigest()


@cache
def giving_outcomes() -> frozenset[str]:
    """The outcomes, of any law, with which information goes out or its place is told."""
    return frozenset(item.code for pack in packs() for item in pack.outcomes if item.gives)


@cache
def report_forms() -> tuple[ReportForm, ...]:
    """All report forms, the oldest first."""
    return tuple(
        sorted(map(load_report_form, FORMS.glob("*.toml")), key=lambda form: form.year_from)
    )


def law_pack(code: str) -> Pack:
    """The pack of that code; raises UnknownLaw naming those there are."""
    for candidate in packs():
        if candidate.code == code:
            return candidate
    known = ", ".join(item.code for item in packs())
    raise UnknownLaw(f"there is no law pack '{code}'; there are: {known}")


def law_in_force(received_on: date) -> Pack:
    """The law that governs an application received on that day, to its end."""
    for candidate in packs():
        until = candidate.received_until or date.max
        if candidate.received_from <= received_on <= until:
            return candidate
    first = packs()[0]
    raise UnknownLaw(
        f"no law in force on {received_on.isoformat()}; the first begins on "
        f"{first.received_from.isoformat()} ({first.order.zh})"
    )


def report_form_for(year: int) -> ReportForm:
    """The report form in force for a year; raises UnknownForm."""
    for candidate in _forms_of(year):
        if not candidate.beside:
            return candidate
    raise UnknownForm(
        f"there is no report form for {year}; the first year is {report_forms()[0].year_from}"
    )


def form_beside_report(year: int) -> ReportForm | None:
    """The table that is handed in beside the report of a year, or None."""
    return next((form for form in _forms_of(year) if form.beside), None)


def asked_in_year(year: int) -> dict[str, ReportedMeasure]:
    """The figures that units must report for a year, for the report and what is beside it, and in
    what each is counted."""
    return {name: item for form in _forms_of(year) for name, item in form.asked.items()}


def _forms_of(year: int) -> list[ReportForm]:
    return [x for x in report_forms() if x.year_from <= year <= (x.year_until or 9999)]
