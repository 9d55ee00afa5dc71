"""What was published without being asked (主动公开), by category and channel; the search over what
is published and answered."""

from requestflow.publications.items import COLUMNS as ITEM_COLUMNS
from requestflow.publications.items import ItemChanges, read_items, store_items, undo_items
from requestflow.publications.models import ChannelCount, Findable, Publication
from requestflow.publications.search import SearchResult, bigrams, find, forget, remember

__all__ = [
    "ITEM_COLUMNS",
    "ChannelCount",
    "Findable",
    "ItemChanges",
    "Publication",
    "SearchResult",
    "bigrams",
    "find",
    "forget",
    "read_items",
    "remember",
    "store_items",
    "undo_items",
]
