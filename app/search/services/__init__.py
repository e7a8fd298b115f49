"""Searching, and keeping the index equal to the database."""

from app.search.services.health import IndexHealth, index_health
from app.search.services.indexing import (
    CheckResult,
    check,
    enqueue,
    process_outbox,
    rebuild,
    sync,
)
from app.search.services.lease import IndexBusy
from app.search.services.searching import search
from app.search.services.setup import DocumentSource, use_search
from app.search.services.synonyms import change_synonyms, create_synonyms, delete_synonyms

__all__ = [
    "CheckResult",
    "DocumentSource",
    "IndexBusy",
    "IndexHealth",
    "change_synonyms",
    "check",
    "create_synonyms",
    "delete_synonyms",
    "enqueue",
    "index_health",
    "process_outbox",
    "rebuild",
    "search",
    "sync",
    "use_search",
]
