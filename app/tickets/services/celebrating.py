"""Keeping what customers said when something went well, and taking it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.care.models import Win
from app.care.texts import checked_text
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.events.actor import Actor
from app.events.catalogue.care import TicketWinKept, TicketWinTakenBack
from app.events.services import record
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.services.properties import lock_ticket


def keep_win(ticket: Ticket, *, words: str, note: str, actor: Actor, now: datetime) -> Win:
    """Keep a customer's own words as a win of the team.

    :param words: what they wrote, or a part of it; nobody puts words into their mouth.
    :param note: what went well, for the team; may be empty.
    :raises Invalid: the customer did not write this, or nothing was given.
    :raises Conflict: these words are kept already.
    """
    lock_ticket(ticket, expected_version=None)
    words = checked_text(words, field="words", needed="What did they write?")
    note = checked_text(note, field="note")
    message_id = _message_with(ticket.id, words)
    kept = select(Win.words).where(Win.message_id == message_id, Win.taken_back_at.is_(None))
    if words in db.session.scalars(kept).all():
        raise Conflict("These words are kept already.")
    win = Win(
        ticket_id=ticket.id,
        message_id=message_id,
        words=words,
        note=note,
        kept_by_id=actor.id,
        created_at=now,
    )
    db.session.add(win)
    db.session.flush()  # the event names it
    record(TicketWinKept(ticket.id, win.id, message_id), actor=actor, at=now)
    return win


def take_win_back(win_id: int, *, actor: Actor, now: datetime) -> None:
    """Show a win no longer. It stays on record; doing it twice does it once.

    :raises NotFound: there is no such win.
    """
    win = db.session.get(Win, win_id, with_for_update=True)
    if win is None:
        raise NotFound
    if win.taken_back_at is None:
        win.taken_back_at = now
        record(TicketWinTakenBack(win.ticket_id, win.id), actor=actor, at=now)


def _message_with(ticket_id: int, words: str) -> int:
    """Return the customer's newest message that holds the words, however its lines break."""
    said = db.session.execute(
        select(Message.id, Message.body)
        .where(
            Message.ticket_id == ticket_id,
            Message.kind == MessageKind.MESSAGE,
            Message.staff_id.is_(None),
        )
        .order_by(Message.id.desc())
    )
    wanted = " ".join(words.split())
    for row in said:
        if wanted in " ".join(row.body.split()):
            return int(row.id)
    raise Invalid(fields={"words": ["The customer did not write this. Please keep their words."]})
