"""What was published without being asked (主动公开), by category and channel; the search over what
is published and answered."""

from requestflow.publications.items import at_line, is_item_list, read_items, store_items
from requestflow.publications.models import ChannelCount, Findable, Publication
from requestflow.publications.search import SearchResult, bigrams, find, forget, remember

__all__ = [
    "ChannelCount",
    "Findable",
    "Publication",
    "SearchResult",
    "at_line",
    "bigrams",
    "find",
    "forget",
    "is_item_list",
    "read_items",
    "remember",
    "store_items",
]
