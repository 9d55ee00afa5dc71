"""Says by package how many lines and branches the tests went through; fails where too few.

    python -m pytest -n 2 --cov --cov-branch --cov-report= && python scripts/coverage_table.py

Reads `.coverage`, or what --data names. What is asked for stands in AT_LEAST and is changed for
one run with --at-least law=90 (`whole` is everything together).
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import CoverageException

WHOLE = "whole"
AT_LEAST = {"law": 95.0, "cases": 95.0, "casework": 95.0, "statistics": 95.0, WHOLE: 85.0}
"""The share of branches, in percent, below which the run fails; by package of requestflow."""


@dataclass
class Covered:
    """How many lines and branches there are, and through how many of them a test went."""

    lines: int = 0
    lines_covered: int = 0
    branches: int = 0
    branches_covered: int = 0

    def add(self, summary: Mapping[str, int]) -> None:
        """Counts a file in."""
        self.lines += summary["num_statements"]
        self.lines_covered += summary["covered_lines"]
        self.branches += summary["num_branches"]
        self.branches_covered += summary["covered_branches"]

    @property
    def share(self) -> float:
        """The percentage of branches; of lines where there are no branches."""
        if self.branches:
            return percentage(self.branches_covered, self.branches)
        return percentage(self.lines_covered, self.lines)


def percentage(part: int, full: int) -> float:
    """Percent; all of nothing."""
    return 100 * part / full if full else 100.0


def package_of(path: str) -> str:
    """The package of a file: `cases` for requestflow/cases/state.py, `requestflow` for what
    stands directly in it, `worker`."""
    parts = Path(path).parts
    place = parts.index("requestflow") if "requestflow" in parts else 0
    return parts[place + 1] if len(parts) > place + 2 else parts[place]


def measured(data: str) -> dict[str, Covered]:
    """What was measured, by package, and all of it together."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage = Coverage(data_file=data)
        coverage.load()
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    results: dict[str, Covered] = {}
    for path, item in files.items():
        results.setdefault(package_of(path), Covered()).add(item["summary"])
        results.setdefault(WHOLE, Covered()).add(item["summary"])
    return results


def table(results: Mapping[str, Covered], at_least: Mapping[str, float]) -> Iterable[str]:
    """The table, line by line."""
    yield f"{'':20}{'lines':>8}{'%':>7}{'branches':>10}{'%':>7}{'asked':>8}"
    for name in sorted(results, key=lambda name: (name == WHOLE, name)):
        item = results[name]
        asked = f"{at_least[name]:.0f}" if name in at_least else ""
        mark = "  too few" if item.share < at_least.get(name, 0) else ""
        yield (
            f"{name:20}{item.lines:8}{percentage(item.lines_covered, item.lines):7.1f}"
            f"{item.branches:10}{item.share:7.1f}{asked:>8}{mark}"
        )


def threshold(value: str) -> tuple[str, float]:
    """A package and its percentage as typed: law=95."""
    name, _, number = value.partition("=")
    return name, float(number)


def main() -> int:
    """Prints the table; 1 where a package has too few."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".coverage")
    parser.add_argument("--at-least", action="append", type=threshold, default=[])
    options = parser.parse_args()
    at_least = {**AT_LEAST, **dict(options.at_least)}
    try:
        results = measured(options.data)
    except CoverageException as error:
        print(f"{options.data}: {error}", file=sys.stderr)
        return 1
    print("\n".join(table(results, at_least)))
    unknown = [name for name in at_least if name not in results]
    for name in unknown:
        print(f"There is nothing measured of {name}.", file=sys.stderr)
    low = [name for name in at_least if name in results and results[name].share < at_least[name]]
    return 1 if low or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
