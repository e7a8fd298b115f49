"""The search engine: the only package that knows the index library.

:class:`SearchEngine` is the whole of it for the outside: build, change, search, check.
"""

from app.search.engine.facade import SearchEngine
from app.search.engine.query import LONGEST_QUERY
from app.search.engine.storage import IndexDamagedError
from app.search.engine.synonyms import STAFF_WEIGHT, Synonyms

__all__ = ["LONGEST_QUERY", "STAFF_WEIGHT", "IndexDamagedError", "SearchEngine", "Synonyms"]
