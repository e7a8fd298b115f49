"""The sessions behind a number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, and_, exists, not_, select

from app.customers.models import Customer
from app.db import db
from app.deflection.models import HelpContact, HelpEvent, HelpSession, Outcome
from app.deflection.queries.scope import Scope
from app.deflection.queries.searches import settled_searches
from app.deflection.vocabulary import Kind
from app.knowledge.models import Article
from app.sites.models import Site
from app.web.pagination import Page, paginate


@dataclass(frozen=True)
class SessionFilter:
    """Which sessions of a scope to list; empty entries ask for nothing.

    :ivar outcome: an outcome; ``decided`` for any but pending; ``excluded`` for those in no rate;
        ``before_ticket`` for those that writers of tickets had tried first, whenever they began.
    :ivar time: ``over`` or ``open`` for sessions whose attribution window is.
    :ivar detail: sub-kind of the outcome, or the reason of an exclusion.
    :ivar query_key: folded text that was searched.
    :ivar search: of the searches: ``without_result`` or ``without_click``.
    :ivar article_id: an article that was opened.
    """

    outcome: str = ""
    time: str = ""
    detail: str = ""
    query_key: str = ""
    search: str = ""
    article_id: int | None = None


@dataclass(frozen=True)
class SessionRow:
    """A help session as a list shows it.

    :ivar who: the customer's name; empty for a visitor.
    :ivar queries: what was searched, in order, each once.
    :ivar articles: titles of what was opened, in order, each once.
    :ivar ticket_number: of the ticket that came out of it, else of the one that followed and
        made it a failure.
    :ivar ticket_at: when that ticket was sent.
    """

    session: HelpSession
    who: str
    site: str
    queries: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    ticket_number: int | None = None
    ticket_at: datetime | None = None


def sessions_between(
    scope: Scope, wanted: SessionFilter, *, number: int, per_page: int = 30
) -> Page[SessionRow]:
    """Return a page of the help sessions of a scope, newest first."""
    query = _narrowed(select(HelpSession), scope, wanted).order_by(
        HelpSession.started_at.desc(), HelpSession.id.desc()
    )
    page = paginate(db.session(), query, number=number, per_page=per_page)
    return Page(_described(page.items), page.number, page.per_page, page.total)


def describe_session(session: HelpSession) -> SessionRow:
    """Return one session as lists show it."""
    return _described([session])[0]


def _narrowed(
    query: Select[tuple[HelpSession]], scope: Scope, wanted: SessionFilter
) -> Select[tuple[HelpSession]]:
    if wanted.outcome == "before_ticket":
        return query.where(
            HelpSession.id.in_(
                select(HelpContact.tried_session_id).where(
                    HelpContact.at >= scope.since,
                    HelpContact.at < scope.until,
                    HelpContact.tried_session_id.is_not(None),
                )
            )
        )
    if wanted.outcome == "excluded":
        query = query.where(*scope.conditions(), HelpSession.excluded != "")
        if wanted.detail:
            query = query.where(HelpSession.excluded == wanted.detail)
    else:
        query = query.where(*scope.counted())
        if wanted.outcome == "decided":
            query = query.where(HelpSession.outcome != "pending")
        elif wanted.outcome:
            query = query.where(HelpSession.outcome == wanted.outcome)
        if wanted.detail:
            query = query.where(HelpSession.detail == wanted.detail)
    if wanted.time:
        query = query.where(scope.ripe() if wanted.time == "over" else not_(scope.ripe()))
    if wanted.query_key or wanted.search:
        query = query.where(HelpSession.id.in_(_searching(scope, wanted)))
    if wanted.article_id is not None:
        query = query.where(
            exists().where(
                HelpEvent.help_session_id == HelpSession.id,
                HelpEvent.article_id == wanted.article_id,
                HelpEvent.kind.in_((Kind.CLICK, Kind.SUGGESTION_CLICK, Kind.READ)),
            )
        )
    return query


def _searching(scope: Scope, wanted: SessionFilter) -> Select[tuple[int]]:
    found = settled_searches(scope)
    query = select(found.c.help_session_id)
    if wanted.query_key:
        query = query.where(found.c.query_key == wanted.query_key)
    if wanted.search == "without_result":
        query = query.where(found.c.n_results == 0)
    elif wanted.search == "without_click":
        query = query.where(and_(found.c.n_results > 0, not_(found.c.is_clicked)))
    return query


def _described(sessions: list[HelpSession]) -> list[SessionRow]:
    """Add names, searches, articles and tickets, with one query each."""
    ids = [session.id for session in sessions]
    customers = {session.customer_id for session in sessions if session.customer_id}
    names = {
        row.id: row.name or row.email
        for row in db.session.execute(
            select(Customer.id, Customer.name, Customer.email).where(Customer.id.in_(customers))
        )
    }
    sites = {row.id: row.name for row in db.session.execute(select(Site.id, Site.name))}
    tickets = _tickets(sessions)
    queries: dict[int, dict[str, None]] = defaultdict(dict)
    articles: dict[int, dict[str, None]] = defaultdict(dict)
    for session_id, query, title in db.session.execute(
        select(HelpEvent.help_session_id, HelpEvent.query, Article.title)
        .outerjoin(Article, Article.id == HelpEvent.article_id)
        .where(
            HelpEvent.help_session_id.in_(ids),
            HelpEvent.kind.in_((Kind.SEARCH, Kind.CLICK, Kind.SUGGESTION_CLICK, Kind.READ)),
        )
        .order_by(HelpEvent.at, HelpEvent.id)
    ):
        if query:
            queries[session_id][query] = None
        elif title:
            articles[session_id][title] = None
    return [
        SessionRow(
            session=session,
            who=names.get(session.customer_id or 0, ""),
            site=sites.get(session.site_id or 0, ""),
            queries=list(queries[session.id]),
            articles=list(articles[session.id]),
            ticket_number=tickets[session.id].ticket_number if session.id in tickets else None,
            ticket_at=tickets[session.id].at if session.id in tickets else None,
        )
        for session in sessions
    ]


def _tickets(sessions: list[HelpSession]) -> dict[int, HelpContact]:
    """Return the ticket of each session that has or caused one, by session id."""
    failed = [session for session in sessions if session.outcome == Outcome.FAILED]
    if not failed:
        return {}
    contacts = db.session.scalars(
        select(HelpContact)
        .where(
            HelpContact.person_key.in_({session.person_key for session in failed}),
            HelpContact.at >= min(session.started_at for session in failed),
        )
        .order_by(HelpContact.at, HelpContact.id)
    ).all()
    own = {contact.help_session_id: contact for contact in reversed(contacts)}
    return {
        session.id: contact
        for session in failed
        if (
            contact := own.get(session.id)
            or next(
                (
                    contact
                    for contact in contacts
                    if contact.person_key == session.person_key and contact.at >= session.started_at
                ),
                None,
            )
        )
    }
