"""Search over HTTP: the whole application, two web processes, a worker, eight clients.

The application runs from a throw-away data directory with 2,000 imported articles. The clients
are threads of this process on keep-alive connections, so they share the machine with it.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.corpus import BenchArticle, Corpus
from bench.measure import percentile, report

ARTICLES = 2_000
CLIENTS = 8
_SECONDS = 8.0
_START_SECONDS = 60.0
_FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


def run() -> None:
    """Measure and print the figures."""
    corpus = Corpus()
    articles = list(corpus.articles(ARTICLES))
    questions = list(dict.fromkeys(corpus.questions(articles, 4_000)))
    with tempfile.TemporaryDirectory() as directory:
        environment = _environment(Path(directory))
        with _application(environment) as port:
            _import(articles, Path(directory), environment)
            _load(port, questions[:200], seconds=2.0)
            name = f"search over HTTP, {ARTICLES} articles, {CLIENTS} clients"
            _report(name, *_load(port, questions[200:2_000]))
            stop = threading.Event()
            publisher = threading.Thread(target=_publish, args=(Path(directory), environment, stop))
            publisher.start()
            _report(f"{name}, publishing", *_load(port, questions[2_000:]))
            stop.set()
            publisher.join()


def _environment(directory: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **os.environ,
        "DATA_DIR": str(directory / "data"),
        "DATABASE_URL": "",
        "PORT": str(port),
        "WEB_WORKERS": "2",
        "DEMO": "0",
    }


@contextmanager
def _application(environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(
        [*_FLASK, "up"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    port = int(environment["PORT"])
    try:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _import(articles: Sequence[BenchArticle], directory: Path, environment: dict[str, str]) -> None:
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
            [*_FLASK, *command], env=environment, check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _publish(directory: Path, environment: dict[str, str], stop: threading.Event) -> None:
    """Import one changed article after another; the worker indexes each."""
    for number, article in enumerate(Corpus(seed=99).articles(10_000)):
        if stop.is_set():
            return
        path = directory / "one.jsonl"
        line = {"id": str(number % 50 + 1), "title": article.title, "body": article.body}
        path.write_text(json.dumps(line), encoding="utf-8")
        subprocess.run(
            [*_FLASK, "kb", "import", str(path)], env=environment, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _load(
    port: int, questions: Sequence[str], seconds: float = _SECONDS
) -> tuple[list[float], float]:
    """Ask from eight threads for a while; return latencies in ms and the time it took."""
    spent: list[float] = []
    deadline = time.monotonic() + seconds

    def client(start: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for place in range(start, 10**9, CLIENTS):
            if time.monotonic() > deadline:
                return
            started = time.perf_counter()
            question = questions[place % len(questions)]
            connection.request("GET", f"/api/v1/search?q={quote(question)}")
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"search answered {response.status}")
            spent.append((time.perf_counter() - started) * 1000)

    begun = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent, time.monotonic() - begun


def _report(name: str, spent: list[float], seconds: float) -> None:
    report(f"{name}: throughput", len(spent) / seconds, "1/s")
    report(f"{name}: p50", percentile(spent, 0.5), "ms")
    report(f"{name}: p95", percentile(spent, 0.95), "ms")


if __name__ == "__main__":
    run()
