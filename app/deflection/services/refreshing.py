"""Keeping the cached outcome of a session equal to what its events say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from app.config import Settings
from app.db import UTCDateTime, db
from app.deflection.exclusions import exclusion_of
from app.deflection.models import IDLE, HelpContact, HelpEvent, HelpSession
from app.deflection.outcomes import CONTACT, Act, derive_outcome, in_order, summarise
from app.deflection.services.inserting import insert_missing
from app.deflection.vocabulary import SCHEMA_VERSION, Kind

_ACTS = select(
    HelpEvent.help_session_id,
    HelpEvent.event_id,
    HelpEvent.kind,
    HelpEvent.at,
    HelpEvent.id,
    HelpEvent.article_id,
    HelpEvent.n_results,
    HelpEvent.data,
).where(HelpEvent.help_session_id.in_(bindparam("sessions", expanding=True)))

_CONTACTS = select(HelpContact.person_key, HelpContact.at).where(
    HelpContact.person_key.in_(bindparam("people", expanding=True)),
    HelpContact.at >= bindparam("since", type_=UTCDateTime),
)


def acts_of(sessions: Sequence[HelpSession]) -> dict[int, list[Act]]:
    """Return the acts of sessions as plain values, by key of the session."""
    acts: dict[int, list[Act]] = {session.id: [] for session in sessions}
    if not acts:
        return acts
    for row in db.session.execute(_ACTS, {"sessions": list(acts)}):
        acts[row.help_session_id].append(
            make_act(
                event_id=row.event_id,
                kind=row.kind,
                at=row.at,
                sequence=row.id,
                article_id=row.article_id,
                n_results=row.n_results,
                data=row.data,
            )
        )
    return acts


def make_act(
    *,
    event_id: str,
    kind: str,
    at: datetime,
    sequence: int,
    article_id: int | None,
    n_results: int | None,
    data: Mapping[str, Any],
) -> Act:
    """Return a stored event as an act."""
    return Act(
        event_id=event_id,
        kind=Kind(kind),
        at=at,
        sequence=sequence,
        article_id=article_id,
        n_results=n_results,
        seconds=data.get("seconds", 0),
        depth=data.get("depth", 0),
        helped=data.get("helped"),
    )


def rule_of(settings: Settings) -> str:
    """Return a short name of the settings that decide outcomes."""
    return f"{settings.attribution_hours}h {settings.read_seconds}s"


def refresh_sessions(
    sessions: Sequence[HelpSession],
    *,
    settings: Settings,
    now: datetime,
    acts: Mapping[int, Sequence[Act]] | None = None,
) -> None:
    """Derive the outcomes of sessions anew and say when each may next change.

    :param settings: window of attribution and threshold of reading.
    :param acts: of every session by its key, if the caller has them at hand.
    """
    if not sessions:
        return
    if acts is None:
        acts = acts_of(sessions)
    contacts: dict[str, list[datetime]] = {session.person_key: [] for session in sessions}
    since = min(session.started_at for session in sessions)
    for row in db.session.execute(_CONTACTS, {"people": list(contacts), "since": since}):
        contacts[row.person_key].append(row.at)
    for session in sessions:
        later = [at for at in contacts[session.person_key] if at >= session.started_at]
        _refresh(session, acts[session.id], later, settings=settings, now=now)


def _refresh(
    session: HelpSession,
    acts: Sequence[Act],
    contacts: Sequence[datetime],
    *,
    settings: Settings,
    now: datetime,
) -> None:
    acts = in_order(acts)
    is_over = session.is_over(now)
    summary = summarise(acts)
    if is_over and summary.form_open:
        _note_abandoned_form(session, acts, contacts)
    verdict = derive_outcome(
        acts,
        tickets_of_person=contacts,
        now=now,
        attribution_hours=settings.attribution_hours,
        read_seconds=settings.read_seconds,
    )
    session.outcome = verdict.outcome
    session.detail = verdict.detail
    session.has_intent = summary.has_intent
    session.has_tried = summary.has_tried
    session.longest_read_seconds = summary.longest_read_seconds
    session.read_to_end = summary.read_to_end
    session.ended_looking = summary.ended_looking
    session.excluded = exclusion_of(
        acts,
        noted=session.excluded,
        scripted=session.scripted,
        had_input=session.had_input,
        is_over=is_over,
    )
    session.rule = rule_of(settings)
    session.recheck_at = verdict.recheck_at if is_over else session.last_event_at + IDLE


def _note_abandoned_form(
    session: HelpSession, acts: Sequence[Act], contacts: Sequence[datetime]
) -> None:
    """Record that the form was left unsent, once, when the session is over."""
    ended_at = session.last_event_at + IDLE
    sent = any(act.kind in CONTACT for act in acts) or any(at <= ended_at for at in contacts)
    if sent or any(act.kind is Kind.FORM_ABANDONED for act in acts):
        return
    insert_missing(
        HelpEvent,
        [
            {
                "event_id": f"form_abandoned:{session.id}",
                "help_session_id": session.id,
                "kind": Kind.FORM_ABANDONED.value,
                "at": ended_at,
                "data": {"v": SCHEMA_VERSION},
            }
        ],
        unique=("event_id",),
    )


def recheck_due_sessions(*, settings: Settings, now: datetime, limit: int = 200) -> int:
    """Refresh the sessions whose outcome time may have changed, or a changed setting.

    :returns: how many were refreshed; as many as `limit` means that there may be more.
    """
    due = db.session.scalars(
        select(HelpSession)
        .where(or_(HelpSession.recheck_at <= now, HelpSession.rule != rule_of(settings)))
        .order_by(HelpSession.recheck_at, HelpSession.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    refresh_sessions(due, settings=settings, now=now)
    return len(due)
