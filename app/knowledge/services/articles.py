"""Making articles, each with its first revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.knowledge import (
    ArticleCreated,
    ArticlePublished,
    ArticleRevised,
    ArticleStateChanged,
)
from app.events.services import record
from app.files.services import attach_to_article
from app.knowledge.markdown import file_keys_in, summary_of
from app.knowledge.models import Article, ArticleState, Audience, Category, Revision
from app.knowledge.queries import taken_slugs
from app.knowledge.services.categories import ensure_category
from app.knowledge.services.changes import author_of, tags_named
from app.knowledge.services.validation import (
    LONGEST_SUMMARY,
    clean_audience,
    clean_body,
    clean_comment,
    clean_patterns,
    clean_slug,
    clean_tags,
    clean_title,
)
from app.knowledge.slugs import LONGEST_SLUG, slugify
from app.search.services import enqueue

DEFAULT_CATEGORY = "General"


@dataclass(frozen=True)
class NewArticle:
    """An article that is to be.

    :ivar slug: wanted address; made from the title when None.
    :ivar summary: shown in lists; taken from the text when empty.
    :ivar source: where an import found it, with `external_id` its key there.
    """

    title: str
    body: str
    category: Category
    audience: str = Audience.PUBLIC
    tags: Sequence[str] = ()
    owner_id: int | None = None
    slug: str | None = None
    summary: str = ""
    url_patterns: Sequence[str] = ()
    comment: str = ""
    source: str = "foreword"
    external_id: str | None = None
    state: str = ArticleState.DRAFT


def create_article(  # noqa: PLR0913 - an article has many properties, each named at the call
    *,
    title: str,
    body: str,
    actor: Actor,
    now: datetime,
    category: Category | None = None,
    category_path: str = DEFAULT_CATEGORY,
    audience: str = Audience.PUBLIC,
    tags: Sequence[str] = (),
    owner_id: int | None = None,
    slug: str | None = None,
    summary: str = "",
    url_patterns: Sequence[str] = (),
    comment: str = "",
    source: str = "foreword",
    external_id: str | None = None,
    publish: bool = False,
) -> Article:
    """Create an article with its first revision.

    :param category: an existing category; otherwise the one at `category_path`, made if missing.
    :param slug: wanted address; made from the title when None.
    :param summary: shown in lists; taken from the text when empty.
    :param source: where an import found it, with `external_id` its key there.
    :param publish: readers see it at once.
    :raises Invalid: a text or property that cannot be, or an address that is taken.
    """
    wanted = NewArticle(
        title=clean_title(title),
        body=clean_body(body),
        category=category or ensure_category(category_path, actor=actor, now=now),
        audience=clean_audience(audience),
        tags=clean_tags(tags),
        owner_id=owner_id,
        slug=clean_slug(slug) if slug else None,
        summary=summary,
        url_patterns=clean_patterns(url_patterns),
        comment=comment,
        source=source,
        external_id=external_id,
        state=ArticleState.PUBLISHED if publish else ArticleState.DRAFT,
    )
    return create_articles([wanted], actor=actor, now=now)[0]


def create_articles(wanted: Sequence[NewArticle], *, actor: Actor, now: datetime) -> list[Article]:
    """Create articles with their first revisions, with few statements however many there are.

    :param wanted: checked texts and properties.
    :returns: the articles in the same order.
    :raises Invalid: an address that another article has or had.
    """
    slugs = _slugs_for(wanted)
    tags = {tag.name: tag for tag in tags_named({name for new in wanted for name in new.tags})}
    articles = [_new_article(new, slug, now) for new, slug in zip(wanted, slugs, strict=True)]
    for new, article in zip(wanted, articles, strict=True):
        article.tags = [tags[name] for name in new.tags]
    db.session.add_all(articles)
    db.session.flush()  # revisions and events need the keys
    revisions = [
        Revision(
            article_id=article.id,
            number=1,
            title=new.title,
            body=new.body,
            comment=clean_comment(new.comment),
            author_id=author_of(actor),
            created_at=now,
        )
        for new, article in zip(wanted, articles, strict=True)
    ]
    db.session.add_all(revisions)
    db.session.flush()  # the articles point to them
    for article, revision in zip(articles, revisions, strict=True):
        _settle(article, revision, actor=actor, now=now)
    return articles


def _new_article(new: NewArticle, slug: str, now: datetime) -> Article:
    return Article(
        source=new.source,
        external_id=new.external_id,
        slug=slug,
        title=new.title,
        summary=" ".join(new.summary.split())[:LONGEST_SUMMARY] or summary_of(new.body),
        category=new.category,
        audience=str(new.audience),
        state=str(new.state),
        owner_id=new.owner_id,
        url_patterns=list(new.url_patterns),
        updated_at=now,
        created_at=now,
        version=1,
    )


def _settle(article: Article, revision: Revision, *, actor: Actor, now: datetime) -> None:
    """Tie a new article to its first revision, and tell events and search."""
    article.latest_revision_id = revision.id
    attach_to_article(article.id, keys=file_keys_in(revision.body))
    record(ArticleCreated(article.id, article.title), actor=actor, at=now)
    record(ArticleRevised(article.id, revision.id, 1), actor=actor, at=now)
    if article.state != ArticleState.DRAFT:
        article.published_revision_id = revision.id
        article.published_at = now
        record(ArticlePublished(article.id, revision.id), actor=actor, at=now)
        record(
            ArticleStateChanged(article.id, ArticleState.DRAFT.value, article.state),
            actor=actor,
            at=now,
        )
    enqueue("article", article.id, article.version)


def _slugs_for(wanted: Sequence[NewArticle]) -> list[str]:
    """Return an address for each article that no other has or had.

    :raises Invalid: a wanted address is taken.
    """
    bases = [new.slug or slugify(new.title) for new in wanted]
    taken = set(taken_slugs(bases))
    if any(new.slug in taken for new in wanted):
        raise Invalid(fields={"slug": ["Another article has or had this address."]})
    taken |= {new.slug for new in wanted if new.slug}
    slugs = []
    for new, base in zip(wanted, bases, strict=True):
        slug = base if new.slug or base not in taken else _numbered(base, taken)
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _numbered(base: str, taken: set[str]) -> str:
    """Return an address with the first free number behind it."""
    start = base[: LONGEST_SLUG - 6]
    first = 2
    while True:
        candidates = [f"{start}-{number}" for number in range(first, first + 50)]
        used = taken | taken_slugs(candidates).keys()
        for candidate in candidates:
            if candidate not in used:
                return candidate
        first += 50
