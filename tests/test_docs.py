"""What the documents name is there: files, functions, commands, links, packages, targets."""

import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from requestflow.cli.commands import CONTENTS, commands

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")),
]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
WITHOUT_TABLES = 100
KINDS = "py|toml|html|txt|md|po|csv|css|js|scss|typ|sh|yml|in|xlsx|mako|ini"
MADE_ELSEWHERE = frozenset({"units.csv", "items.csv", "2027.csv", "report.json"})
"""Files that people bring or are handed, named in examples."""
NOT_OURS = frozenset({".git", ".venv", "node_modules", "var"})
"""Folders of a working copy whose files are not the repository's."""

documents = pytest.mark.parametrize("name", NAMES)


def content(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def quoted(name: str) -> set[str]:
    """What stands in backticks, line breaks in it as blanks."""
    return {" ".join(item.split()) for item in re.findall(r"`([^`]+)`", content(name))}


def paths(name: str) -> Iterator[tuple[str, str]]:
    """What looks like a path of the repository, with what is named in that file."""
    for item in quoted(name):
        path, _, part = item.partition("::")
        if not re.fullmatch(r"[\w.][\w.\-/*]*", path) or path in MADE_ELSEWHERE:
            continue
        top = path.split("/")[0]
        folder = "/" in path and any((base / top).is_dir() for base in bases())
        if folder or part or re.fullmatch(rf"[\w.\-/]+\.({KINDS})", path):
            yield path, part


def bases() -> tuple[Path, Path]:
    """Paths are those of the repository, or of the package."""
    return ROOT, ROOT / "requestflow"


@cache
def files() -> dict[str, list[Path]]:
    """Every file of the repository, by its bare name."""
    results: dict[str, list[Path]] = {}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [item for item in folders if item not in NOT_OURS]
        for item in names:
            results.setdefault(item, []).append(Path(folder, item))
    return results


def named(path: str) -> list[Path]:
    """The files or folders that a path may mean; a name alone is that of any file."""
    if "/" not in path:
        return files().get(path, [])
    return [item for base in bases() for item in base.glob(path.rstrip("/"))]


@documents
def test_every_path_exists(name: str) -> None:
    assert sorted({path for path, _ in paths(name) if not named(path)}) == []


@documents
def test_every_function_is_where_it_is_said_to_be(name: str) -> None:
    missing = []
    for path, parts in paths(name):
        for part in filter(None, parts.split(".")):
            defined = rf"^\s*(?:async )?(?:def|class) {part}\b|^{part}\b[^=\n]*="
            if not any(re.search(defined, file.read_text("utf-8"), re.M) for file in named(path)):
                missing.append(f"{path}::{parts}")
    assert sorted(missing) == []


def commands_in(name: str) -> Iterator[list[str]]:
    """The words after `requestflow` of each command."""
    lines = [line for line in content(name).splitlines() if line.startswith("    ")]
    lines = [line.strip().removeprefix(".venv/bin/").partition("#")[0] for line in lines]
    for line in (*lines, *quoted(name)):
        program, *words = line.removeprefix(".venv/bin/").split() or [""]
        if program == "requestflow":
            yield words


@documents
def test_every_command_exists(name: str) -> None:
    for words in commands_in(name):
        command: click.Command = commands
        for word in words:
            if not isinstance(command, click.Group) or word.startswith("-"):
                break
            assert word in command.commands, " ".join(words)
            command = command.commands[word]


@documents
def test_every_target_and_module_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", content("Makefile"), re.M))
    for item in quoted(name):
        if match := re.match(r"make ([a-z-]+)", item):
            assert match[1] in targets, item
        if match := re.match(r"python -m (benchmarks\S*)", item):
            assert find_spec(match[1]), item


@documents
def test_every_link_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", content(name)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def anchors(file: Path) -> set[str]:
    """What headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("docs/")])
def test_no_line_is_too_long(name: str) -> None:
    lines = [line for line in content(name).splitlines() if not line.startswith("|")]
    assert [line for line in lines if len(line) > WITHOUT_TABLES] == []


def test_every_room_is_in_the_table() -> None:
    rows = set(re.findall(r"^\| \d+ \| `(\w+)` \|", content("docs/architecture.md"), re.M))
    packages = {path.parent.name for path in (ROOT / "requestflow").glob("*/__init__.py")}
    assert rows == packages | {"worker", "application"}


def test_the_table_has_the_layers_that_are_checked() -> None:
    contract = content("pyproject.toml").partition('type = "layers"')[2].partition("]\n")[0]
    layers = [set(re.findall(r"\w+", line)) for line in re.findall(r'"([^"]+)"', contract)]
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", content("docs/architecture.md"), re.M)
    said = [{name for place, name in rows if int(place) == at} for at in range(1, len(layers) + 1)]
    assert said == [names - {"requestflow"} for names in layers]


def test_every_decision_is_listed_and_fits_a_page() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", content("docs/decisions/README.md"))
    assert listed == [path.name for path in pages]
    for place, path in enumerate(pages, 1):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert path.name.startswith(f"{place:04d}-")
        assert lines[0].startswith(f"# {place}. ")
        assert 15 <= len(lines) <= 30, path.name


def test_security_goes_through_each_requirement_of_level_two_once() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([\w/]+) \|", content("docs/security.md"), re.M)
    assert len(rows) == len({requirement for requirement, _ in rows}) == 259
    assert {state for _, state in rows} <= {"held", "partly", "open", "operator", "n/a"}
    core = ("2.", "3.", "4.", "7.", "9.", "12.")
    assert [one for one, state in rows if state == "open" and one.startswith(core)] == []


def test_every_command_stands_in_the_contents() -> None:
    listed = [name for _, names in CONTENTS for name in names]
    assert sorted(listed) == sorted(commands.commands)
