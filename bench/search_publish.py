"""Search while one article after another is published.

A second process changes and publishes articles as the worker does, four a second, while this one
asks. Each question is asked once; the figures with and without publishing come from alternating
rounds, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import itertools
import multiprocessing
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing.synchronize import Event
from pathlib import Path

from app.search.documents import SearchDocument
from app.search.engine import SearchEngine
from bench.corpus import Corpus
from bench.measure import percentile, report, time_each
from bench.search_inprocess import PUBLIC, to_document

SIZES = (1_000, 10_000)
_ROUNDS = 4
_QUESTIONS_A_ROUND = 120
_PAUSE_SECONDS = 0.25
_PROBES = 10


def _publish(directory: Path, publishing: Event, stop: Event) -> None:
    """Publish a changed article again and again while the event is set."""
    engine = SearchEngine(directory)
    articles = list(Corpus(seed=99).articles(200))
    for version in itertools.count(2):
        if stop.is_set():
            return
        if publishing.is_set():
            document = to_document(articles[version % len(articles)])
            engine.change(put=[document])
        time.sleep(_PAUSE_SECONDS)


def run(sizes: Sequence[int] = SIZES) -> None:
    """Measure each size and print its figures."""
    for size in sizes:
        corpus = Corpus()
        articles = list(corpus.articles(size))
        questions = list(
            dict.fromkeys(corpus.questions(articles, 2 * _ROUNDS * _QUESTIONS_A_ROUND))
        )
        with tempfile.TemporaryDirectory() as directory:
            SearchEngine(Path(directory)).build(to_document(article) for article in articles)
            _measure(size, Path(directory), iter(questions))


def _measure(size: int, directory: Path, questions: Iterator[str]) -> None:
    context = multiprocessing.get_context("spawn")
    publishing, stop = context.Event(), context.Event()
    publisher = context.Process(target=_publish, args=(directory, publishing, stop))
    publisher.start()
    engine = SearchEngine(directory)
    quiet: list[float] = []
    busy: list[float] = []
    try:
        _ask(engine, questions)
        for _ in range(_ROUNDS - 1):
            quiet += _ask(engine, questions)
            publishing.set()
            time.sleep(1)
            busy += _ask(engine, questions)
            publishing.clear()
            time.sleep(0.5)
    finally:
        stop.set()
        publisher.join()
    name = f"search while publishing, {size} articles"
    for share, label in ((0.5, "p50"), (0.95, "p95")):
        alone, beside = percentile(quiet, share), percentile(busy, share)
        report(f"{name}: {label} quiet", alone, "ms")
        report(f"{name}: {label} publishing", beside, "ms", f"({beside / alone:.2f} times)")
    _measure_delay(name, directory)


def _ask(engine: SearchEngine, questions: Iterator[str]) -> list[float]:
    spent: list[float] = []
    for question in itertools.islice(questions, _QUESTIONS_A_ROUND):
        timing = time_each(lambda q: engine.search(q, audiences=PUBLIC), [question])
        spent.append(timing.p50)
        time.sleep(0.005)
    return spent


def _measure_delay(name: str, directory: Path) -> None:
    """Time from handing a document to the indexer until another holder of the index finds it."""
    indexer, reader = SearchEngine(directory), SearchEngine(directory)
    delays = []
    for probe in range(_PROBES):
        word = f"xylophone{probe}"
        started = time.perf_counter()
        indexer.change(put=[SearchDocument(id=900_000 + probe, type="article", title=word)])
        while not reader.search(word, audiences=PUBLIC).hits:
            time.sleep(0.001)
        delays.append((time.perf_counter() - started) * 1000)
    report(f"{name}: change found after, p50", percentile(delays, 0.5), "ms")
    report(f"{name}: change found after, longest", max(delays), "ms")


if __name__ == "__main__":
    run()
