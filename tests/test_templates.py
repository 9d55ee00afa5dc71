"""Templates that a person can review: no line so long that a change in it is not seen."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 160


def test_no_line_is_too_long_to_read() -> None:
    templates = sorted((ROOT / "requestflow").glob("**/templates/**/*"))
    lines = [
        f"{path.relative_to(ROOT)}:{place}"
        for path in templates
        if path.is_file()
        for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert len(templates) > 50
    assert lines == []
