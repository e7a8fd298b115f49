"""The indexer's side: build a generation beside the old one, or change a few documents.

Only one process may do this at a time; :mod:`app.search.services` sees to that, and the
library's own lock stands behind it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex as _FileIndex
from whoosh.reading import SegmentReader

from app.search.documents import SearchDocument
from app.search.engine.analysis import AnalysedDocument, analyse
from app.search.engine.impacts import measure_lengths, term_impacts
from app.search.engine.reader import Snapshot
from app.search.engine.schema import (
    INDEX_NAME,
    KEY,
    STORED_DOCUMENT,
    TERMS,
    document_key,
    make_codec,
    make_schema,
)
from app.search.engine.segment import Segment
from app.search.engine.snippets import squeeze
from app.search.engine.storage import (
    GenerationStorage,
    Pointer,
    checksum_of,
    drop_old_generations,
    drop_unnamed_files,
    make_generation,
    sync_directory,
    sync_file,
    write_pointer,
)
from app.search.engine.tables import TABLE_SUFFIX, SegmentTable, make_row

# The library's annotations leave out what the indexer needs of it.
FileIndex: Any = _FileIndex

_LOCK_SECONDS = 30.0
_MEASURED_DOCUMENTS = 1000

#: Segments are merged with others of their size once so many lie side by side.
_MOST_SEGMENTS_OF_A_SIZE = 6
_SIZE_STEPS = (32, 512, 8192)


def build_generation(directory: Path, documents: Iterable[SearchDocument]) -> Pointer:
    """Write all documents into a new generation and make it the current one.

    Readers keep answering from the old one until the pointer is flipped. The first thousand
    documents tell the typical field lengths, the rest is streamed.

    :param documents: read once; may be a generator over database rows.
    """
    remaining = iter(documents)
    sample = list(itertools.islice(remaining, _MEASURED_DOCUMENTS))
    analysed = [analyse(document) for document in sample]
    lengths = measure_lengths(analysed)
    path = make_generation(directory)
    index = FileIndex.create(GenerationStorage(path), make_schema(), INDEX_NAME)
    writer = index.writer(timeout=_LOCK_SECONDS, codec=make_codec(), compound=False, limitmb=256)
    table = SegmentTable()
    try:
        pairs = itertools.chain(
            zip(sample, analysed, strict=True), ((d, analyse(d)) for d in remaining)
        )
        for document, terms in pairs:
            _add(writer, table, document, terms, lengths)
        new_id = writer.newsegment.segment_id()
        writer.commit(merge=False)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    if table.rows:
        (path / f"{new_id}{TABLE_SUFFIX}").write_bytes(table.to_bytes())
    pointer = _publish(directory, path.name, lengths, {})
    drop_old_generations(directory, path.name)
    return pointer


def change_documents(
    directory: Path,
    snapshot: Snapshot,
    *,
    put: Sequence[SearchDocument] = (),
    drop: Iterable[tuple[str, int]] = (),
) -> Pointer:
    """Add, replace and remove documents of the current generation.

    :param snapshot: the current state, for finding and merging what is there.
    :param put: documents to add, or to replace by type and id.
    :param drop: (type, id) of documents to remove; unknown ones do not matter.
    :returns: the pointer now in force.
    """
    pointer = snapshot.pointer
    path = directory / pointer.generation
    leaving = {(document.type, document.id) for document in put} | set(drop)
    storage = GenerationStorage(path)
    index = FileIndex(storage, indexname=INDEX_NAME)
    writer = index.writer(timeout=_LOCK_SECONDS, codec=make_codec(), compound=False)
    table = SegmentTable()
    try:
        _delete(writer, snapshot, leaving)
        for document in put:
            _add(writer, table, document, analyse(document), pointer.lengths)
        new_id = writer.newsegment.segment_id()

        def merge(writer: Any, segments: list[Any]) -> list[Any]:
            return _merge(writer, segments, snapshot, table)

        writer.commit(mergetype=merge)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    if table.rows:
        (path / f"{new_id}{TABLE_SUFFIX}").write_bytes(table.to_bytes())
    new = _publish(directory, pointer.generation, pointer.lengths, pointer.files)
    drop_unnamed_files(directory, new, pointer)
    return new


def _add(
    writer: Any,
    table: SegmentTable,
    document: SearchDocument,
    analysed: AnalysedDocument,
    lengths: Mapping[str, float],
) -> None:
    writer.add_document(
        **{
            KEY: document_key(document.type, document.id),
            TERMS: term_impacts(analysed, lengths),
            STORED_DOCUMENT: {
                "title": document.title,
                "body": squeeze(document.body),
                "headings": document.headings,
            },
        }
    )
    table.add(make_row(document, analysed), analysed.words)


def _delete(writer: Any, snapshot: Snapshot, leaving: set[tuple[str, int]]) -> None:
    held = {part.segment.id: part for part in snapshot.parts}
    for segment in writer.segments:
        part = held[segment.segment_id()]
        for number in part.numbers_of(leaving):
            if not segment.is_deleted(number):
                segment.delete_document(number)


def _merge(writer: Any, segments: list[Any], snapshot: Snapshot, table: SegmentTable) -> list[Any]:
    """Keep few segments: join those of one size class once there are many, drop empty ones."""
    classes: dict[int, list[Any]] = {}
    for segment in segments:
        if segment.doc_count():
            alive = segment.doc_count()
            classes.setdefault(sum(alive > step for step in _SIZE_STEPS), []).append(segment)
    held = {part.segment.id: part.segment for part in snapshot.parts}
    kept: list[Any] = []
    for _, group in sorted(classes.items()):
        if len(group) < _MOST_SEGMENTS_OF_A_SIZE:
            kept.extend(group)
            continue
        for segment in group:
            source: Segment = held[segment.segment_id()]
            # From memory, where it was checked, and not from the disk, where it may have changed.
            writer.add_reader(SegmentReader(source.storage, writer.schema, segment))
            gone = {number: source.analysed(number).words for number in segment.deleted_docs()}
            table.add_segment(source.table, gone)
    return kept


def _publish(
    directory: Path,
    generation: str,
    lengths: Mapping[str, float],
    known: Mapping[str, tuple[int, int]],
) -> Pointer:
    """Put a commit's files on disk and name them in the pointer.

    :param known: checksums of files of the commit before; they never change.
    """
    path = directory / generation
    index = FileIndex(GenerationStorage(path), indexname=INDEX_NAME)
    toc = index.latest_generation()
    names = {f"_{INDEX_NAME}_{toc}.toc"}
    segment_ids = {segment.segment_id() for segment in index._read_toc().segments}
    names |= {entry.name for entry in path.iterdir() if entry.name.partition(".")[0] in segment_ids}
    files = {}
    for name in sorted(names):
        if name in known:
            files[name] = known[name]
            continue
        sync_file(path / name)
        files[name] = checksum_of(path / name)
    sync_directory(path)
    pointer = Pointer(generation, toc, dict(lengths), files)
    write_pointer(directory, pointer)
    return pointer
