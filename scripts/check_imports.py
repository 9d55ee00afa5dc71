"""Whether each part of the package is used by what its `__init__` offers, not by its insides.

The directions of the imports are import-linter's; this looks at how deep they go: `from
requestflow.law import Pack`, never `from requestflow.law.model import Pack`, outside `law`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "requestflow"
TOOLS = frozenset({"web", "cli"})
"""What stands on the parts and has no insides that another part could use."""


def parts() -> frozenset[str]:
    """The parts whose insides are their own."""
    return frozenset(p.parent.name for p in (ROOT / PACKAGE).glob("*/__init__.py")) - TOOLS


def part_of(path: Path) -> str:
    """The part that a file belongs to, or the name of what stands beside them."""
    inside = path.relative_to(ROOT).parts
    return inside[1] if inside[0] == PACKAGE and len(inside) > 2 else inside[0]


def deep_imports(tree: ast.AST, own: str, known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Line and module of each import past another part's `__init__`."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case ast.Import(names=names):
                modules = [name.name for name in names]
            case _:
                continue
        for module in modules:
            match module.split("."):
                case ["requestflow", part, _, *_] if part in known and part != own:
                    yield node.lineno, module


def main() -> int:
    """Prints each such import; ends with 1 where there is one."""
    known, found = parts(), 0
    for folder in (PACKAGE, "worker"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for line, module in deep_imports(tree, part_of(path), known):
                print(f"{path.relative_to(ROOT)}:{line}: imports the inside of a part: {module}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
