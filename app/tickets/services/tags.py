"""Putting tags on tickets, and keeping the words themselves in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.tags import (
    TagDeleted,
    TagMerged,
    TagRenamed,
    TicketTagged,
    TicketUntagged,
)
from app.events.services import record
from app.tickets.desk import SavedView, Tagging, TicketTag
from app.tickets.models import Ticket
from app.tickets.queries.tags import tags_of_each
from app.tickets.services.texts import too_long
from app.tickets.tag_names import TAG_MAX, clean_tags

#: More on one ticket than anybody reads.
MOST_TAGS = 30


def tag_tickets(
    ticket_ids: Collection[int],
    *,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    actor: Actor,
    now: datetime,
) -> dict[int, tuple[list[str], list[str]]]:
    """Put tags on tickets and take tags off them, each change an event of its ticket.

    The number of statements does not depend on the number of tickets.

    :param add: names as people type them; tags that are new come to be.
    :param remove: wins over `add`.
    :returns: for each ticket that changed, the tags it has got and those it has lost.
    :raises Invalid: a name is too long, or a ticket would have more than :data:`MOST_TAGS`.
    """
    off = clean_tags(remove)
    on = _checked(add) - off
    # In one order, so that two who tag the same tickets wait for each other and do not lock up.
    tickets = select(Ticket.id).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id)
    db.session.execute(tickets.with_for_update())
    present = tags_of_each(ticket_ids)
    changes = {}
    for ticket_id in ticket_ids:
        had = set(present.get(ticket_id, ()))
        if len((had | on) - off) > MOST_TAGS:
            raise Invalid(fields={"add": [f"Please use at most {MOST_TAGS} tags."]})
        if (got := sorted(on - had)) or (off & had):
            changes[ticket_id] = (got, sorted(off & had))
    if not changes:
        return changes
    keys = {tag.name: tag.id for tag in _tags_named(on | off, make=on, now=now)}
    added = [
        {"ticket_id": ticket_id, "tag_id": keys[name], "created_at": now}
        for ticket_id, (got, _lost) in changes.items()
        for name in got
    ]
    if added:
        db.session.execute(insert(Tagging), added)
    if off:
        db.session.execute(
            delete(Tagging).where(
                Tagging.ticket_id.in_(changes),
                Tagging.tag_id.in_([keys[name] for name in off if name in keys]),
            )
        )
    for ticket_id, (got, lost) in changes.items():
        for name in got:
            record(TicketTagged(ticket_id, name), actor=actor, at=now)
        for name in lost:
            record(TicketUntagged(ticket_id, name), actor=actor, at=now)
    return changes


def rename_tag(tag: TicketTag, *, name: str, actor: Actor, now: datetime) -> TicketTag:
    """Give a tag another name; if there is a tag with that name, the two become one.

    Views that ask for it ask for the new name from then on.

    :returns: the tag that has the name now.
    :raises Invalid: the name is missing or too long.
    """
    cleaned = next(iter(_checked([name])), "")
    if not cleaned:
        raise Invalid(fields={"name": ["Please give it a name."]})
    old = tag.name
    if cleaned == old:
        return tag
    other = db.session.scalar(select(TicketTag).where(TicketTag.name == cleaned))
    if other is None:
        tag.name = cleaned
        record(TagRenamed(tag.id, old, cleaned), actor=actor, at=now)
    else:
        _merge(tag, other)
        record(TagMerged(tag.id, other.id, old, cleaned), actor=actor, at=now)
    _change_in_views(old, cleaned)
    return other or tag


def delete_tag(tag: TicketTag, *, actor: Actor, now: datetime) -> None:
    """Take a tag off all its tickets and forget it; views no longer ask for it."""
    taken_off = db.session.execute(delete(Tagging).where(Tagging.tag_id == tag.id))
    event = TagDeleted(tag.id, tag.name, int(taken_off.rowcount))  # type: ignore[attr-defined]
    record(event, actor=actor, at=now)
    db.session.delete(tag)
    _change_in_views(tag.name, None)


def _merge(tag: TicketTag, other: TicketTag) -> None:
    """Give all tickets of a tag the other one instead."""
    having = select(Tagging.ticket_id).where(Tagging.tag_id == other.id)
    db.session.execute(
        update(Tagging)
        .where(Tagging.tag_id == tag.id, Tagging.ticket_id.not_in(having))
        .values(tag_id=other.id)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(delete(Tagging).where(Tagging.tag_id == tag.id))
    other.used_at = max(tag.used_at, other.used_at)
    db.session.delete(tag)


def _change_in_views(old: str, new: str | None) -> None:
    for view in db.session.scalars(select(SavedView)):
        asked = view.query.get("tag", "").split(",")
        if old not in asked:
            continue
        kept = {name for name in asked if name != old} | ({new} if new else set())
        rest = {name: value for name, value in view.query.items() if name != "tag"}
        view.query = rest | ({"tag": ",".join(sorted(kept))} if kept else {})


def _tags_named(
    names: Collection[str], *, make: Collection[str], now: datetime
) -> Sequence[TicketTag]:
    """Return the tags with these names; those to make that are new come to be."""
    known = _known(names)
    fresh = [
        TicketTag(name=name, used_at=now, created_at=now)
        for name in sorted(set(make) - {tag.name for tag in known})
    ]
    if fresh:
        try:
            with db.session.begin_nested():
                db.session.add_all(fresh)
        except IntegrityError:
            # Somebody made one of them at the same moment; what is there now is theirs.
            return _tags_named(names, make=make, now=now)
    for tag in known:
        if tag.name in make:
            tag.used_at = now
    return [*known, *fresh]


def _known(names: Collection[str]) -> Sequence[TicketTag]:
    return db.session.scalars(select(TicketTag).where(TicketTag.name.in_(names))).all()


def _checked(names: Iterable[str]) -> set[str]:
    cleaned = clean_tags(names)
    if any(len(name) > TAG_MAX for name in cleaned):
        raise Invalid(fields={"add": [too_long(TAG_MAX)], "name": [too_long(TAG_MAX)]})
    return cleaned
