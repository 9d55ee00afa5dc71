"""Reading the law's files into their typed form, with errors a lawyer can act on."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from requestflow.law.errors import PackInvalid, UnknownForm, UnknownLaw
from requestflow.law.files import (
    HERE,
    OWN,
    files_of,
    parse,
    read_text,
    refuse,
    refuse_in,
    validated,
)
from requestflow.law.form_checks import form_problems, forms_apart
from requestflow.law.jurisdictions import known_jurisdictions
from requestflow.law.model import HOME, Pack
from requestflow.law.pack_checks import pack_problems, packs_apart
from requestflow.law.places import Places
from requestflow.law.report_forms import ReportedMeasure, ReportForm
from requestflow.law.trial import trial_problems

PACKS, FORMS = HERE / "packs", HERE / "forms"
CLOCK_EDITION = 2
"""Counted up when the clock comes to other days from the same packs, or more is stored of a case:
stored cases are then counted anew."""


def use_folder(path: Path | None) -> None:
    """Reads jurisdictions, packs and forms from that folder as well (`jurisdictions/*.toml`,
    `packs/*.toml`, `forms/*.toml`); raises PackInvalid naming all that is wrong with them. None:
    only those that come along."""
    if path == OWN.path:
        return
    before, OWN.path = OWN.path, path
    _forget()
    try:
        packs(), report_forms()
    except PackInvalid:
        OWN.path = before
        _forget()
        raise


def _forget() -> None:
    known = (known_jurisdictions, packs, law_digest, report_forms)
    for cached in (*known, giving_outcomes, refusing_outcomes):
        cached.cache_clear()


def _included(path: Path, content: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A file's content with the lists of those that it includes, and the texts of those. What is
    not beside it is among the files that come along."""
    names = content.pop("include", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PackInvalid(f"{path.name}: include: must be a list of file names")
    texts = []
    for name in names:
        beside = path.parent / name
        text = read_text(beside if beside.is_file() else PACKS / name)
        texts.append((name, text))
        for key, value in parse(name, text).items():
            if not isinstance(value, list):
                raise PackInvalid(f"{name}: {key}: an included file may hold lists only")
            content[key] = [*content.get(key, []), *value]
    return content, texts


def load_pack(path: Path) -> Pack:
    """One pack from its file.

    Raises PackInvalid naming file, line, key and what is wrong: for what the file's form forbids,
    for references inside the pack that lead nowhere, and for rules that fail when they are tried.
    """
    text = read_text(path)
    content, texts = _included(path, parse(path.name, text))
    places = Places([(path.name, text), *texts])
    pack = validated(Pack, places, content)
    refuse(places, list(pack_problems(pack)))
    refuse(places, list(dict.fromkeys(trial_problems(pack))))
    return pack


def refuse_pack(pack: Pack, problems: Sequence[str]) -> None:
    """PackInvalid naming file, line, key and reason of each problem of a loaded pack, where there
    are any."""
    for path in files_of("packs") if problems else ():
        text = read_text(path)
        content, texts = _included(path, parse(path.name, text))
        if content.get("code") == pack.code:
            refuse(Places([(path.name, text), *texts]), problems)


def load_report_form(path: Path) -> ReportForm:
    """One report form from its file; raises PackInvalid like `load_pack`."""
    text = read_text(path)
    places = Places([(path.name, text)])
    form = validated(ReportForm, places, parse(path.name, text))
    refuse(places, list(form_problems(form)))
    return form


def _whole(path: Path) -> bool:
    """Whether a file is a pack, and not one that packs include."""
    return "code" in parse(path.name, read_text(path))


@cache
def packs() -> tuple[Pack, ...]:
    """All packs, the oldest law first; PackInvalid where they overlap or leave days without law."""
    loaded = [(load_pack(path), path) for path in files_of("packs") if _whole(path)]
    loaded.sort(key=lambda pair: pair[0].received_from)
    of = {id(pack): path for pack, path in loaded}
    for pack, path in loaded:
        _require_jurisdiction(path, pack.jurisdiction)
    for pack, problem in packs_apart([pack for pack, _ in loaded]):
        refuse_in(of[id(pack)], problem)
    return tuple(pack for pack, _ in loaded)


def _require_jurisdiction(path: Path, code: str) -> None:
    if code not in known_jurisdictions():
        refuse_in(path, f"jurisdiction: no file in jurisdictions/ has the code '{code}'")


@cache
def law_digest() -> str:
    """Tells one state of the packs and jurisdictions, and of the clock that reads them, from
    another."""
    read = "".join(item.model_dump_json() for item in (*packs(), *known_jurisdictions().values()))
    return sha256(f"{CLOCK_EDITION}{read}".encode()).hexdigest()


@cache
def giving_outcomes() -> frozenset[str]:
    """The outcomes, of any law, with which information goes out or its place is told."""
    return frozenset(item.code for pack in packs() for item in pack.outcomes if item.gives)


@cache
def refusing_outcomes() -> frozenset[str]:
    """The outcomes, of any law, that count as a refusal where answers are looked over."""
    return frozenset(item.code for pack in packs() for item in pack.outcomes if item.refuses)


@cache
def report_forms() -> tuple[ReportForm, ...]:
    """All report forms, the oldest first."""
    loaded = [(load_report_form(path), path) for path in files_of("forms")]
    loaded.sort(key=lambda pair: pair[0].year_from)
    of = {id(form): path for form, path in loaded}
    for form, path in loaded:
        _require_jurisdiction(path, form.jurisdiction)
    for form, problem in forms_apart([form for form, _ in loaded]):
        refuse_in(of[id(form)], problem)
    return tuple(form for form, _ in loaded)


def law_pack(code: str) -> Pack:
    """The pack of that code; raises UnknownLaw naming those there are."""
    for candidate in packs():
        if candidate.code == code:
            return candidate
    known = ", ".join(item.code for item in packs())
    raise UnknownLaw(f"there is no law pack '{code}'; there are: {known}")


def law_in_force(received_on: date, jurisdiction: str = HOME) -> Pack:
    """The law that governs an application received on that day by a unit of a jurisdiction, to its
    end. Raises UnknownLaw where none does."""
    there = [pack for pack in packs() if pack.jurisdiction == jurisdiction]
    for candidate in there:
        until = candidate.received_until or date.max
        if candidate.received_from <= received_on <= until:
            return candidate
    if not there:
        raise UnknownLaw(f"there is no law of '{jurisdiction}'")
    raise UnknownLaw(
        f"no law in force on {received_on.isoformat()}; the first begins on "
        f"{there[0].received_from.isoformat()} ({there[0].order.zh})"
    )


def jurisdictions() -> tuple[str, ...]:
    """Those of which there is a law."""
    return tuple(dict.fromkeys(pack.jurisdiction for pack in packs()))


def report_form_for(year: int, jurisdiction: str = HOME) -> ReportForm:
    """The report form in force for a year in a jurisdiction; raises UnknownForm."""
    for candidate in _forms_of(year, jurisdiction):
        if not candidate.beside:
            return candidate
    years = [x.year_from for x in report_forms() if x.jurisdiction == jurisdiction]
    raise UnknownForm(
        f"there is no report form for {year}; the first year is {min(years, default='unknown')}"
    )


def form_beside_report(year: int, jurisdiction: str = HOME) -> ReportForm | None:
    """The table that is handed in beside the report of a year, or None."""
    return next((form for form in _forms_of(year, jurisdiction) if form.beside), None)


def asked_in_year(year: int) -> dict[str, ReportedMeasure]:
    """The figures that units must report for a year, for the report and what is beside it, and in
    what each is counted."""
    forms = (form for name in jurisdictions() for form in _forms_of(year, name))
    return {name: item for form in forms for name, item in form.asked.items()}


def _forms_of(year: int, jurisdiction: str) -> list[ReportForm]:
    return [
        form
        for form in report_forms()
        if form.jurisdiction == jurisdiction and form.year_from <= year <= (form.year_until or 9999)
    ]
