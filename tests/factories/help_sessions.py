"""Help sessions for tests: articles to read, clients that act, tickets that follow."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from app.clock import utc_now
from app.config import Settings
from app.customers.models import Customer, Visitor
from app.db import db
from app.deflection.models import HelpSession
from app.deflection.services.recording import HelpSource, record_help_events
from app.deflection.vocabulary import ClientEvent, Kind
from app.knowledge.models import Article, ArticleState, Category, Revision

MONDAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key="test")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

_numbers = count(1)


def visitor() -> Visitor:
    """Return somebody anonymous, flushed."""
    found = Visitor(seen_at=MONDAY)
    db.session.add(found)
    db.session.flush()
    return found


def customer() -> Customer:
    """Return somebody known, flushed."""
    found = Customer(external_id=f"u{next(_numbers)}", name="Nora Quist")
    db.session.add(found)
    db.session.flush()
    return found


def article(title: str = "Calendar is empty") -> Article:
    """Return a published article with one revision, flushed."""
    category = Category(slug=f"c{next(_numbers)}", name="General")
    db.session.add(category)
    db.session.flush()
    found = Article(
        slug=f"a{next(_numbers)}",
        title=title,
        category_id=category.id,
        state=ArticleState.PUBLISHED,
        updated_at=MONDAY,
    )
    db.session.add(found)
    db.session.flush()
    revision = Revision(article_id=found.id, number=3, title=title, body="Text")
    db.session.add(revision)
    db.session.flush()
    found.published_revision_id = found.latest_revision_id = revision.id
    return found


def source(key: str = "client-key-0000001", **changes) -> HelpSource:
    """Return an anonymous browser in the widget."""
    return HelpSource(
        **{
            "session_key": key,
            "surface": "widget",
            "user_agent": FIREFOX,
            "had_input": True,
            **changes,
        }
    )


def act(kind: Kind | str, *, t: int = 0, event_id: str = "", **fields) -> ClientEvent:
    """Return an event; fields without a column go into its data."""
    columns = {
        name: fields.pop(name)
        for name in ("article_id", "revision_id", "query", "n_results")
        if name in fields
    }
    return ClientEvent(
        event_id=event_id or f"event-{next(_numbers):012}",
        kind=Kind(kind),
        t_ms=t,
        data=fields,
        **columns,
    )


def search(query: str = "empty calendar", n_results: int = 3, **fields) -> ClientEvent:
    """Return a settled search."""
    return act(Kind.SEARCH, query=query, n_results=n_results, settled="enter", **fields)


def play(
    *events: ClientEvent,
    by: HelpSource | None = None,
    now: datetime | None = None,
    settings: Settings = SETTINGS,
) -> HelpSession:
    """Record events as one batch; without times of their own they come a second apart."""
    spaced = [
        ClientEvent(**{**vars(event), "t_ms": event.t_ms or i * 1000})
        for i, event in enumerate(events)
    ]
    return record_help_events(
        by or source(), events=spaced, settings=settings, now=now or utc_now()
    )
