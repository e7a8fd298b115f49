"""Search over HTTP: the whole application, two web processes, a worker, eight clients.

The application runs from a throw-away data directory with 2,000 imported articles.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from bench.corpus import BenchArticle, Corpus
from bench.measure import percentile, report
from bench.serving import CLIENTS, FLASK, Call, environment, load, serving

ARTICLES = 2_000
_SECONDS = 8.0


def run() -> None:
    """Measure and print the figures."""
    corpus = Corpus()
    articles = list(corpus.articles(ARTICLES))
    questions = list(dict.fromkeys(corpus.questions(articles, 4_000)))
    with tempfile.TemporaryDirectory() as directory:
        env = environment(Path(directory) / "data")
        with serving([*FLASK, "up"], env) as port:
            _import(articles, Path(directory), env)
            load(port, _calls(questions[:200]), seconds=2.0)
            name = f"search over HTTP, {ARTICLES} articles, {CLIENTS} clients"
            _report(name, *load(port, _calls(questions[200:2_000]), _SECONDS))
            stop = threading.Event()
            publisher = threading.Thread(target=_publish, args=(Path(directory), env, stop))
            publisher.start()
            _report(f"{name}, publishing", *load(port, _calls(questions[2_000:]), _SECONDS))
            stop.set()
            publisher.join()


def _import(articles: Sequence[BenchArticle], directory: Path, env: dict[str, str]) -> None:
    path = directory / "articles.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            line = {
                "id": str(article.id),
                "title": article.title,
                "body": article.body,
                "tags": list(article.tags),
                "category": article.category,
            }
            file.write(f"{json.dumps(line)}\n")
    for command in (["kb", "import", str(path)], ["search", "sync"]):
        subprocess.run(
            [*FLASK, *command], env=env, check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _publish(directory: Path, env: dict[str, str], stop: threading.Event) -> None:
    """Import one changed article after another; the worker indexes each."""
    for number, article in enumerate(Corpus(seed=99).articles(10_000)):
        if stop.is_set():
            return
        path = directory / "one.jsonl"
        line = {"id": str(number % 50 + 1), "title": article.title, "body": article.body}
        path.write_text(json.dumps(line), encoding="utf-8")
        subprocess.run(
            [*FLASK, "kb", "import", str(path)], env=env, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _calls(questions: Sequence[str]) -> list[Call]:
    return [Call(f"/api/v1/search?q={quote(question)}") for question in questions]


def _report(name: str, spent: list[float], seconds: float) -> None:
    report(f"{name}: throughput", len(spent) / seconds, "1/s")
    report(f"{name}: p50", percentile(spent, 0.5), "ms")
    report(f"{name}: p95", percentile(spent, 0.95), "ms")


if __name__ == "__main__":
    run()
