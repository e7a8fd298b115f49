"""Services of search: one function for all callers, an outbox, and an index that heals."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import utc_now
from app.db import db, rollback_session, unit_of_work
from app.errors import Invalid, NotFound
from app.jobs.services import hold_lease, release_lease
from app.search import services
from app.search.documents import SearchDocument
from app.search.queries import count_waiting
from app.search.services import indexing, lease, searching

EVERYONE = frozenset({"public"})


class Shelf:
    """Stands in for a domain with documents in a database."""

    def __init__(self) -> None:
        self.documents: dict[int, SearchDocument] = {}

    def put(self, id_: int, title: str, body: str = "", version: int = 1, **more) -> None:
        self.documents[id_] = SearchDocument(
            id=id_, type="article", title=title, body=body, version=version, **more
        )

    @property
    def source(self) -> services.DocumentSource:
        return services.DocumentSource(
            kind="article",
            load=lambda ids: [self.documents[i] for i in ids if i in self.documents],
            versions=lambda: {i: d.version for i, d in self.documents.items()},
        )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def shelf(app, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setattr(searching, "_SYNONYM_SECONDS", 0.0)
    monkeypatch.setattr(indexing, "_DAMAGE_CHECK_SECONDS", 0.0)
    monkeypatch.setattr(indexing, "_watch", indexing._Watch(next_comparison=math.inf))
    shelf = Shelf()
    shelf.put(1, "Reset your password", "Open the sign-in page and choose Forgot password.")
    shelf.put(2, "Refund a class", "A refund goes back to the card.")
    with app.app_context():
        services.use_search(directory, [shelf.source])
        services.rebuild(owner="test")
        yield shelf


def found(query: str, **more) -> list[int]:
    outcome = services.search(query, audiences=more.pop("audiences", EVERYONE), **more)
    rollback_session()
    assert not outcome.degraded
    return [hit.id for hit in outcome.hits]


def test_a_change_is_found_once_the_outbox_was_processed(shelf: Shelf) -> None:
    shelf.put(3, "Waiting lists for full classes")
    with unit_of_work():
        services.enqueue("article", 3, 1)
    assert found("waiting list") == []
    assert services.process_outbox(owner="test") == 1
    assert found("waiting list") == [3]
    assert count_waiting() == 0
    rollback_session()


def test_what_is_no_longer_findable_leaves_the_index(shelf: Shelf) -> None:
    del shelf.documents[2]
    with unit_of_work():
        services.enqueue("article", 2, 2)
    services.process_outbox(owner="test")
    assert found("refund") == []
    assert found("password") == [1]


def test_a_rolled_back_change_leaves_no_trace(shelf: Shelf) -> None:
    services.enqueue("article", 1, 2)
    db.session.flush()  # so that there is something to roll back
    rollback_session()
    assert count_waiting() == 0


def test_only_the_holder_of_the_lease_indexes(shelf: Shelf) -> None:
    shelf.put(3, "Waiting lists")
    with unit_of_work():
        services.enqueue("article", 3, 1)
        hold_lease(lease.LEASE_NAME, owner="another", now=utc_now())
    assert services.process_outbox(owner="test") == 0
    with unit_of_work():
        release_lease(lease.LEASE_NAME, owner="another")
    assert services.process_outbox(owner="test") == 1


def test_a_worker_at_rest_does_not_keep_others_from_the_index(shelf: Shelf) -> None:
    assert services.process_outbox(owner="worker") == 0
    assert services.sync(owner="command").is_whole
    assert services.process_outbox(owner="worker") == 0


def test_a_command_gives_up_when_the_index_stays_busy(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "_WAIT_SECONDS", 0.3)
    with unit_of_work():
        hold_lease(lease.LEASE_NAME, owner="another", now=utc_now())
    with pytest.raises(services.IndexBusy):
        services.rebuild(owner="command")


def test_sync_mends_a_difference_nobody_announced(shelf: Shelf) -> None:
    for id_ in range(10, 120):
        shelf.put(id_, f"Filler article number {id_}")
    services.sync(owner="test")
    shelf.put(1, "Change your passphrase", version=2)
    result = services.sync(owner="test")
    assert (result.differing, result.rebuilt) == (1, False)
    assert found("passphrase") == [1]
    assert services.sync(owner="test").is_whole


def test_sync_rebuilds_when_much_differs(shelf: Shelf) -> None:
    for id_ in range(10, 40):
        shelf.put(id_, f"Pottery course {id_}")
    with unit_of_work():
        services.enqueue("article", 10, 1)
    result = services.sync(owner="test")
    assert result.rebuilt
    assert found("pottery", limit=50)


def test_without_an_index_search_says_so_and_does_not_raise(shelf: Shelf, tmp_path: Path) -> None:
    services.use_search(tmp_path / "nowhere", [shelf.source])
    outcome = services.search("password", audiences=EVERYONE)
    assert outcome.degraded
    assert outcome.hits == ()
    health = services.index_health(now=utc_now())
    rollback_session()
    assert health.problem == "there is no index yet"
    services.process_outbox(owner="test")
    assert found("password") == [1]
    assert services.index_health(now=utc_now(), thorough=True).is_well


def test_a_broken_engine_degrades(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_args, **_more):
        raise MemoryError

    monkeypatch.setattr("app.search.engine.facade.rank", explode)
    assert services.search("password again", audiences=EVERYONE).degraded


@pytest.mark.parametrize("harm", ["delete", "truncate", "flip", "pointer"])
def test_a_harmed_index_heals_and_readers_do_not_notice(
    shelf: Shelf, directory: Path, harm: str
) -> None:
    assert found("password") == [1]
    _harm(directory, harm)
    assert found("refund") == [2]
    assert not services.index_health(now=utc_now(), thorough=True).is_well
    rollback_session()
    services.process_outbox(owner="test")
    assert services.index_health(now=utc_now(), thorough=True).is_well
    assert found("refund") == [2]


@pytest.mark.parametrize("harm", ["delete", "truncate", "flip", "pointer"])
def test_a_new_process_meets_a_harmed_index(shelf: Shelf, directory: Path, harm: str) -> None:
    _harm(directory, harm)
    services.use_search(directory, [shelf.source])
    assert services.search("password", audiences=EVERYONE).degraded
    rollback_session()
    services.process_outbox(owner="test")
    assert found("password") == [1]


def _harm(directory: Path, harm: str) -> None:
    generation = next(path for path in sorted(directory.glob("gen-*"), reverse=True))
    if harm == "delete":
        shutil.rmtree(directory)
    elif harm == "truncate":
        for path in generation.iterdir():
            if path.is_file():
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif harm == "flip":
        path = next(generation.glob("*.pst"))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(bytes(data))
    else:
        (directory / "CURRENT").write_text("17\n{}", encoding="utf-8")


def test_the_first_look_of_a_process_compares_index_and_database(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_watch", indexing._Watch())
    shelf.put(3, "Waiting lists that nobody announced")
    assert services.process_outbox(owner="test") == 0
    assert found("waiting") == [3]


def test_an_index_that_cannot_be_written_stops_nobody(shelf: Shelf, directory: Path) -> None:
    shutil.rmtree(directory)
    directory.write_text("a file where the directory should be", encoding="utf-8")
    assert services.process_outbox(owner="test") == 0
    assert found("password") == [1]
    directory.unlink()
    indexing._watch.rest_until = 0.0
    services.process_outbox(owner="test")
    assert services.index_health(now=utc_now(), thorough=True).is_well


def test_health_tells_what_waits(shelf: Shelf) -> None:
    with unit_of_work():
        services.enqueue("article", 1, 2)
    health = services.index_health(now=utc_now() + timedelta(seconds=30))
    assert health.documents == 2
    assert health.waiting == 1
    assert 29 < health.lag_seconds < 60


def test_staff_synonyms_work_both_ways_and_at_once(shelf: Shelf) -> None:
    assert found("kennung") == []
    with unit_of_work():
        entry = services.create_synonyms(["password", "kennung"], now=utc_now())
        db.session.flush()  # for its id
        id_ = entry.id
    assert found("kennung") == [1]
    shelf.put(3, "Kennung vergessen")
    with unit_of_work():
        services.enqueue("article", 3, 1)
    services.process_outbox(owner="test")
    assert set(found("password")) == {1, 3}
    with unit_of_work():
        services.change_synonyms(id_, ["refund", "chargeback"], now=utc_now())
    assert found("chargeback") == [2]
    with unit_of_work():
        services.delete_synonyms(id_)
    assert found("chargeback") == []


def test_synonyms_need_two_words(shelf: Shelf) -> None:
    for words in (["one"], ["same", "same "], ["a", "b" * 61], [str(n) for n in range(21)]):
        with pytest.raises(Invalid):
            services.create_synonyms(words, now=utc_now())
    with pytest.raises(NotFound):
        services.delete_synonyms(999)
