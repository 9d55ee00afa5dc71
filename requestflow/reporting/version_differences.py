"""What is counted now otherwise than it was handed in or published."""

from collections.abc import Sequence
from dataclasses import dataclass

from requestflow.law import Label
from requestflow.reporting.document import FigureContent, ReportDocument, key_of, was_nothing
from requestflow.statistics import Figure, Number, Report, stated_at


@dataclass(frozen=True)
class VersionDifference:
    """A figure that has changed: what was said, what is counted now, and where its cases are."""

    figure: Figure
    said: int | float | None
    now: Number | None


def version_differences(content: ReportDocument, report: Report) -> Sequence[VersionDifference]:
    """The figures that are counted now otherwise than the content says, those that are reported no
    more as well; none where it was made on another form."""
    if content.form != report.form.code:
        return []
    data = {key_of(was): was for was in (*content.figures, *content.reported)}
    known = {key_of(figure) for figure in report.reported}
    results = []
    for figure in (*report.figures, *report.reported):
        was = data.get(key_of(figure))
        now = float(figure.value) if figure.value is not None else None
        before = float(was.value) if was is not None and was.value is not None else None
        if now != before and not was_nothing(was, now):
            results.append(VersionDifference(figure, was.value if was else None, figure.value))
    gone = [was for was in content.reported if key_of(was) not in known]
    return [*results, *(VersionDifference(_no_more(was, report), was.value, None) for was in gone)]


def _no_more(was: FigureContent, report: Report) -> Figure:
    """A figure that was reported and is no more."""
    return Figure(
        was.id,
        Label(zh=was.label.zh, en=was.label.en),
        None,
        "reported",
        key_of(was)[0].removeprefix("reported."),
        stated_at=stated_at(was.id, report.year, report.unit.code, was.measure),
        reported=True,
    )
