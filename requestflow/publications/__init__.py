"""What was published without being asked (主动公开), by category and channel; reported figures;
the search over what is published and answered."""

from requestflow.publications.entering import (
    changed_since,
    enter_figure,
    figures_of,
    mark_of,
    origins_of,
    state_again,
    take_back_figure,
)
from requestflow.publications.models import (
    Activity,
    ChannelCount,
    FigureChange,
    Findable,
    Publication,
)
from requestflow.publications.search import Found, bigrams, find, forget, remember
from requestflow.publications.service import Imported, import_figures
from requestflow.publications.statements import Counts, changes_of, statements
from requestflow.publications.stating import SCALE, FigureChanged, FigureRefused, Stated, asked_in

__all__ = [
    "SCALE",
    "Activity",
    "ChannelCount",
    "Counts",
    "FigureChange",
    "FigureChanged",
    "FigureRefused",
    "Findable",
    "Found",
    "Imported",
    "Publication",
    "Stated",
    "asked_in",
    "bigrams",
    "changed_since",
    "changes_of",
    "enter_figure",
    "figures_of",
    "find",
    "forget",
    "import_figures",
    "mark_of",
    "origins_of",
    "remember",
    "state_again",
    "statements",
    "take_back_figure",
]
