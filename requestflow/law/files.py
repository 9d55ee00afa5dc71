"""The files in which the law stands: those that come along, and those of an installation."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from requestflow.law.errors import PackInvalid
from requestflow.law.places import Places

HERE = Path(__file__).parent
Read = TypeVar("Read", bound=BaseModel)


@dataclass
class _Folder:
    """Where an installation keeps files of its own; None: nowhere."""

    path: Path | None = None


OWN = _Folder()


def files_of(kind: str) -> list[Path]:
    """The files of a kind (`packs`, `forms`, `jurisdictions`): first those that come along."""
    folders = [HERE / kind, *([OWN.path / kind] if OWN.path else [])]
    return [path for folder in folders for path in sorted(folder.glob("*.toml"))]


def read_text(path: Path) -> str:
    """What stands in a file; PackInvalid where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PackInvalid(f"{path.name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PackInvalid(f"{path.name}: not UTF-8: {error}") from error


def parse(name: str, content: str) -> dict[str, Any]:
    """The keys and values of a file; PackInvalid with its line where it is not TOML."""
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = f":{match[1]}" if match else ""
        raise PackInvalid(f"{name}{line}: not valid TOML: {error}") from error


def validated(model: type[Read], places: Places, content: dict[str, Any]) -> Read:
    """A file in its typed form; PackInvalid with a line for each key that is wrong."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = []
        for item in error.errors():
            key = _key(item["loc"])
            lines.append(f"{places.of(key)}: {key}: {item['msg']}")
        raise PackInvalid("\n".join(lines)) from error


def _key(location: Iterable[int | str]) -> str:
    """Where something stands in a file; entries of lists count from 1."""
    key = ""
    for part in location:
        key += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if key else str(part))
    return key or "(file)"


def refuse(places: Places, problems: Sequence[str]) -> None:
    """PackInvalid naming file, line, key and reason of each problem, where there are any."""
    if problems:
        raise PackInvalid("\n".join(f"{places.of(item)}: {item}" for item in problems))


def refuse_in(path: Path, problem: str) -> None:
    """The same for one problem of a file."""
    refuse(Places([(path.name, read_text(path))]), [problem])
