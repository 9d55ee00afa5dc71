"""What units report that no record holds (报送数据): entered on a page or imported, each change
kept; the units' monthly counts of what they published are imported here as well."""

from requestflow.reported_figures.imports import ImportResult, import_figures, undo_figures
from requestflow.reported_figures.models import FigureChange, ReportedFigure
from requestflow.reported_figures.queries import CountsRow, changes_of, statements
from requestflow.reported_figures.service import (
    changed_since,
    enter_figure,
    figures_of,
    mark_of,
    origins_of,
    state_again,
    take_back_figure,
)
from requestflow.reported_figures.validation import (
    SCALE,
    FigureChanged,
    FigureInput,
    FigureRefused,
    asked_in,
)

__all__ = [
    "SCALE",
    "CountsRow",
    "FigureChange",
    "FigureChanged",
    "FigureInput",
    "FigureRefused",
    "ImportResult",
    "ReportedFigure",
    "asked_in",
    "changed_since",
    "changes_of",
    "enter_figure",
    "figures_of",
    "import_figures",
    "mark_of",
    "origins_of",
    "state_again",
    "statements",
    "take_back_figure",
    "undo_figures",
]
