"""What follows from what happened to a ticket: who is told, and when it is aside no longer.

Called in the transaction of what happened (`app.subscriptions`).
"""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.events.actor import Actor, ActorKind
from app.events.catalogue.base import Event
from app.events.catalogue.mail import MailFailed
from app.events.catalogue.tickets import (
    MessageAdded,
    TicketAssigned,
    TicketConfirmed,
    TicketStateChanged,
)
from app.notifications.models import MailState
from app.staff.models import Staff
from app.tickets.models import Ticket, TicketState
from app.tickets.queries.watchers import watcher_ids
from app.tickets.services.snoozing import set_snooze
from app.tickets.services.telling import followers_of, tell_of_ticket
from app.tickets.states import UNSOLVED


def end_snooze(event: Event, actor: Actor, at: datetime) -> None:
    """Bring a ticket back into the lists that is solved, closed, or on hold no longer."""
    assert isinstance(event, TicketStateChanged)
    ticket = _ticket(event.ticket_id)
    is_over = event.new not in UNSOLVED or event.old == TicketState.ON_HOLD
    if is_over and ticket.snoozed_until is not None:
        set_snooze(ticket, None, actor=actor, now=at)


def tell_of_message(event: Event, actor: Actor, at: datetime) -> None:
    """Tell whoever follows a ticket that the customer wrote, or that a colleague answered."""
    assert isinstance(event, MessageAdded)
    ticket = _ticket(event.ticket_id)
    # Not by the actor: words of the customer's also arrive when staff merge or split tickets.
    if event.author_kind == "staff":
        _tell(ticket, f"{_name(actor)} answered", kind="answered", actor=actor, at=at)
    else:
        _tell(ticket, f"{_requester(ticket)} wrote", kind="wrote", actor=actor, at=at)


def tell_of_failed_mail(event: Event, actor: Actor, at: datetime) -> None:
    """Tell whoever follows a ticket that a mail to the customer did not arrive."""
    assert isinstance(event, MailFailed)
    # To an address that gets none, nothing was tried; the conversation says so at once.
    if event.ticket_id is not None and event.state != MailState.SUPPRESSED:
        what = "A mail to the customer did not arrive"
        _tell(_ticket(event.ticket_id), what, kind="mail_failed", actor=actor, at=at)


def tell_of_state(event: Event, actor: Actor, at: datetime) -> None:
    """Tell whoever follows a ticket that it is solved."""
    assert isinstance(event, TicketStateChanged)
    if event.new == TicketState.SOLVED:
        ticket = _ticket(event.ticket_id)
        who = _name(actor) if actor.kind is ActorKind.STAFF else _requester(ticket)
        _tell(ticket, f"{who} solved it", kind="solved", actor=actor, at=at)


def tell_of_agreement(event: Event, actor: Actor, at: datetime) -> None:
    """Tell whoever follows a ticket that the customer agrees that it is solved."""
    assert isinstance(event, TicketConfirmed)
    ticket = _ticket(event.ticket_id)
    if ticket.solved_at != at:  # else they solved it themselves, which was told
        _tell(ticket, f"{_requester(ticket)} says it is solved", kind="solved", actor=actor, at=at)


def tell_of_assignee(event: Event, actor: Actor, at: datetime) -> None:
    """Tell whoever gets a ticket from somebody else, and whoever follows it, whose it is now."""
    assert isinstance(event, TicketAssigned)
    ticket = _ticket(event.ticket_id)
    if event.new is not None and event.new != _staff_id(actor):
        text = f"{_name(actor)} gave you a ticket"
        _notify(ticket, {event.new}, text, kind="assigned", at=at)
    others = (watcher_ids(ticket.id) | {event.old or 0}) - {event.new, _staff_id(actor), 0}
    what = f"{_name(actor)} gave it to {_staff_name(event.new) or 'nobody'}"
    if event.new is not None and event.new == _staff_id(actor):
        what = f"{_name(actor)} took it"
    _notify(ticket, others, what, kind="assigned", at=at)


def _tell(ticket: Ticket, what: str, *, kind: str, actor: Actor, at: datetime) -> None:
    """Tell everybody who follows a ticket, but for who did it."""
    _notify(ticket, followers_of(ticket) - {_staff_id(actor)}, what, kind=kind, at=at)


def _notify(ticket: Ticket, people: set[int], what: str, *, kind: str, at: datetime) -> None:
    # Ten messages in a row are one thing to look at; who has a ticket may change meanwhile.
    once = kind in ("answered", "wrote", "mail_failed")
    tell_of_ticket(ticket, people, what, kind=kind, now=at, once=once)


def _ticket(ticket_id: int) -> Ticket:
    # It is in the session: whoever records an event of a ticket has it before them.
    return db.session.get_one(Ticket, ticket_id)


def _staff_id(actor: Actor) -> int:
    return (actor.id or 0) if actor.kind is ActorKind.STAFF else 0


def _requester(ticket: Ticket) -> str:
    return ticket.requester_name or "The customer"


def _name(actor: Actor) -> str:
    return _staff_name(_staff_id(actor)) or "Foreword"


def _staff_name(staff_id: int | None) -> str:
    staff = db.session.get(Staff, staff_id) if staff_id else None
    return staff.name if staff else ""
