"""Finding what an import's records speak of: articles, categories and owners there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.events.actor import Actor
from app.knowledge.exchange.records import ArticleRecord
from app.knowledge.models import Article, Category
from app.knowledge.queries import category_nodes
from app.knowledge.services.categories import ensure_category
from app.staff.models import Staff

#: Articles written here carry this source; an export names them ``foreword-<id>``.
OWN_SOURCE = "foreword"


class Shelves:
    """The categories of one batch by path, made when they are first needed."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self._actor = actor
        self._now = now
        self._known = self._present()

    def at(self, path: str) -> Category:
        """Return the category at a path."""
        key = path.casefold()
        if key not in self._known:
            self._known[key] = ensure_category(path, actor=self._actor, now=self._now)
        return self._known[key]

    @staticmethod
    def _present() -> dict[str, Category]:
        nodes = category_nodes(counted=False).values()
        return {node.path_text.casefold(): node.category for node in nodes}


def known_articles(records: Sequence[ArticleRecord]) -> dict[tuple[str, str], Article]:
    """Return the articles that the records are about, by source and id."""
    keys = [(record.source, record.external_id) for record in records]
    own = {
        int(number): (source, external_id)
        for source, external_id in keys
        if source == OWN_SOURCE
        and (number := external_id.removeprefix(f"{OWN_SOURCE}-")).isdecimal()
        and len(number) < 10
    }
    articles = db.session.scalars(
        select(Article)
        .options(
            selectinload(Article.tags),
            joinedload(Article.category),
            joinedload(Article.latest_revision),
        )
        .where(
            or_(
                tuple_(Article.source, Article.external_id).in_(keys),
                Article.id.in_(own) & Article.external_id.is_(None),
            )
        )
    )
    slugs = {(record.source, record.external_id): record.slug for record in records}
    found: dict[tuple[str, str], Article] = {}
    for article in articles:
        key = (article.source, article.external_id or "")
        if article.external_id is None:
            key = own[article.id]
            # The number alone may be another installation's; the address says it is this one.
            if slugs[key] != article.slug:
                continue
        found[key] = article
    return found


def known_owners(records: Sequence[ArticleRecord]) -> dict[str, int]:
    """Return the staff ids of owners by address; unknown ones own nothing."""
    wanted = {record.owner.lower() for record in records if record.owner}
    if not wanted:
        return {}
    rows = db.session.execute(select(Staff.email, Staff.id).where(Staff.email.in_(wanted)))
    return dict(rows.all())
