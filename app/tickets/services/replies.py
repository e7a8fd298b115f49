"""Answers, notes and the customer's own messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.db import db
from app.events.actor import Actor, ActorKind, staff_actor
from app.events.catalogue.lifecycle import TicketFollowUpSet
from app.events.catalogue.tickets import MessageAdded, NoteAdded
from app.events.services import record
from app.staff.models import Staff
from app.tickets.errors import HoldNeeded, MoveRefused, TicketChanged, TicketClosed
from app.tickets.models import Disposition, Message, MessageKind, Resolution, Ticket, TicketState
from app.tickets.queries.history import changes_since, messages_after
from app.tickets.queries.merged import goes_on_in
from app.tickets.services.mails import announce_reply
from app.tickets.services.messages import (
    Author,
    MailFacts,
    append_message,
    author_of_staff,
    uploads_of,
)
from app.tickets.services.opening import open_ticket
from app.tickets.services.properties import checked_resolution, lock_ticket, move_to
from app.tickets.services.snoozing import set_snooze
from app.tickets.services.texts import SUBJECT_MAX, checked_body
from app.tickets.states import AFTER_CUSTOMER_MESSAGE, AFTER_STAFF_REPLY, may_move


def add_reply(
    ticket: Ticket,
    *,
    author: Staff,
    body: str,
    now: datetime,
    attachment_keys: Sequence[str] = (),
    next_state: TicketState | str | None = None,
    expected_version: int | None = None,
    seen_message_id: int | None = None,
    resolution: Resolution | str | None = None,
) -> Message:
    """Answer the customer.

    :param next_state: where the answer puts the ticket; None lets the table decide.
    :param expected_version: the ticket's version the writer saw.
    :param seen_message_id: the last public message the writer saw.
    :param resolution: how it was resolved; needed if the answer solves it.
    :raises TicketChanged: properties changed or messages arrived since; nothing was written.
    :raises TicketClosed: it is closed.
    :raises MoveRefused: `next_state` cannot follow.
    :raises ResolutionNeeded: the answer solves it, and nothing says how.
    :raises HoldNeeded: the answer cannot put it on hold, which needs a reason and a date.
    """
    body = checked_body(body)
    lock_ticket(ticket, expected_version=None)
    _refuse_if_moved_on(ticket, expected_version, seen_message_id)
    if ticket.state == TicketState.CLOSED:
        raise TicketClosed
    state = _state_after_reply(ticket, next_state)
    is_solved_now = state is TicketState.SOLVED and ticket.state != state
    how = checked_resolution(resolution) if is_solved_now else None
    actor = staff_actor(author.id)
    message = append_message(
        ticket,
        author=author_of_staff(author),
        body=body,
        kind=MessageKind.MESSAGE,
        uploads=uploads_of(attachment_keys, actor=actor, owner_key=None),
        now=now,
    )
    record(MessageAdded(ticket.id, message.id, message.author_kind), actor=actor, at=now)
    move_to(ticket, state, actor=actor, now=now, resolution=how)
    announce_reply(ticket, message, now=now)
    return message


def add_note(
    ticket: Ticket,
    *,
    author: Staff,
    body: str,
    now: datetime,
    attachment_keys: Sequence[str] = (),
) -> Message:
    """Write something only staff see. It changes nothing else and cannot conflict."""
    actor = staff_actor(author.id)
    message = append_message(
        ticket,
        author=author_of_staff(author),
        body=checked_body(body),
        kind=MessageKind.NOTE,
        uploads=uploads_of(attachment_keys, actor=actor, owner_key=None),
        now=now,
    )
    record(NoteAdded(ticket.id, message.id), actor=actor, at=now)
    return message


def add_customer_message(
    ticket: Ticket,
    *,
    body: str,
    actor: Actor,
    now: datetime,
    attachment_keys: Sequence[str] = (),
    attachment_owner: str | None = None,
    author_name: str = "",
    mail: MailFacts | None = None,
) -> Message:
    """Add what the requester writes, from the widget, a request link or by mail.

    A waiting, held or solved ticket becomes open again. A closed one stays closed: the words
    become a new ticket that names it, and the returned message belongs to that one. Where the
    ticket was merged, they belong to the one it goes on in. Spam stays where it is, and the words
    with it.

    :param actor: a customer, or a visitor (also for whoever holds a request link).
    :param attachment_owner: who uploaded the attachments, such as ``session:42``.
    :param author_name: who writes, if it is not the requester.
    :param mail: what it came in, if it came by mail.
    """
    body = checked_body(body)
    lock_ticket(ticket, expected_version=None)
    if ticket.merged_into_id is not None:
        ticket = goes_on_in(ticket)
        lock_ticket(ticket, expected_version=None)
    if ticket.state == TicketState.CLOSED and ticket.disposition != Disposition.SPAM:
        return _follow_up(
            ticket,
            body=body,
            actor=actor,
            now=now,
            attachment_keys=attachment_keys,
            attachment_owner=attachment_owner,
            mail=mail,
        )
    name = (mail.sender_name or mail.sender) if mail is not None else author_name
    name = name or ticket.requester_name or ticket.requester_email or "Visitor"
    message = append_message(
        ticket,
        author=Author(actor.kind.value, name),
        body=body,
        kind=MessageKind.MESSAGE,
        uploads=uploads_of(attachment_keys, actor=actor, owner_key=attachment_owner),
        now=now,
        mail=mail,
    )
    record(MessageAdded(ticket.id, message.id, message.author_kind), actor=actor, at=now)
    if ticket.snoozed_until is not None:
        set_snooze(ticket, None, actor=actor, now=now)
    state = TicketState(ticket.state)
    move_to(ticket, AFTER_CUSTOMER_MESSAGE.get(state, state), actor=actor, now=now)
    return message


def _follow_up(
    ticket: Ticket,
    *,
    body: str,
    actor: Actor,
    now: datetime,
    attachment_keys: Sequence[str],
    attachment_owner: str | None,
    mail: MailFacts | None,
) -> Message:
    follow_up = open_ticket(
        subject=f"Follow-up to {ticket.number}: {ticket.subject}"[:SUBJECT_MAX],
        body=body,
        channel=ticket.channel,
        actor=actor,
        now=now,
        site_id=ticket.site_id,
        customer_id=ticket.customer_id,
        visitor_id=ticket.visitor_id,
        requester_name=ticket.requester_name,
        requester_email=ticket.requester_email,
        requester_verified=ticket.requester_verified,
        locale=ticket.locale,
        attachment_keys=attachment_keys,
        attachment_owner=attachment_owner,
        mail=mail,
    )
    follow_up.follow_up_of_id = ticket.id
    record(TicketFollowUpSet(follow_up.id, None, ticket.id), actor=actor, at=now)
    return messages_after(follow_up.id, 0)[0]


def _state_after_reply(ticket: Ticket, wanted: TicketState | str | None) -> TicketState:
    present = TicketState(ticket.state)
    if wanted is None or wanted == present:
        return AFTER_STAFF_REPLY.get(present, present)
    if wanted not in set(TicketState) or not may_move(present, wanted, actor_kind=ActorKind.STAFF):
        raise MoveRefused(fields={"state": [MoveRefused.user_message]})
    if wanted == TicketState.ON_HOLD:
        raise HoldNeeded
    return TicketState(wanted)


def _refuse_if_moved_on(
    ticket: Ticket, expected_version: int | None, seen_message_id: int | None
) -> None:
    """Refuse an answer that was written to a conversation that has moved on since."""
    unseen = [] if seen_message_id is None else messages_after(ticket.id, seen_message_id)
    moved = expected_version is not None and expected_version != ticket.version
    if not (unseen or moved):
        return
    changes = changes_since(ticket, expected_version) if moved and expected_version else []
    db.session.flush()
    raise TicketChanged(ticket, changes=changes, messages=unseen)
