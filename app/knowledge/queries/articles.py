"""Articles and their revisions, for staff and for readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.errors import NotFound
from app.knowledge.models import Article, ArticleSlug, ArticleState, Revision
from app.staff.models import Staff
from app.web.pagination import Page, paginate


@dataclass(frozen=True)
class ArticleFilter:
    """What the staff list shows; None or an empty text means all.

    :ivar owner_id: 0 means "nobody".
    """

    state: str = ""
    category_ids: tuple[int, ...] = ()
    audience: str = ""
    owner_id: int | None = None
    text: str = ""


def article_by_id(article_id: int) -> Article:
    """Return an article with category and tags.

    :raises NotFound: there is none.
    """
    article = db.session.scalar(_with_shelves().where(Article.id == article_id))
    if article is None:
        raise NotFound("There is no such article.")
    return article


def article_for_editor(article_id: int) -> Article:
    """Return an article with category, tags, owner and both its revisions.

    :raises NotFound: there is none.
    """
    article = db.session.scalar(
        _with_shelves()
        .options(
            joinedload(Article.latest_revision),
            joinedload(Article.published_revision),
            joinedload(Article.owner),
        )
        .where(Article.id == article_id)
    )
    if article is None:
        raise NotFound("There is no such article.")
    return article


def article_by_slug(slug: str) -> Article | None:
    """Return the article with a slug, in any state."""
    return db.session.scalar(_with_shelves().where(Article.slug == slug))


def readable_article(slug: str, *, audiences: Collection[str]) -> Article | None:
    """Return a published article that a reader may see, with what its page shows.

    :param audiences: the reader's audiences.
    """
    return db.session.scalar(
        _with_shelves()
        .options(joinedload(Article.published_revision))
        .where(
            Article.slug == slug,
            Article.state == ArticleState.PUBLISHED,
            Article.audience.in_(audiences),
            Article.published_revision_id.is_not(None),
        )
    )


def redirect_target(slug: str, *, audiences: Collection[str]) -> str | None:
    """Return the present slug of an article that once had this one and may be seen."""
    return db.session.scalar(
        select(Article.slug)
        .join(ArticleSlug, ArticleSlug.article_id == Article.id)
        .where(
            ArticleSlug.slug == slug,
            Article.state == ArticleState.PUBLISHED,
            Article.audience.in_(audiences),
        )
    )


def article_audience(article_id: int) -> str | None:
    """Return who an article is for; None for one that no reader sees."""
    return db.session.scalar(
        select(Article.audience).where(
            Article.id == article_id, Article.state == ArticleState.PUBLISHED
        )
    )


def articles_page(wanted: ArticleFilter, *, number: int, per_page: int = 30) -> Page[Article]:
    """Return a page of the staff list, newest change first."""
    query = _with_shelves().options(joinedload(Article.owner))
    if wanted.state:
        query = query.where(Article.state == wanted.state)
    if wanted.category_ids:
        query = query.where(Article.category_id.in_(wanted.category_ids))
    if wanted.audience:
        query = query.where(Article.audience == wanted.audience)
    if wanted.owner_id is not None:
        query = query.where(Article.owner_id == (wanted.owner_id or None))
    for word in wanted.text.lower().split()[:8]:
        query = query.where(func.lower(Article.title).contains(word, autoescape=True))
    query = query.order_by(Article.updated_at.desc(), Article.id.desc())
    return paginate(db.session(), query, number=number, per_page=per_page)


def owner_choices() -> list[tuple[int, str]]:
    """Return who can own an article: active staff and present owners, by name."""
    owning = select(Article.owner_id).where(Article.owner_id.is_not(None))
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .where(or_(Staff.disabled_at.is_(None), Staff.id.in_(owning)))
        .order_by(Staff.name, Staff.id)
    )
    return [(staff_id, name) for staff_id, name in rows]


def former_slugs(article_id: int) -> Sequence[str]:
    """Return the addresses that lead to an article besides its present one."""
    return db.session.scalars(
        select(ArticleSlug.slug)
        .where(ArticleSlug.article_id == article_id)
        .order_by(ArticleSlug.created_at.desc(), ArticleSlug.slug)
    ).all()


def revisions_of(article_id: int) -> Sequence[Revision]:
    """Return the revisions of an article with their authors, newest first."""
    return db.session.scalars(
        select(Revision)
        .options(joinedload(Revision.author))
        .where(Revision.article_id == article_id)
        .order_by(Revision.number.desc())
    ).all()


def revision_of(article_id: int, number: int) -> Revision:
    """Return one revision of an article.

    :raises NotFound: there is none.
    """
    revision = db.session.scalar(
        select(Revision)
        .options(joinedload(Revision.author))
        .where(Revision.article_id == article_id, Revision.number == number)
    )
    if revision is None:
        raise NotFound("There is no such revision.")
    return revision


def id_by_external_id(source: str, external_id: str) -> int | None:
    """Return the key of the article that an import found under an id."""
    own = external_id.removeprefix("foreword-")
    if source == "foreword" and own.isdecimal() and len(own) < 10:
        return int(own)
    return db.session.scalar(
        select(Article.id).where(Article.source == source, Article.external_id == external_id)
    )


def slugs_by_external_id(source: str, external_ids: Collection[str]) -> dict[str, str]:
    """Return the addresses of imported articles by the source's own id."""
    rows = db.session.execute(
        select(Article.external_id, Article.slug).where(
            Article.source == source, Article.external_id.in_(external_ids)
        )
    )
    return {external_id: slug for external_id, slug in rows if external_id is not None}


def taken_slugs(slugs: Iterable[str]) -> dict[str, int]:
    """Return which of these slugs are or were some article's, with its id."""
    wanted = list(slugs)
    present = select(Article.slug, Article.id).where(Article.slug.in_(wanted))
    former = select(ArticleSlug.slug, ArticleSlug.article_id).where(ArticleSlug.slug.in_(wanted))
    return dict(db.session.execute(former.union(present)).all())


def _with_shelves() -> Select[Article]:
    return select(Article).options(joinedload(Article.category), selectinload(Article.tags))
