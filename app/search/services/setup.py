"""The index this process works with, and where its documents come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.search.documents import SearchDocument
from app.search.engine import SearchEngine


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """One kind of thing that can be found, as its domain hands it to search.

    :param kind: the documents' type, such as ``"article"``.
    :param load: the findable documents among these ids; ids it leaves out are taken from the index.
    :param versions: version by id of everything findable.
    """

    kind: str
    load: Callable[[Sequence[int]], Sequence[SearchDocument]]
    versions: Callable[[], Mapping[int, int]]


@dataclass
class _Registry:
    engine: SearchEngine | None = None
    sources: dict[str, DocumentSource] = field(default_factory=dict)


_registry = _Registry()


def use_search(directory: Path, sources: Iterable[DocumentSource] = ()) -> None:
    """Take the index directory and the sources (the factory hands them down at start).

    Nothing is opened yet, so a process may still fork.
    """
    _registry.engine = SearchEngine(directory)
    _registry.sources = {source.kind: source for source in sources}


def current_engine() -> SearchEngine:
    """Return the engine of this process.

    :raises RuntimeError: :func:`use_search` was not called.
    """
    if _registry.engine is None:
        raise RuntimeError("no search index is set up in this process")
    return _registry.engine


def current_sources() -> Mapping[str, DocumentSource]:
    """Return the document sources by kind."""
    return _registry.sources
