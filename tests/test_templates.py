"""Templates that a person can review: no line so long that a change in it is not seen."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 160


def test_no_line_is_too_long_to_read() -> None:
    templates = [*(ROOT / "requestflow").glob("**/templates/**/*.html")]
    templates += (ROOT / "requestflow").glob("**/templates/**/*.txt")
    lines = [
        f"{path.relative_to(ROOT)}:{place}"
        for path in templates
        for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert len(templates) > 50
    assert lines == []
