"""Taking in what people do before they write to us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, select

from app.config import Settings
from app.db import db
from app.deflection.exclusions import is_bot_agent
from app.deflection.models import IDLE, Exclusion, HelpEvent, HelpSession, person_key
from app.deflection.outcomes import Act
from app.deflection.services.inserting import insert_missing, insert_or_none
from app.deflection.services.refreshing import acts_of, make_act, refresh_sessions
from app.deflection.services.stitching import stitch
from app.deflection.texts import clean_text, fold_query, scrub
from app.deflection.vocabulary import SCHEMA_VERSION, SERVER_KINDS, ClientEvent
from app.knowledge.models import Article

#: Further events of a session are dropped: no person does as much in one visit.
MAX_EVENTS_A_SESSION = 500


@dataclass(frozen=True)
class HelpSource:
    """Where events come from.

    :ivar session_key: random id of the client's help session.
    :ivar surface: of :class:`app.deflection.models.Surface`.
    :ivar user_agent: the request's header.
    :ivar had_input: pointer, touch or keys were seen; None if nobody looked.
    :ivar from_script: the client's script reports; False for what a server-rendered page records.
    """

    session_key: str
    surface: str
    user_agent: str
    site_id: int | None = None
    locale: str = ""
    visitor_id: int | None = None
    customer_id: int | None = None
    is_staff: bool = False
    had_input: bool | None = None
    from_script: bool = True

    @property
    def person_key(self) -> str:
        """Return the key that joins sessions and tickets of this person."""
        return person_key(
            customer_id=self.customer_id,
            visitor_id=self.visitor_id,
            session_key=self.session_key,
        )


def record_help_events(
    source: HelpSource, *, events: Sequence[ClientEvent], settings: Settings, now: datetime
) -> HelpSession:
    """Append events to the client's help session, starting one if there is none under way.

    Repeats of an event, by its id, are stored once. Times are the server's; the client's clock
    only spaces the events of one batch.

    :param events: in the order they happened; at most a batch.
    :returns: the session, its outcome up to date.
    """
    times = _times(events, now)
    latest = _latest_session(source.session_key)
    session = _session_under_way(source, latest, now=now)
    if session is None:
        number = latest.number + 1 if latest else 1
        session = _start_session(source, number=number, started_at=min(times, default=now))
    else:
        stitch(
            session,
            customer_id=source.customer_id,
            visitor_id=source.visitor_id,
            settings=settings,
            now=now,
        )
    before = acts_of([session])[session.id] if session.rule else []  # none if it has just begun
    acts = _append(session, before, events, times)
    # The session changes once, after all that is read: each read would write it out before.
    with db.session.no_autoflush:
        _note_source(session, source)
        session.last_event_at = max([session.last_event_at, *times])
        refresh_sessions([session], settings=settings, now=now, acts={session.id: acts})
    return session


def _note_source(session: HelpSession, source: HelpSource) -> None:
    session.locale = source.locale or session.locale
    session.scripted = session.scripted or source.from_script
    if source.had_input is not None:
        session.had_input = bool(session.had_input) or source.had_input
    if source.is_staff:
        session.excluded = Exclusion.STAFF
    elif not session.excluded and is_bot_agent(source.user_agent):
        session.excluded = Exclusion.BOT_AGENT


# Statements of the busiest write are built once; building one costs as much as running it.
_LATEST = (
    select(HelpSession)
    .where(HelpSession.key == bindparam("key"))
    .order_by(HelpSession.number.desc())
    .limit(1)
    .with_for_update()
)
_OF_PERSON = (
    select(HelpSession)
    .where(
        HelpSession.person_key == bindparam("person_key"),
        HelpSession.last_event_at >= bindparam("since"),
        HelpSession.surface == bindparam("surface"),
        HelpSession.site_id.is_not_distinct_from(bindparam("site_id", type_=Integer)),
    )
    .order_by(HelpSession.last_event_at.desc(), HelpSession.id.desc())
    .limit(1)
    .with_for_update()
)
_KNOWN = select(Article.id).where(Article.id.in_(bindparam("ids", expanding=True)))


def _latest_session(key: str) -> HelpSession | None:
    return db.session.scalar(_LATEST, {"key": key})


def _session_under_way(
    source: HelpSource, latest: HelpSession | None, *, now: datetime
) -> HelpSession | None:
    """Find the session to go on with: the client's latest, else one of the person.

    :param latest: of the client's key, over or not.
    """
    session = latest
    if session is None and (source.customer_id or source.visitor_id):
        # Another tab, or a panel that lost its storage: still the same search for help.
        session = db.session.scalar(
            _OF_PERSON,
            {
                "person_key": source.person_key,
                "since": now - IDLE,
                "surface": source.surface,
                "site_id": source.site_id,
            },
        )
    if session is None or session.is_over(now):
        return None
    if session.customer_id is not None and session.customer_id != source.customer_id:
        return None  # somebody signed out, or another person in: nothing is inherited
    return session


def _start_session(source: HelpSource, *, number: int, started_at: datetime) -> HelpSession:
    # Two first batches may arrive at once: the second finds the row of the first.
    row = {
        "key": source.session_key,
        "number": number,
        "site_id": source.site_id,
        "surface": source.surface,
        "locale": source.locale,
        "person_key": source.person_key,
        "visitor_id": source.visitor_id,
        "customer_id": source.customer_id,
        "started_at": started_at,
        "last_event_at": started_at,
    }
    session = insert_or_none(HelpSession, row, unique=("key", "number"))
    if session is None:
        session = _latest_session(source.session_key)
    assert session is not None
    return session


def _times(events: Sequence[ClientEvent], now: datetime) -> list[datetime]:
    """Place events on the server's clock: the last one now, the others before it as spaced."""
    newest = max((event.t_ms for event in events), default=0)
    longest = int(IDLE.total_seconds() * 1000)
    return [now - timedelta(milliseconds=min(newest - event.t_ms, longest)) for event in events]


def _append(
    session: HelpSession,
    acts: Sequence[Act],
    events: Sequence[ClientEvent],
    times: Sequence[datetime],
) -> Sequence[Act]:
    """Store new events.

    :param acts: what the session holds.
    :returns: what it holds now.
    """
    room = max(MAX_EVENTS_A_SESSION - len(acts), 0)
    known = _known_articles(events)
    rows = [
        _row(session, event, at)
        for at, event in sorted(zip(times, events, strict=True), key=lambda pair: pair[0])
        if event.kind not in SERVER_KINDS
        and (event.article_id is None or event.article_id in known)
    ][:room]
    if not insert_missing(HelpEvent, rows, unique=("event_id",)):
        return acts_of([session])[session.id]
    next_id = max((act.sequence for act in acts), default=0) + 1
    return [*acts, *(_act(row, number) for number, row in enumerate(rows, start=next_id))]


def _act(row: Mapping[str, Any], sequence: int) -> Act:
    names = ("event_id", "kind", "at", "article_id", "n_results", "data")
    return make_act(sequence=sequence, **{name: row[name] for name in names})


def _known_articles(events: Sequence[ClientEvent]) -> set[int]:
    """Return which articles exist; an event about a deleted one is dropped, not an error."""
    named = {event.article_id for event in events if event.article_id is not None}
    if not named:
        return set()
    return set(db.session.scalars(_KNOWN, {"ids": list(named)}))


def _row(session: HelpSession, event: ClientEvent, at: datetime) -> dict[str, Any]:
    query = scrub(clean_text(event.query))[:200] if event.query else None
    data = {**event.data, "v": SCHEMA_VERSION}
    if data.get("comment"):
        data["comment"] = scrub(data["comment"])
    return {
        "event_id": event.event_id,
        "help_session_id": session.id,
        "kind": event.kind.value,
        "at": at,
        "article_id": event.article_id,
        "revision_id": event.revision_id,
        "query": query,
        "query_key": fold_query(query) if query else None,
        "n_results": event.n_results,
        "data": data,
    }
