"""What was published without being asked (主动公开), by category and channel; the search over what
is published and answered."""

from requestflow.publications.items import COLUMNS as ITEM_COLUMNS
from requestflow.publications.items import ItemChanges, read_items, store_items, undo_items
from requestflow.publications.models import ChannelCount, Findable, Publication, ReleasedAnswer
from requestflow.publications.releases import (
    PublicAnswer,
    public_answer,
    remove_releases,
    store_releases,
)
from requestflow.publications.search import SearchResult, find, forget, remember

__all__ = [
    "ITEM_COLUMNS",
    "ChannelCount",
    "Findable",
    "ItemChanges",
    "PublicAnswer",
    "Publication",
    "ReleasedAnswer",
    "SearchResult",
    "find",
    "forget",
    "public_answer",
    "read_items",
    "remember",
    "remove_releases",
    "store_items",
    "store_releases",
    "undo_items",
]
