"""Generations, changes and damage: readers are never disturbed."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path

import pytest

from app.search.engine import IndexDamagedError, SearchEngine
from app.search.engine.storage import generations
from tests.unit.search.conftest import MARLOW, PUBLIC, document, ids


def test_another_process_sees_a_change_without_opening_anew(marlow) -> None:
    reader = SearchEngine(marlow.directory)
    assert ids(reader, "vouchers") == []
    marlow.change(put=[document(11, "Gift vouchers", "Sell vouchers for Christmas.")])
    assert ids(reader, "vouchers") == [11]
    marlow.change(put=[document(11, "Gift tokens", "Sell tokens.", version=2)])
    assert ids(reader, "vouchers") == []
    assert ids(reader, "gift tokens") == [11]
    marlow.change(drop=[("article", 11), ("article", 999)])
    assert ids(reader, "gift tokens") == []
    assert reader.versions() == {("article", row[0]): 1 for row in MARLOW}


def test_a_change_keeps_what_readers_have_learnt(marlow) -> None:
    before = marlow.snapshot().parts[0].segment
    ids(marlow, "password")
    marlow.change(put=[document(1, "Reset your secret", version=2)])
    after = marlow.snapshot().parts
    assert after[0].segment is before
    assert len(after) == 2


def test_many_small_changes_leave_few_segments(marlow) -> None:
    for version in range(2, 40):
        marlow.change(put=[document(1, f"Reset your password {version}", version=version)])
    assert len(marlow.snapshot().parts) <= 12
    assert marlow.snapshot().size == len(MARLOW)
    assert ids(marlow, "password")[0] == 1
    assert marlow.versions()["article", 1] == 39


def test_a_process_that_opens_during_commits_always_finds_a_whole_index(marlow) -> None:
    stop = threading.Event()
    errors: list[BaseException] = []

    def open_again() -> None:
        while not stop.is_set():
            try:
                assert ids(SearchEngine(marlow.directory), "password")[0] == 1
            except BaseException as error:
                errors.append(error)
                return

    opener = threading.Thread(target=open_again)
    opener.start()
    for version in range(2, 22):
        marlow.change(put=[document(11, f"Vouchers {version}", version=version)])
    stop.set()
    opener.join()
    assert not errors
    files = [path for path in generations(marlow.directory)[-1].iterdir() if path.is_file()]
    assert len(files) < 80


def test_a_rebuild_keeps_one_old_generation(marlow) -> None:
    for _ in range(3):
        marlow.build([document(1, "Only one")])
    assert len(generations(marlow.directory)) == 2
    assert marlow.snapshot().size == 1


def test_a_failed_rebuild_changes_nothing(marlow) -> None:
    def documents():
        yield document(1, "First")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        marlow.build(documents())
    assert SearchEngine(marlow.directory).snapshot().size == len(MARLOW)
    marlow.change(put=[document(12, "Still writable")])
    assert ids(marlow, "writable") == [12]


def test_an_empty_index_answers(make_engine) -> None:
    engine = make_engine()
    assert engine.search("anything", audiences=PUBLIC).hits == ()
    engine.change(put=[document(1, "The first article")])
    assert ids(engine, "first article") == [1]


def test_the_index_directory_is_private(marlow) -> None:
    assert marlow.directory.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_are_noticed_before_they_are_believed(marlow, seed: int) -> None:
    pick = random.Random(seed)
    generation = generations(marlow.directory)[-1]
    files = [
        *(p for p in sorted(generation.iterdir()) if p.name in marlow.snapshot().pointer.files)
    ]
    path = pick.choice([*files, marlow.directory / "CURRENT"])
    data = bytearray(path.read_bytes())
    place = pick.randrange(len(data))
    data[place] ^= 1 << pick.randrange(8)
    path.write_bytes(bytes(data))
    assert marlow.damage() is not None
    with pytest.raises(IndexDamagedError):
        SearchEngine(marlow.directory).search("password", audiences=PUBLIC)
    assert ids(marlow, "password")[0] == 1


@pytest.mark.parametrize("size", [0, 1, 100])
def test_truncated_files_are_noticed(marlow, size: int) -> None:
    for path in generations(marlow.directory)[-1].iterdir():
        if path.is_file():
            path.write_bytes(path.read_bytes()[:size])
    assert marlow.damage(thorough=False) is not None
    with pytest.raises(IndexDamagedError):
        SearchEngine(marlow.directory).snapshot()


def test_harm_under_concurrent_readers_reaches_none_of_them(marlow) -> None:
    """Delete, flip and rebuild while four threads and a newly opened engine keep searching."""
    stop = threading.Event()
    errors: list[BaseException] = []
    answered = [0]

    def read() -> None:
        while not stop.is_set():
            try:
                assert ids(marlow, "password")[0] == 1
                marlow.forget_results()
                answered[0] += 1
            except BaseException as error:
                errors.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    indexer = SearchEngine(marlow.directory)
    for turn in range(6):
        _harm(marlow.directory, turn)
        indexer.build(document(*row) for row in MARLOW)
        indexer.change(put=[document(20 + turn, "Reserve the hall", version=turn + 1)])
    stop.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert answered[0] > 0
    assert ids(marlow, "hall") == [25]


def _harm(directory: Path, turn: int) -> None:
    if turn % 3 == 0:
        shutil.rmtree(directory)
        return
    for path in generations(directory)[-1].iterdir():
        if path.is_file():
            data = bytearray(path.read_bytes())
            if turn % 3 == 1:
                data = data[: len(data) // 3]
            elif data:
                data[len(data) // 2] ^= 0x55
            path.write_bytes(bytes(data))
