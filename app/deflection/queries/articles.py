"""Which articles help, and what readers say of those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select

from app.db import db
from app.deflection.models import HelpEvent, HelpSession, Outcome
from app.deflection.queries.scope import Scope
from app.deflection.vocabulary import Kind
from app.knowledge.models import Article, ArticleFeedback, Revision


@dataclass(frozen=True)
class ArticleRow:
    """One article and what came of it.

    :ivar sessions: help sessions in which it was opened.
    :ivar failed: of these, followed by a ticket.
    :ivar yes: votes that it helped.
    :ivar no: votes that it did not.
    """

    id: int
    slug: str
    title: str
    sessions: int
    failed: int
    yes: int
    no: int


@dataclass(frozen=True)
class Remark:
    """What a reader wrote about an article that did not help.

    :ivar help_session_id: the session it was given in, if it is still kept.
    """

    article_id: int
    slug: str
    title: str
    revision_number: int
    reasons: Sequence[str]
    comment: str
    given_at: datetime
    help_session_id: int | None


def articles_between(scope: Scope) -> list[ArticleRow]:
    """Return the articles that were opened or voted on in a scope, most opened first."""
    failed = case((HelpSession.outcome == Outcome.FAILED, HelpSession.id))
    opened = {
        row.article_id: row
        for row in db.session.execute(
            select(
                HelpEvent.article_id,
                func.count(func.distinct(HelpSession.id)).label("sessions"),
                func.count(func.distinct(failed)).label("failed"),
            )
            .join(HelpSession, HelpSession.id == HelpEvent.help_session_id)
            .where(
                *scope.counted(),
                scope.no_earlier_acts(),
                HelpEvent.kind.in_((Kind.CLICK, Kind.SUGGESTION_CLICK, Kind.READ)),
                HelpEvent.article_id.is_not(None),
            )
            .group_by(HelpEvent.article_id)
        )
    }
    votes = {
        row.article_id: row
        for row in db.session.execute(
            select(
                ArticleFeedback.article_id,
                func.count(case((ArticleFeedback.helped.is_(True), 1))).label("yes"),
                func.count(case((ArticleFeedback.helped.is_(False), 1))).label("no"),
            )
            .outerjoin(HelpSession, HelpSession.id == ArticleFeedback.help_session_id)
            .where(*_votes_in(scope))
            .group_by(ArticleFeedback.article_id)
        )
    }
    rows = []
    for article in db.session.execute(
        select(Article.id, Article.slug, Article.title).where(
            Article.id.in_(opened.keys() | votes.keys())
        )
    ):
        read, vote = opened.get(article.id), votes.get(article.id)
        rows.append(
            ArticleRow(
                article.id,
                article.slug,
                article.title,
                sessions=read.sessions if read else 0,
                failed=read.failed if read else 0,
                yes=vote.yes if vote else 0,
                no=vote.no if vote else 0,
            )
        )
    return sorted(rows, key=lambda row: (-row.sessions, row.title, row.id))


def remarks_between(scope: Scope, *, limit: int = 10) -> list[Remark]:
    """Return what readers gave as reasons why an article did not help, newest first."""
    rows = db.session.execute(
        select(
            Article.id,
            Article.slug,
            Article.title,
            Revision.number,
            ArticleFeedback.reasons,
            ArticleFeedback.comment,
            ArticleFeedback.given_at,
            HelpSession.id,
        )
        .join(Article, Article.id == ArticleFeedback.article_id)
        .join(Revision, Revision.id == ArticleFeedback.revision_id)
        .outerjoin(HelpSession, HelpSession.id == ArticleFeedback.help_session_id)
        .where(*_votes_in(scope), ArticleFeedback.helped.is_(False))
        .order_by(ArticleFeedback.given_at.desc(), ArticleFeedback.id.desc())
        .limit(limit * 4)
    )
    # A "no" without a word is a vote and stands in the table above; the empty list of reasons
    # has no portable form in SQL.
    remarks = [Remark(*row) for row in rows]
    return [remark for remark in remarks if remark.reasons or remark.comment][:limit]


def _votes_in(scope: Scope) -> list[ColumnElement[bool]]:
    """Return the condition on votes, joined to their sessions where these are still kept."""
    wanted: list[ColumnElement[bool]] = [
        ArticleFeedback.given_at >= scope.since,
        ArticleFeedback.given_at < scope.until,
        or_(HelpSession.id.is_(None), HelpSession.excluded == ""),
    ]
    if scope.site_id is not None:
        wanted.append(HelpSession.site_id == scope.site_id)
    if scope.surface:
        wanted.append(HelpSession.surface == scope.surface)
    return wanted
