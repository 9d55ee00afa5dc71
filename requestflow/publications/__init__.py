"""What was published without being asked (主动公开), by category and channel; reported figures;
the search over what is published and answered."""

from requestflow.publications.models import Activity, ChannelCount, Findable, Publication
from requestflow.publications.search import Found, bigrams, find, forget, remember
from requestflow.publications.service import SCALE, Imported, import_figures

__all__ = [
    "SCALE",
    "Activity",
    "ChannelCount",
    "Findable",
    "Found",
    "Imported",
    "Publication",
    "bigrams",
    "find",
    "forget",
    "import_figures",
    "remember",
]
