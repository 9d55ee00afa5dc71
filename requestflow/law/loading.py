"""Reading the law's files into their typed form, with errors a lawyer can act on."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from requestflow.law.errors import PackInvalid, UnknownForm, UnknownLaw
from requestflow.law.form_checks import form_problems, forms_apart
from requestflow.law.model import HOME, Pack
from requestflow.law.pack_checks import pack_problems, packs_apart
from requestflow.law.places import Places
from requestflow.law.report_forms import ReportedMeasure, ReportForm
from requestflow.law.trial import trial_problems

HERE = Path(__file__).parent
PACKS = HERE / "packs"
FORMS = HERE / "forms"
CLOCK_EDITION = 2
"""Counted up when the clock comes to other days from the same packs, or more is stored of a case:
stored cases are then counted anew."""


@dataclass(frozen=True)
class _Folder:
    """Where an installation keeps packs and forms of its own; None: nowhere."""

    path: Path | None = None


_own = _Folder()


def use_folder(path: Path | None) -> None:
    """Reads packs and forms from that folder as well (`packs/*.toml`, `forms/*.toml`); raises
    PackInvalid naming all that is wrong with them. None: only those that come along."""
    global _own  # noqa: PLW0603 - the law in force is one for the process
    if path == _own.path:
        return
    before, _own = _own, _Folder(path)
    for cached in (packs, law_digest, giving_outcomes, report_forms):
        cached.cache_clear()
    try:
        packs(), report_forms()
    except PackInvalid:
        _own = before
        for cached in (packs, law_digest, giving_outcomes, report_forms):
            cached.cache_clear()
        raise


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PackInvalid(f"{path.name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PackInvalid(f"{path.name}: not UTF-8: {error}") from error


def _parsed(name: str, content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = f":{match[1]}" if match else ""
        raise PackInvalid(f"{name}{line}: not valid TOML: {error}") from error


def _key(location: Iterable[int | str]) -> str:
    key = ""
    for part in location:
        key += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if key else str(part))
    return key or "(file)"


def _invalid(places: Places, error: ValidationError) -> PackInvalid:
    """All that is wrong with a file, one line for each key; lists count from 1."""
    lines = []
    for item in error.errors():
        key = _key(item["loc"])
        lines.append(f"{places.of(key)}: {key}: {item['msg']}")
    return PackInvalid("\n".join(lines))


def _refuse(places: Places, problems: Sequence[str]) -> None:
    if problems:
        raise PackInvalid("\n".join(f"{places.of(item)}: {item}" for item in problems))


def _included(path: Path, content: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A file's content with the lists of those that it includes, and the texts of those. What is
    not beside it is among the files that come along."""
    names = content.pop("include", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PackInvalid(f"{path.name}: include: must be a list of file names")
    texts = []
    for name in names:
        beside = path.parent / name
        text = _text(beside if beside.is_file() else PACKS / name)
        texts.append((name, text))
        for key, value in _parsed(name, text).items():
            if not isinstance(value, list):
                raise PackInvalid(f"{name}: {key}: an included file may hold lists only")
            content[key] = [*content.get(key, []), *value]
    return content, texts


def load_pack(path: Path) -> Pack:
    """One pack from its file.

    Raises PackInvalid naming file, line, key and what is wrong: for what the file's form forbids,
    for references inside the pack that lead nowhere, and for rules that fail when they are tried.
    """
    text = _text(path)
    content, texts = _included(path, _parsed(path.name, text))
    places = Places([(path.name, text), *texts])
    try:
        pack = Pack.model_validate(content)
    except ValidationError as error:
        raise _invalid(places, error) from error
    _refuse(places, list(pack_problems(pack)))
    _refuse(places, list(dict.fromkeys(trial_problems(pack))))
    return pack


def load_report_form(path: Path) -> ReportForm:
    """One report form from its file; raises PackInvalid like `load_pack`."""
    text = _text(path)
    places = Places([(path.name, text)])
    try:
        form = ReportForm.model_validate(_parsed(path.name, text))
    except ValidationError as error:
        raise _invalid(places, error) from error
    _refuse(places, list(form_problems(form)))
    return form


def _files(kind: str) -> list[Path]:
    folders = [HERE / kind, *([_own.path / kind] if _own.path else [])]
    return [path for folder in folders for path in sorted(folder.glob("*.toml"))]


def _whole(path: Path) -> bool:
    """Whether a file is a pack, and not one that packs include."""
    return "code" in _parsed(path.name, _text(path))


@cache
def packs() -> tuple[Pack, ...]:
    """All packs, the oldest law first; PackInvalid where they overlap or leave days without law."""
    loaded = [(load_pack(path), path) for path in _files("packs") if _whole(path)]
    loaded.sort(key=lambda pair: pair[0].received_from)
    of = {id(pack): path for pack, path in loaded}
    for pack, problem in packs_apart([pack for pack, _ in loaded]):
        path = of[id(pack)]
        _refuse(Places([(path.name, _text(path))]), [problem])
    return tuple(pack for pack, _ in loaded)


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
    loaded = [(load_report_form(path), path) for path in _files("forms")]
    loaded.sort(key=lambda pair: pair[0].year_from)
    of = {id(form): path for form, path in loaded}
    for form, problem in forms_apart([form for form, _ in loaded]):
        path = of[id(form)]
        _refuse(Places([(path.name, _text(path))]), [problem])
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
