"""Putting Marlow's help centre up, with every text it once had."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.config import Settings
from app.events.actor import Actor, staff_actor
from app.files.services import store_upload
from app.knowledge.models import Article, ArticleState
from app.knowledge.services import (
    archive_article,
    create_article,
    create_category,
    publish_article,
    save_revision,
)
from app.search.services.synonyms import create_synonyms
from app.seeds.articles import IMAGE, SeedArticle
from app.seeds.paths import IMAGES, STORY, read_yaml
from app.staff.models import Staff

#: Names the demo as the place its articles come from.
SOURCE = "marlow"


@dataclass
class Shelved:
    """An article in the database.

    :ivar since: when each of its published texts appeared, oldest first.
    :ivar revision_ids: the texts, in the same order.
    """

    article_id: int
    since: list[datetime] = field(default_factory=list)
    revision_ids: list[int] = field(default_factory=list)

    def revision_at(self, at: datetime) -> int | None:
        """Return the text that readers saw at a time, or None if there was none yet."""
        place = bisect_right(self.since, at)
        return self.revision_ids[place - 1] if place else None


def shelve(
    seed: SeedArticle, *, staff: dict[str, Staff], first_day: datetime, settings: Settings
) -> Shelved:
    """Create an article as it was first written and bring it to what it is today.

    :param staff: by e-mail address.
    :param first_day: midnight of day 0.
    """
    owner = staff[seed.owner]
    actor = staff_actor(owner.id)
    written_at = first_day + timedelta(days=seed.created_day, hours=9 if seed.created_day else 0)
    body = _with_images(seed, owner, written_at, settings)
    article = create_article(
        title=seed.title,
        body=seed.first_body or body,
        actor=actor,
        now=written_at,
        category_path=seed.category,
        audience=seed.audience,
        tags=seed.tags,
        owner_id=owner.id,
        slug=seed.slug,
        summary=seed.summary,
        url_patterns=seed.url_patterns,
        comment="" if seed.first_body else seed.why,
        source=SOURCE,
        external_id=seed.external_id,
        publish=seed.state != ArticleState.DRAFT,
    )
    shelved = Shelved(article.id)
    _note(shelved, article, written_at)
    if seed.changed_day is not None:
        changed_at = first_day + timedelta(days=seed.changed_day, hours=10)
        _rewrite(article, seed, body, actor=actor, now=changed_at)
        _note(shelved, article, changed_at)
    if seed.state == ArticleState.ARCHIVED:
        archive_article(article, actor=actor, now=written_at + timedelta(days=14))
    return shelved


def put_up_shelves(*, actor: Actor, now: datetime) -> None:
    """Create the categories in their order."""
    for entry in read_yaml(STORY / "categories.yaml"):
        below = entry.pop("below", [])
        parent = create_category(**entry, actor=actor, now=now)
        for name in below:
            create_category(name=name, parent=parent, icon=entry["icon"], actor=actor, now=now)


def teach_synonyms(*, now: datetime) -> None:
    """Add the synonyms that Marlow's staff keep."""
    for words in read_yaml(STORY / "synonyms.yaml"):
        create_synonyms(words, now=now)


def _rewrite(
    article: Article, seed: SeedArticle, body: str, *, actor: Actor, now: datetime
) -> None:
    save_revision(
        article,
        title=seed.title,
        body=body,
        base_version=article.version,
        actor=actor,
        now=now,
        comment=seed.why,
    )
    publish_article(article, actor=actor, now=now)


def _note(shelved: Shelved, article: Article, at: datetime) -> None:
    if article.state == ArticleState.PUBLISHED and article.published_revision_id is not None:
        shelved.since.append(at)
        shelved.revision_ids.append(article.published_revision_id)


def _with_images(seed: SeedArticle, owner: Staff, now: datetime, settings: Settings) -> str:
    """Store the images of an article and return its text with their addresses."""
    keys = {}
    for name in seed.images:
        with (IMAGES / name).open("rb") as stream:
            keys[name] = store_upload(
                stream,
                filename=name,
                owner_key=f"staff:{owner.id}",
                files_dir=settings.files_dir,
                max_bytes=settings.max_upload_mb * 1024 * 1024,
                now=now,
                images_only=True,
            ).key
    return IMAGE.sub(lambda match: f"/files/{keys[match[1]]}", seed.body)
