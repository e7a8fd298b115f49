"""Articles for the page somebody is on, before they have typed anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sqlalchemy import Text, cast

from app.db import db
from app.knowledge.models import Article
from app.knowledge.queries import category_paths
from app.knowledge.queries.readers import readable
from app.knowledge.services.finding import ArticleHit, find_articles, unmarked_hit

LONGEST_PATH = 500
_MOST_HEADINGS = 5
_LONGEST_QUERY = 200


def suggest_for_page(
    *,
    path: str,
    title: str = "",
    headings: Sequence[str] = (),
    audiences: Collection[str],
    limit: int = 5,
) -> list[ArticleHit]:
    """Return articles for a page of the host product.

    Articles whose patterns match the path come first, the most exact pattern before others; a
    search by the page's title and headings fills the rest. Never raises for lack of an index.

    :param path: path of the page; a query or fragment is cut off.
    :param title: title of the page.
    :param headings: its first headings.
    """
    chosen = _by_pattern(path, audiences)[:limit]
    query = " ".join([title, *headings[:_MOST_HEADINGS]])[:_LONGEST_QUERY].strip()
    if len(chosen) < limit and query:
        known = {hit.article_id for hit in chosen}
        found = find_articles(query, audiences=audiences, limit=limit + len(known))
        if not found.degraded:
            chosen += [hit for hit in found.items if hit.article_id not in known]
    return chosen[:limit]


def _by_pattern(path: str, audiences: Collection[str]) -> list[ArticleHit]:
    path = _clean_path(path)
    if not path:
        return []
    rows = db.session.execute(
        readable(audiences)
        .where(cast(Article.url_patterns, Text) != "[]")
        .with_only_columns(
            Article.id,
            Article.external_id,
            Article.published_revision_id,
            Article.slug,
            Article.audience,
            Article.title,
            Article.summary,
            Article.category_id,
            Article.url_patterns,
        )
        .order_by(Article.id)
    ).all()
    matching = []
    for row in rows:
        scores = [_exactness(pattern) for pattern in row.url_patterns if _fits(pattern, path)]
        if scores:
            matching.append((max(scores), row))
    matching.sort(key=lambda pair: -pair[0])
    paths = category_paths() if matching else {}
    return [
        unmarked_hit(row, score=score, category=paths.get(row.category_id, ""))
        for score, row in matching
    ]


def _clean_path(path: str) -> str:
    path = re.split(r"[?#]", path[:LONGEST_PATH], maxsplit=1)[0]
    return (path.rstrip("/") or "/") if path.startswith("/") else ""


def _fits(pattern: str, path: str) -> bool:
    """Say whether a path fits a pattern: ``*`` is any text, ``/a/*`` also means ``/a`` itself.

    Goes through the path once; an expression with many stars could be made to take for ever.
    """
    pattern = pattern.rstrip("/") or "/"
    if pattern.endswith("/*") and path == (pattern[:-2] or "/"):
        return True
    first, *rest = pattern.split("*")
    if not rest:
        return path == first
    last = rest.pop()
    if not path.startswith(first) or len(path) < len(first) + len(last):
        return False
    place, end = len(first), len(path) - len(last)
    for part in rest:
        found = path.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return path.endswith(last)


def _exactness(pattern: str) -> int:
    """Return how much of a page a pattern names: its letters, and a little for having no star."""
    return len(pattern.replace("*", "").rstrip("/")) * 2 + ("*" not in pattern)
