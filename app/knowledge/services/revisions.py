"""Revisions: every saved text is one, and none is ever changed."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.knowledge import ArticleRevised
from app.events.services import record
from app.files.services import attach_to_article
from app.knowledge.errors import ArticleConflict, TextVersion
from app.knowledge.markdown import file_keys_in, summary_of
from app.knowledge.models import Article, Revision
from app.knowledge.services.changes import author_of, lock, touch
from app.knowledge.services.validation import clean_body, clean_comment, clean_title


def save_revision(
    article: Article,
    *,
    title: str,
    body: str,
    base_version: int,
    actor: Actor,
    now: datetime,
    comment: str = "",
    base_revision_id: int | None = None,
) -> Revision:
    """Save a new text of an article; readers see it once it is published.

    Saving what is stored already changes nothing.

    :param base_version: the article's version the editor started from.
    :param base_revision_id: the newest revision the editor started from. If it still is the
        newest, only properties have changed since and there is nothing to lose.
    :returns: the new revision, or the newest one if the text is the same.
    :raises ArticleConflict: somebody else saved another text since.
    :raises Invalid: the text cannot be stored.
    """
    title, body = clean_title(title), clean_body(body)
    lock(article)
    newest = db.session.get_one(Revision, article.latest_revision_id)
    if newest.title == title and newest.body == body:
        return newest
    if article.version != base_version and article.latest_revision_id != base_revision_id:
        raise ArticleConflict(
            theirs=TextVersion(newest.title, newest.body),
            yours=TextVersion(title, body),
            version=article.version,
            revision_id=newest.id,
        )
    follows_text = not article.summary or article.summary == summary_of(newest.body)
    revision = Revision(
        article_id=article.id,
        number=newest.number + 1,
        title=title,
        body=body,
        comment=clean_comment(comment),
        author_id=author_of(actor),
        created_at=now,
    )
    db.session.add(revision)
    db.session.flush()  # the article points to it
    article.latest_revision_id = revision.id
    article.title = title
    if follows_text:
        article.summary = summary_of(body)
    attach_to_article(article.id, keys=file_keys_in(body))
    record(ArticleRevised(article.id, revision.id, revision.number), actor=actor, at=now)
    touch(article, now=now)
    return revision


def restore_revision(
    article: Article, revision: Revision, *, actor: Actor, now: datetime
) -> Revision:
    """Make an older text the newest one, as a revision of its own.

    :raises Invalid: the revision belongs to another article.
    """
    if revision.article_id != article.id:
        raise Invalid("That revision belongs to another article.")
    lock(article)
    return save_revision(
        article,
        title=revision.title,
        body=revision.body,
        comment=f"Restored revision {revision.number}",
        base_version=article.version,
        actor=actor,
        now=now,
    )
