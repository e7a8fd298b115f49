"""Letting tickets happen: opened, answered, given on, settled, closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.care.models import FlagKind
from app.care.services import raise_flag
from app.deflection.models import HelpSession
from app.events.actor import SYSTEM, Actor, ActorKind, customer_actor, staff_actor, visitor_actor
from app.seeds.services.filing import VERBS, file_step
from app.seeds.services.helping import HelpDesk
from app.seeds.threads import Step, Thread
from app.tickets.models import Channel, Ticket, TicketState
from app.tickets.services.opening import open_ticket
from app.tickets.services.parking import park_ticket
from app.tickets.services.properties import assign_ticket, change_priority, change_state
from app.tickets.services.reopening import dismiss_reopen
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from app.tickets.services.seen import mark_read, mark_seen

#: Where an answer with a verb puts the ticket.
_ANSWERS = {
    "reply": TicketState.WAITING_CUSTOMER,
    "open": TicketState.OPEN,
    "hold": TicketState.OPEN,
    "solved": TicketState.SOLVED,
}
#: How long until somebody looks at a ticket again that an answer put on hold.
_HOLD = timedelta(days=3)
#: Customers see an answer about this long after it was sent.
_SEEN_AFTER = timedelta(minutes=30)


@dataclass
class Conversations:
    """The tickets of the story, as they stand.

    :ivar tickets: by key of the thread.
    """

    desk: HelpDesk
    tickets: dict[str, Ticket] = field(default_factory=dict)

    def begin(self, thread: Thread) -> None:
        """Open a ticket, with what was tried before it."""
        session = self.desk.receive(thread.trail) if thread.trail else None
        company = self.desk.company
        customer = company.customers.get(thread.customer)
        self.tickets[thread.key] = open_ticket(
            subject=thread.subject,
            body=thread.body,
            channel=Channel(thread.channel),
            actor=self._asker(thread, session),
            now=thread.at,
            site_id=company.site_id if thread.channel == Channel.WIDGET else None,
            customer_id=customer.id if customer else None,
            requester_name=thread.name,
            requester_email=thread.email,
            context=thread.context,
            locale=thread.locale,
            help_session_id=session.id if session else None,
        )

    def go_on(self, thread: Thread, step: Step, *, now: datetime) -> None:
        """Do one step of a thread.

        :param now: the present, in which nobody has seen what was only just written.
        """
        ticket = self.tickets[thread.key]
        if step.verb == "writes":
            add_customer_message(
                ticket, body=step.text, actor=self._asker(thread, None), now=step.at
            )
        elif step.verb == "closes":
            change_state(ticket, state=TicketState.CLOSED, actor=SYSTEM, now=step.at)
        else:
            self._staff_step(ticket, step)
        if step.verb in _ANSWERS and step.at + _SEEN_AFTER < now and not thread.is_fresh:
            mark_seen(ticket.id, now=step.at + _SEEN_AFTER)

    def file(self, thread: Thread, *, now: datetime) -> None:
        """Note which staff have read a thread: everybody the old, only its writers today's."""
        staff = self.desk.company.staff
        writers = {step.who for step in thread.steps if step.who in staff}
        answered_last = bool(thread.steps) and thread.steps[-1].who in staff
        readers = staff if not thread.is_fresh else writers if answered_last else ()
        for key in readers:
            mark_read(self.tickets[thread.key].id, staff_id=staff[key].id, now=now)

    def _staff_step(self, ticket: Ticket, step: Step) -> None:
        person = self.desk.company.staff[step.who]
        actor = staff_actor(person.id)
        if step.verb in _ANSWERS:
            if ticket.assignee_id is None:
                assign_ticket(ticket, assignee_id=person.id, actor=actor, now=step.at)
            add_reply(
                ticket,
                author=person,
                body=step.text,
                now=step.at,
                next_state=_ANSWERS[step.verb],
                resolution=step.what or None,
            )
            if step.verb == "hold":
                reason = step.what.replace("_", " ")
                look_at = step.at + _HOLD
                park_ticket(ticket, reason=reason, look_at=look_at, actor=actor, now=step.at)
        elif step.verb == "note":
            add_note(ticket, author=person, body=step.text, now=step.at)
        elif step.verb == "take":
            assign_ticket(ticket, assignee_id=person.id, actor=actor, now=step.at)
        elif step.verb == "give":
            receiver = self.desk.company.staff[step.what]
            assign_ticket(ticket, assignee_id=receiver.id, actor=actor, now=step.at)
        elif step.verb == "priority":
            change_priority(ticket, priority=step.what, actor=actor, now=step.at)
        elif step.verb == "flag":
            kind = step.what if step.what in set(FlagKind) else FlagKind.DOCS_FIX
            raise_flag(
                ticket.id, kind=kind, gap=step.what, note=step.text, actor=actor, now=step.at
            )
        elif step.verb in VERBS:
            file_step(ticket, step, person=person, actor=actor, tickets=self.tickets)
        else:
            dismiss_reopen(ticket, actor=actor, now=step.at)

    def _asker(self, thread: Thread, session: HelpSession | None) -> Actor:
        customer = self.desk.company.customers.get(thread.customer)
        if customer is not None:
            if thread.channel == Channel.API and thread.key not in self.tickets:
                return Actor(ActorKind.API)
            return customer_actor(customer.id)
        return visitor_actor(session.visitor_id if session else None)
