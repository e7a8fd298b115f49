"""Keeping the index equal to the database: one indexer, an outbox, and a rebuild for the rest."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete
from sqlalchemy.exc import SQLAlchemyError

from app.db import db, read_only, rollback_session, unit_of_work
from app.search.documents import SearchDocument
from app.search.engine import IndexDamagedError
from app.search.models import IndexOutbox
from app.search.queries import newest_waiting_id, waiting_changes
from app.search.services.lease import give_lease_back, lease, take_lease
from app.search.services.setup import current_engine, current_sources

log = logging.getLogger(__name__)

#: Changes taken in one commit of the index.
BATCH = 200

#: More documents than this share wrong, and a rebuild is both quicker and surer.
_REBUILD_SHARE = 0.02
_DAMAGE_CHECK_SECONDS = 15.0
_COMPARISON_SECONDS = 6 * 3600.0
_REST_SECONDS = 30.0
_LEASE_RENEWAL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How index and database compare.

    :param documents: findable things in the database.
    :param differing: missing, superfluous or outdated documents of the index.
    :param damage: what is wrong with the files, or nothing.
    :param rebuilt: whether the index was rebuilt because of it.
    """

    documents: int
    differing: int
    damage: str | None
    rebuilt: bool

    @property
    def is_whole(self) -> bool:
        """Say whether there was nothing to mend."""
        return not self.differing and self.damage is None


@dataclass
class _Watch:
    """When this process looks after the index next, in monotonic seconds."""

    next_damage_check: float = 0.0
    next_comparison: float = 0.0
    rest_until: float = 0.0


_watch = _Watch()


def enqueue(kind: str, id_: int, version: int) -> None:
    """Note in the caller's transaction that a document changed, appeared or went.

    :param kind: document type, such as ``"article"``.
    :param version: the row's version after the change.
    """
    db.session.add(IndexOutbox(kind=kind, object_id=id_, version=version))


def process_outbox(*, owner: str, limit: int = BATCH) -> int:
    """Take waiting changes into the index; for the worker, whenever there are some, and regularly.

    Documents are built from the database as it is now, the index commits, and only then are the
    changes forgotten: a crash in between repeats work and loses none. Every 15 seconds
    the files are compared with their checksums, and on start and every six hours the index with
    the database; a damaged index is rebuilt at once.

    :param owner: names this process in the indexer's lease; nothing happens while another has it.
    :returns: how many changes were taken.
    :raises SQLAlchemyError: the database is away; the changes wait.
    """
    if time.monotonic() < _watch.rest_until or not take_lease(owner):
        return 0
    try:
        _look_after(owner)
        return _take_changes(limit)
    except SQLAlchemyError:
        raise
    except Exception as error:
        # Whatever is wrong with an index, a new one from the database is right.
        log.exception("indexing failed, rebuilding: %s", type(error).__name__)
        rollback_session()
        return _rebuild_or_rest(owner)
    finally:
        give_lease_back(owner)


def _rebuild_or_rest(owner: str) -> int:
    try:
        return _rebuild(owner)
    except SQLAlchemyError:
        raise
    except Exception as error:
        # A full disk, say. Search answers from memory or degrades; the log must not fill up.
        log.exception("rebuilding failed: %s", type(error).__name__)
        rollback_session()
        _watch.rest_until = time.monotonic() + _REST_SECONDS
        return 0


def sync(*, owner: str) -> CheckResult:
    """Bring the index level with the database now, and return when it is.

    :raises IndexBusy: another process kept the indexer's lease too long.
    """
    with lease(owner):
        return _compare_and_mend(owner)


def check(*, owner: str) -> CheckResult:
    """Compare the index with the database and mend what differs (nightly, and on start).

    :raises IndexBusy: another process kept the indexer's lease too long.
    """
    return sync(owner=owner)


def rebuild(*, owner: str) -> int:
    """Build a new generation from the database and switch to it.

    :returns: how many documents the index now has.
    :raises IndexBusy: another process kept the indexer's lease too long.
    """
    with lease(owner):
        return _rebuild(owner)


def _compare_and_mend(owner: str) -> CheckResult:
    engine = current_engine()
    damage = engine.damage()
    with _reading():
        newest = newest_waiting_id()
        wanted = {
            (source.kind, id_): version
            for source in current_sources().values()
            for id_, version in source.versions().items()
        }
    try:
        held: Mapping[tuple[str, int], int] = {} if damage else engine.versions()
    except IndexDamagedError as error:
        damage, held = str(error), {}
    wrong = {key for key in wanted.keys() | held.keys() if wanted.get(key) != held.get(key)}
    if damage or len(wrong) > max(len(wanted), 1) * _REBUILD_SHARE:
        if damage:
            log.warning("building the search index anew: %s", damage)
        _rebuild(owner)
        return CheckResult(len(wanted), len(wrong), damage, rebuilt=True)
    ordered = sorted(wrong)
    for start in range(0, len(ordered), BATCH):
        _put(ordered[start : start + BATCH])
    _forget(IndexOutbox.id <= newest)
    return CheckResult(len(wanted), len(wrong), None, rebuilt=False)


def _look_after(owner: str) -> None:
    now = time.monotonic()
    if now >= _watch.next_comparison:
        _watch.next_comparison = now + _COMPARISON_SECONDS
        _watch.next_damage_check = now + _DAMAGE_CHECK_SECONDS
        _compare_and_mend(owner)
    elif now >= _watch.next_damage_check:
        _watch.next_damage_check = now + _DAMAGE_CHECK_SECONDS
        damage = current_engine().damage()
        if damage:
            log.warning("building the search index anew: %s", damage)
            _rebuild(owner)


def _take_changes(limit: int) -> int:
    with _reading():
        rows = waiting_changes(limit)
        keys = {(row.kind, row.object_id) for row in rows}
        taken = [row.id for row in rows]
    if taken:
        _put(keys)
        _forget(IndexOutbox.id.in_(taken))
    return len(taken)


def _put(keys: Iterable[tuple[str, int]]) -> None:
    by_kind: dict[str, list[int]] = {}
    for kind, id_ in sorted(keys):
        by_kind.setdefault(kind, []).append(id_)
    documents: list[SearchDocument] = []
    sources = current_sources()
    with _reading():
        for kind, ids in by_kind.items():
            if kind in sources:
                documents.extend(sources[kind].load(ids))
    found = {(document.type, document.id) for document in documents}
    gone = [(kind, id_) for kind, ids in by_kind.items() for id_ in ids]
    current_engine().change(put=documents, drop=[key for key in gone if key not in found])


def _rebuild(owner: str) -> int:
    with _reading():
        newest = newest_waiting_id()
    started = time.monotonic()
    size = current_engine().build(_all_documents(owner))
    _forget(IndexOutbox.id <= newest)
    log.info("search index rebuilt: %d documents in %.1f s", size, time.monotonic() - started)
    return size


def _all_documents(owner: str) -> Iterator[SearchDocument]:
    """Yield everything findable, a batch in memory at a time, keeping the lease meanwhile."""
    renewed = time.monotonic()
    for source in current_sources().values():
        with _reading():
            ids = sorted(source.versions())
        for start in range(0, len(ids), BATCH):
            with _reading():
                documents = source.load(ids[start : start + BATCH])
                db.session.expunge_all()
            yield from documents
            if time.monotonic() - renewed > _LEASE_RENEWAL_SECONDS:
                renewed = time.monotonic()
                take_lease(owner)


def _forget(which: ColumnElement[bool]) -> None:
    with unit_of_work():
        db.session.execute(delete(IndexOutbox).where(which))


@contextmanager
def _reading() -> Iterator[None]:
    """Read without taking the write lock, and end the transaction."""
    with read_only():
        try:
            yield
        finally:
            rollback_session()
