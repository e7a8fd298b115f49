"""Letting people look for help, as the widget and the help centre would report it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.config import Settings
from app.customers.services.sessions import open_visitor_session
from app.deflection.models import HelpSession, Surface, person_key
from app.deflection.services.recording import HelpSource, record_help_events
from app.deflection.vocabulary import ClientEvent, Kind
from app.events.actor import Actor, customer_actor, visitor_actor
from app.knowledge.models import Audience
from app.knowledge.services import ArticleHit, find_articles, give_feedback
from app.seeds.moves import Move, Visit
from app.seeds.services.company import Company
from app.seeds.services.library import Shelved

#: Results that fit into the panel without scrolling.
_SEEN_RESULTS = 4
_RESULTS = 8
_READERS = frozenset({Audience.PUBLIC, Audience.CUSTOMERS})

Found = list[tuple[int, str]]


@dataclass
class HelpDesk:
    """What a visit needs to know: who people are, what the articles are, what the search finds.

    :ivar library: articles by slug.
    :ivar visitors: keys of anonymous visitors who come again, by their number.
    :ivar last_seen: when each customer was last here, by key.
    """

    company: Company
    library: dict[str, Shelved]
    settings: Settings
    visitors: dict[int, int] = field(default_factory=dict)
    last_seen: dict[str, datetime] = field(default_factory=dict)
    _found: dict[str, tuple[ArticleHit, ...]] = field(default_factory=dict)

    def receive(self, visit: Visit) -> HelpSession:
        """Record a visit: its events, its outcome as known then, and its votes."""
        customer = self.company.customers.get(visit.customer)
        if customer is not None:
            self.last_seen[visit.customer] = visit.ended_at
        visitor_id = self._visitor_id(visit)
        source = HelpSource(
            session_key=visit.key,
            surface=visit.surface,
            user_agent=visit.user_agent,
            site_id=self.company.site_id if visit.surface == Surface.WIDGET else None,
            locale=visit.locale,
            visitor_id=visitor_id,
            customer_id=customer.id if customer else None,
            is_staff=visit.is_staff,
            had_input=True,
        )
        session = record_help_events(
            source,
            events=_Telling(self, visit).events(),
            settings=self.settings,
            now=visit.ended_at,
        )
        actor = customer_actor(customer.id) if customer else visitor_actor(visitor_id)
        self._vote(visit, session, actor)
        return session

    def find(self, query: str, *, at: datetime, as_customer: bool) -> Found:
        """Return keys and slugs of what the search finds, as far as it existed at a time."""
        if query not in self._found:
            answer = find_articles(query, audiences=_READERS, limit=_RESULTS)
            self._found[query] = answer.items
        return [
            (hit.article_id, hit.slug)
            for hit in self._found[query]
            if as_customer or hit.audience == Audience.PUBLIC
            if self.library[hit.slug].revision_at(at) is not None
        ]

    def _visitor_id(self, visit: Visit) -> int | None:
        if visit.visitor is None:
            return None
        if visit.visitor not in self.visitors:
            opened, _token = open_visitor_session(site_id=self.company.site_id, now=visit.ended_at)
            assert opened.visitor_id is not None
            self.visitors[visit.visitor] = opened.visitor_id
        return self.visitors[visit.visitor]

    def _vote(self, visit: Visit, session: HelpSession, actor: Actor) -> None:
        voter = person_key(
            customer_id=session.customer_id,
            visitor_id=session.visitor_id,
            session_key=session.key,
        )
        for move in visit.moves:
            if move.kind not in (Kind.FEEDBACK, Kind.RESOLVED_CLAIM):
                continue
            revision_id = self.library[move.slug].revision_at(visit.ended_at)
            if revision_id is not None:
                give_feedback(
                    revision_id,
                    helped=move.helped,
                    voter_key=voter,
                    actor=actor,
                    now=visit.ended_at,
                    reasons=[move.reason] if move.reason else [],
                    comment=move.comment,
                    help_session_id=session.id,
                )


class _Telling:
    """One visit, told as the events a client sends."""

    def __init__(self, desk: HelpDesk, visit: Visit) -> None:
        self.desk = desk
        self.visit = visit
        self.last_search = ""
        self.ranks: dict[str, int] = {}
        self._number = 0

    def events(self) -> list[ClientEvent]:
        """Return the events in order."""
        return [event for move in self.visit.moves for event in self._events_of(move)]

    def _events_of(self, move: Move) -> list[ClientEvent]:
        if move.kind is Kind.SEARCH:
            return self._search(move)
        if not move.slug:
            return [self._event(move)]
        shelved = self.desk.library[move.slug]
        revision_id = shelved.revision_at(self.visit.ended_at)
        if revision_id is None:
            return []  # it was not there yet
        data: dict[str, Any] = {}
        if move.kind is Kind.CLICK and move.slug in self.ranks:
            data = {"rank": self.ranks[move.slug], "search_id": self.last_search}
        elif move.kind is Kind.READ:
            data = {"seconds": move.seconds, "depth": move.depth}
        elif move.kind is Kind.FEEDBACK:
            data = {"helped": move.helped}
            if not move.helped:
                data |= {"reasons": [move.reason], "comment": move.comment}
        return [
            self._event(move, article_id=shelved.article_id, revision_id=revision_id, data=data)
        ]

    def _search(self, move: Move) -> list[ClientEvent]:
        moment = self.visit.ended_at - timedelta(
            milliseconds=self.visit.moves[-1].at_ms - move.at_ms
        )
        found = self.desk.find(move.query, at=moment, as_customer=bool(self.visit.customer))
        self.ranks = {slug: rank for rank, (_, slug) in enumerate(found, start=1)}
        searched = self._event(
            move, query=move.query, n_results=len(found), data={"settled": "idle"}
        )
        self.last_search = searched.event_id
        seen = [
            self._event(
                Move(Kind.IMPRESSION, move.at_ms + 1200),
                article_id=article_id,
                data={"rank": rank, "search_id": searched.event_id},
            )
            for rank, (article_id, _) in enumerate(found[:_SEEN_RESULTS], start=1)
        ]
        return [searched, *seen]

    def _event(self, move: Move, **facts: Any) -> ClientEvent:
        self._number += 1
        event_id = f"{self.visit.key}-{self._number:02d}"
        return ClientEvent(event_id=event_id, kind=move.kind, t_ms=move.at_ms, **facts)
