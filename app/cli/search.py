"""``flask search``: keep the index, and measure it."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.errors import PortalError
from app.knowledge.markdown import plain_text_of
from app.search import services
from app.search.documents import AUDIENCES, SearchDocument
from app.search.engine import SearchEngine
from app.search.evaluation import Question, Score, evaluate, read_questions

search = AppGroup("search", help="Keep the search index, and measure it.")

_HEAD = "NDCG@3  NDCG@10  P@1     MRR@10  S@5     nothing  p50 ms  p95 ms"


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@search.command()
def rebuild() -> None:
    """Build a new index beside the old one and switch to it."""
    try:
        size = services.rebuild(owner=_owner())
    except PortalError as error:
        raise click.ClickException(error.user_message) from error
    click.echo(f"Rebuilt: {size} documents.")


@search.command()
def sync() -> None:
    """Bring the index level with the database; returns when it is."""
    result = _mend()
    if result.rebuilt:
        click.echo(f"Rebuilt: {result.documents} documents.")
    else:
        click.echo(f"In step: {result.documents} documents, {result.differing} brought up to date.")


@search.command()
def check() -> None:
    """Compare the index with the database and mend what differs; exit 1 if anything did."""
    result = _mend()
    if result.is_whole:
        click.echo(f"Whole: {result.documents} documents.")
        return
    how = "rebuilt" if result.rebuilt else "brought up to date"
    raise click.ClickException(
        f"{result.damage or f'{result.differing} documents differed'}; {how}."
    )


def _mend() -> services.CheckResult:
    try:
        return services.sync(owner=_owner())
    except PortalError as error:
        raise click.ClickException(error.user_message) from error


@search.command("eval")
@click.option("--articles", required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--queries", required=True, multiple=True, type=click.Path(exists=True, path_type=Path)
)
@click.option("--typed", default="", help="Also ask the first so many letters, such as 8,16,24.")
def evaluate_files(articles: Path, queries: tuple[Path, ...], typed: str) -> None:
    """Measure the answers to questions whose right articles are known.

    Builds an index of its own, in the way published articles take, and leaves no trace.
    """
    lines = list(_read_lines(articles))
    with tempfile.TemporaryDirectory() as directory:
        engine = SearchEngine(Path(directory))
        engine.build(_document(number, line) for number, line in enumerate(lines))
        names = [str(line["id"]) for line in lines]
        width = max(len(path.name) for path in queries) + 2
        click.echo(f"{'':<{width}}{'n':>5}  {_HEAD}")
        for path in queries:
            questions = read_questions(_read_lines(path))
            _print_score(path.name, width, _score(engine, names, questions))
            for letters in (int(part) for part in typed.split(",") if part.strip()):
                begun = [
                    Question(question.text[:letters], question.relevant)
                    for question in questions
                    if len(question.text) >= letters
                ]
                if begun:
                    score = _score(engine, names, begun, as_you_type=True)
                    _print_score(f"  first {letters}", width, score)


def _score(
    engine: SearchEngine, names: list[str], questions: list[Question], *, as_you_type: bool = False
) -> Score:
    def ask(text: str) -> list[str]:
        outcome = engine.search(text, audiences=frozenset(AUDIENCES), as_you_type=as_you_type)
        return [names[hit.id] for hit in outcome.hits]

    for question in questions[:20]:
        ask(question.text)
    engine.forget_results()
    return evaluate(ask, questions)


def _print_score(name: str, width: int, score: Score) -> None:
    click.echo(
        f"{name:<{width}}{score.questions:>5}  {score.ndcg3:.4f}  {score.ndcg10:.4f}   "
        f"{score.p1:.4f}  {score.mrr10:.4f}  {score.s5:.4f}  {score.nothing:.4f}   "
        f"{score.p50_ms:6.2f}  {score.p95_ms:6.2f}"
    )


def _document(number: int, line: dict[str, Any]) -> SearchDocument:
    text, headings = plain_text_of(str(line.get("body", "")))
    return SearchDocument(
        id=number,
        type="article",
        title=str(line["title"]),
        body=text,
        headings="\n".join(headings),
        tags=tuple(str(tag) for tag in line.get("tags", ())),
        category=str(line.get("category", "General")),
    )


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise click.ClickException(f"{path}:{number}: {error}") from error
