"""What units report that no record holds (报送数据): entered on a page or imported, each change kept;
the units' monthly counts of what they published are imported here as well."""

from requestflow.reported_figures.imports import Imported, import_figures
from requestflow.reported_figures.models import Activity, FigureChange
from requestflow.reported_figures.queries import Counts, changes_of, statements
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
    FigureRefused,
    Stated,
    asked_in,
)

__all__ = [
    "SCALE",
    "Activity",
    "Counts",
    "FigureChange",
    "FigureChanged",
    "FigureRefused",
    "Imported",
    "Stated",
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
]
