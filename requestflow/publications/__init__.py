"""What was published without being asked (主动公开), by category and channel; reported figures;
the search over what is published and answered."""

from requestflow.publications.entering import FigureRefused, enter_figure, figures_of, origins_of
from requestflow.publications.models import (
    Activity,
    ChannelCount,
    FigureChange,
    Findable,
    Publication,
)
from requestflow.publications.search import Found, bigrams, find, forget, remember
from requestflow.publications.service import SCALE, Imported, import_figures

__all__ = [
    "SCALE",
    "Activity",
    "ChannelCount",
    "FigureChange",
    "FigureRefused",
    "Findable",
    "Found",
    "Imported",
    "Publication",
    "bigrams",
    "enter_figure",
    "figures_of",
    "find",
    "forget",
    "import_figures",
    "origins_of",
    "remember",
]
