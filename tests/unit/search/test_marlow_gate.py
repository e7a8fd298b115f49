"""Marlow's own articles answer what people type: fragments, slips, phone typing, German."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.knowledge.markdown import plain_text_of
from app.search.documents import SearchDocument
from app.search.engine import SearchEngine
from app.seeds.articles import SeedArticle, read_articles
from tests.unit.search.conftest import PUBLIC

LINES = (Path(__file__).parent / "marlow_queries.jsonl").read_text("utf-8").splitlines()
QUESTIONS: list[tuple[str, set[str]]] = [
    (line["query"], set(line["relevant"])) for line in map(json.loads, LINES)
]

#: Share of the answerable questions whose article is among the first three.
LEAST_S3 = 0.9


def as_document(id_: int, article: SeedArticle) -> SearchDocument:
    """Return an article as the indexer sees it."""
    body, headings = plain_text_of(article.body)
    return SearchDocument(
        id=id_,
        type="article",
        title=article.title,
        body=body,
        headings="\n".join(headings),
        tags=article.tags,
        category=article.category,
        audience=article.audience,
    )


@pytest.fixture(scope="module")
def articles() -> list[SeedArticle]:
    """Return Marlow's published articles."""
    return [article for article in read_articles() if article.state == "published"]


@pytest.fixture(scope="module")
def engine(articles, tmp_path_factory) -> SearchEngine:
    """Return an engine over them."""
    engine = SearchEngine(tmp_path_factory.mktemp("marlow") / "index")
    engine.build(as_document(place, article) for place, article in enumerate(articles))
    return engine


def first_three(engine: SearchEngine, articles: list[SeedArticle], query: str) -> set[str]:
    outcome = engine.search(query, audiences=PUBLIC, limit=3)
    return {articles[hit.id].slug for hit in outcome.hits}


def test_every_named_article_can_be_found(articles) -> None:
    readable = {article.slug for article in articles if article.audience == "public"}
    assert set().union(*(relevant for _, relevant in QUESTIONS)) <= readable


def test_the_right_article_is_among_the_first_three(engine, articles) -> None:
    answerable = [(query, relevant) for query, relevant in QUESTIONS if relevant]
    missed = [q for q, relevant in answerable if not relevant & first_three(engine, articles, q)]
    assert len(missed) <= (1 - LEAST_S3) * len(answerable), missed


@pytest.mark.parametrize("query", [query for query, relevant in QUESTIONS if not relevant])
def test_what_nobody_wrote_is_not_bent_into_something_else(engine, query: str) -> None:
    assert engine.search(query, audiences=PUBLIC).did_you_mean is None
