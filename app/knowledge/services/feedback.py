"""Readers' votes on whether a revision helped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.events.actor import Actor
from app.events.catalogue.knowledge import ArticleFeedbackGiven
from app.events.services import record
from app.knowledge.models import Article, ArticleFeedback, ArticleState, Revision
from app.texts import Sentence

#: Why an article did not help; the words readers see are in the templates.
FEEDBACK_REASONS = ("unclear", "incomplete", "outdated", "did_not_work", "wrong_topic")

LONGEST_COMMENT = 2_000


def give_feedback(
    revision_id: int,
    *,
    helped: bool,
    voter_key: str,
    actor: Actor,
    now: datetime,
    reasons: Sequence[str] = (),
    comment: str = "",
    help_session_id: int | None = None,
) -> ArticleFeedback:
    """Take a reader's vote on a revision; voting again changes the vote.

    An event is recorded when the answer is new or turns round, not when only a comment is added.

    :param reasons: of :data:`FEEDBACK_REASONS`; others are passed over.
    :param voter_key: who votes, such as ``session:42``; one vote each.
    :raises NotFound: no such revision, or of an article that readers cannot see.
    """
    row = db.session.execute(
        select(Revision.article_id, Article.state)
        .join(Article, Article.id == Revision.article_id)
        .where(Revision.id == revision_id)
    ).first()
    if row is None or row.state != ArticleState.PUBLISHED:
        raise NotFound(Sentence("This article is no longer here."))
    vote = db.session.scalar(
        select(ArticleFeedback).where(
            ArticleFeedback.revision_id == revision_id, ArticleFeedback.voter_key == voter_key
        )
    )
    news = vote is None or vote.helped is not helped
    if vote is None:
        vote = ArticleFeedback(
            article_id=row.article_id, revision_id=revision_id, voter_key=voter_key
        )
        db.session.add(vote)
    vote.helped = helped
    vote.reasons = [] if helped else [reason for reason in FEEDBACK_REASONS if reason in reasons]
    vote.comment = comment.replace("\x00", "").strip()[:LONGEST_COMMENT]
    vote.given_at = now
    if help_session_id is not None:
        vote.help_session_id = help_session_id
    if news:
        record(
            ArticleFeedbackGiven(row.article_id, revision_id, helped, help_session_id),
            actor=actor,
            at=now,
        )
    return vote
