"""Search inside one process: whole questions and as-you-type, beside SQLite FTS5.

Every question is asked once, after twenty others have warmed the process; nothing is answered
from the cache of results. FTS5 does the least work that can be compared: an OR query over the
same words with its own ranking and the same number of rows, and no snippet, typo or title work.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from app.search.documents import SearchDocument
from app.search.engine import SearchEngine
from bench.corpus import BenchArticle, Corpus
from bench.measure import Timing, report, time_each

SIZES = (250, 1_000, 10_000)
QUESTIONS = 300
PUBLIC = frozenset({"public"})


def to_document(article: BenchArticle) -> SearchDocument:
    """Return an article as search takes it."""
    return SearchDocument(
        id=article.id,
        type="article",
        title=article.title,
        body=article.body,
        tags=article.tags,
        category=article.category,
    )


def typed_prefixes(questions: Sequence[str]) -> list[str]:
    """Return what a person has typed at a random-looking point of each question."""
    return [
        question[: 4 + (7 * place) % max(5, len(question) - 3)]
        for place, question in enumerate(questions)
    ]


def make_fts5(articles: Sequence[BenchArticle]) -> Callable[[str], object]:
    """Return a search by FTS5 over the same articles."""
    database = sqlite.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE a USING fts5(title, body, tokenize='porter unicode61')")
    database.executemany("INSERT INTO a VALUES (?, ?)", ((a.title, a.body) for a in articles))
    database.execute("INSERT INTO a(a) VALUES ('optimize')")

    def search(question: str) -> object:
        words = dict.fromkeys(re.findall(r"\w+", question.lower()))
        match = " OR ".join(f'"{word}"' for word in words)
        return database.execute(
            "SELECT rowid FROM a WHERE a MATCH ? ORDER BY bm25(a) LIMIT 10", (match,)
        ).fetchall()

    return search


def run(sizes: Sequence[int] = SIZES) -> None:
    """Measure each size and print its figures."""
    for size in sizes:
        corpus = Corpus()
        articles = list(corpus.articles(size))
        questions = list(dict.fromkeys(corpus.questions(articles, QUESTIONS + 20)))
        with tempfile.TemporaryDirectory() as directory:
            _run_size(size, articles, questions, Path(directory))


def _run_size(
    size: int, articles: Sequence[BenchArticle], questions: Sequence[str], directory: Path
) -> None:
    name = f"search, {size} articles"
    started = time.perf_counter()
    SearchEngine(directory).build(to_document(article) for article in articles)
    report(f"{name}: build", time.perf_counter() - started, "s")
    stored = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    report(f"{name}: index on disk", stored / 1e6, "MB")

    engine = SearchEngine(directory)
    first = time_each(lambda q: engine.search(q, audiences=PUBLIC), questions[:1])
    report(f"{name}: first question of a process", first.p50, "ms")
    time_each(lambda q: engine.search(q, audiences=PUBLIC), questions[1:20])
    whole = time_each(lambda q: engine.search(q, audiences=PUBLIC), questions[20:])
    _report_timing(f"{name}: whole question", whole)
    typed = time_each(
        lambda q: engine.search(q, audiences=PUBLIC, as_you_type=True, limit=6),
        typed_prefixes(questions[20:]),
    )
    _report_timing(f"{name}: as typed", typed)

    search = make_fts5(articles)
    time_each(search, questions[:20])
    fts5 = time_each(search, questions[20:])
    _report_timing(f"SQLite FTS5 OR, {size} articles: whole question", fts5)
    report(f"{name}: whole question p50 against FTS5", whole.p50 / fts5.p50, "times")


def _report_timing(name: str, timing: Timing) -> None:
    report(f"{name} p50", timing.p50, "ms")
    report(f"{name} p95", timing.p95, "ms", f"({timing.p95 / timing.p50:.1f} times p50)")


if __name__ == "__main__":
    run()
