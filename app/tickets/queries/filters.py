"""What the list can be narrowed down by: a map from names in addresses to conditions on columns.

Nothing else reaches the database: an unknown name is not looked at, and a value only after its
facet has read it (docs/tickets.md, "The inbox").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.customers.models import Customer
from app.db import UTCDateTime
from app.knowledge.models import Category
from app.tickets.composing import Draft
from app.tickets.desk import Tagging, TicketTag
from app.tickets.models import (
    Channel,
    Disposition,
    Message,
    MessageKind,
    Priority,
    Resolution,
    Ticket,
    TicketRead,
    TicketState,
)
from app.tickets.queries.facet_values import (
    day,
    mail_address,
    number_or,
    one_of,
    read_number,
    some_of,
    tag_names,
)
from app.tickets.queries.fulltext import asked_from, has_part, holds_words
from app.tickets.states import UNSOLVED

#: Name in the address to the states it stands for.
STATE_FILTERS: dict[str, tuple[TicketState, ...]] = {
    "unsolved": UNSOLVED,
    **{state.value: (state,) for state in TicketState},
    "any": tuple(TicketState),
}

#: From when on a promise counts as due.
PROMISE_SOON = timedelta(hours=24)

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when: what "me", "unread" and "overdue" mean.

    :ivar id: key of a member of staff.
    """

    id: int
    now: datetime

    @property
    def moments(self) -> dict[str, datetime]:
        """Return the values of :data:`NOW` and :data:`SOON`."""
        return {"now": self.now, "soon": self.now + PROMISE_SOON}


#: Moments in conditions, so that a statement can be kept while time goes on.
NOW = bindparam("now", type_=UTCDateTime())
SOON = bindparam("soon", type_=UTCDateTime())


@dataclass(frozen=True)
class InboxFilter:
    """What the list shows.

    :ivar state: a name in :data:`STATE_FILTERS`.
    :ivar facets: names in :data:`FACETS` with their values, as their facets have read them.
    :ivar text: words to be found in it, or a number (docs/ticket-search.md).
    :ivar sort: a name in :data:`app.tickets.queries.orders.ORDERS`.
    :ivar columns: what a row shows beside its subject; empty for the usual.
    :ivar after: continue behind this place, as the order writes it.
    :ivar ignored: names that were given and made no sense.
    """

    state: str = "unsolved"
    facets: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    sort: str = "recent"
    columns: tuple[str, ...] = ()
    after: str = ""
    ignored: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Let statements be kept by the filter they are for."""
        return hash((self.state, frozenset(self.facets.items()), self.text, self.sort, self.after))

    @property
    def states(self) -> tuple[TicketState, ...]:
        """Return the states that are wanted; whatever is set aside is closed."""
        if "disposition" in self.facets:
            return (TicketState.CLOSED,)
        return STATE_FILTERS[self.state]

    @property
    def is_narrowed(self) -> bool:
        """Say whether it asks for less than everything unsolved or everybody's own."""
        return bool(self.text or self.state != "unsolved" or set(self.facets) - {"assignee"})


@dataclass(frozen=True)
class Facet:
    """One thing to narrow down by.

    :ivar read: makes the canonical value of what an address holds; None if it makes no sense.
    :ivar condition: what a canonical value means, for the member of staff with a key.
    """

    read: Callable[[str], str | None]
    condition: Callable[[str, int], Condition]


def conditions(wanted: InboxFilter, viewer_id: int) -> list[Condition]:
    """Return what a ticket must fulfil, its state aside; :attr:`Viewer.moments` go with it."""
    made = [FACETS[name].condition(value, viewer_id) for name, value in wanted.facets.items()]
    if "snoozed" not in wanted.facets and not wanted.text:
        made.append(Ticket.snoozed_until.is_(None))
    if "disposition" not in wanted.facets and TicketState.CLOSED in wanted.states:
        # Nobody wants to see among closed tickets what was set aside, without having asked.
        made.append(Ticket.disposition.is_(None))
    if wanted.text:
        made.append(holds_words(wanted.text))
    return made


def _midnight(value: str, *, days: int = 0) -> datetime:
    day = datetime.combine(date.fromisoformat(value), time.min, tzinfo=UTC)
    return min(day, datetime.max.replace(tzinfo=UTC) - timedelta(days=days)) + timedelta(days=days)


def _assignee(value: str, viewer_id: int) -> Condition:
    if value == "nobody":
        return Ticket.assignee_id.is_(None)
    return Ticket.assignee_id == (viewer_id if value == "me" else int(value))


def _team(value: str, _viewer_id: int) -> Condition:
    return Ticket.team_id.is_(None) if value == "none" else Ticket.team_id == int(value)


def _category(value: str, _viewer_id: int) -> Condition:
    """Return the condition to be in a category or in one below it."""
    if value == "none":
        return Ticket.category_id.is_(None)
    tree = select(Category.id).where(Category.id == int(value)).cte("below", recursive=True)
    tree = tree.union(select(Category.id).where(Category.parent_id == tree.c.id))
    return Ticket.category_id.in_(select(tree.c.id))


def _tagged(value: str, _viewer_id: int) -> Condition:
    having = select(Tagging.ticket_id).join(TicketTag, TicketTag.id == Tagging.tag_id)
    return and_(*(Ticket.id.in_(having.where(TicketTag.name == tag)) for tag in value.split(",")))


def _account(value: str, _viewer_id: int) -> Condition:
    return Ticket.customer_id.in_(select(Customer.id).where(Customer.account_id == int(value)))


def _wrote(value: str, _viewer_id: int) -> Condition:
    customer, staff = Ticket.last_customer_message_at, Ticket.last_staff_message_at
    if value == "customer":
        return and_(customer.is_not(None), or_(staff.is_(None), customer > staff))
    return and_(staff.is_not(None), or_(customer.is_(None), staff >= customer))


def _unread(_value: str, viewer_id: int) -> Condition:
    newest = (
        select(func.max(Message.id))
        .where(Message.ticket_id == Ticket.id, Message.kind == MessageKind.MESSAGE)
        .correlate(Ticket)
        .scalar_subquery()
    )
    seen = exists().where(
        TicketRead.ticket_id == Ticket.id,
        TicketRead.staff_id == viewer_id,
        TicketRead.last_message_id >= newest,
    )
    return and_(Ticket.state.in_(UNSOLVED), _wrote("customer", viewer_id), ~seen)


def _promise(value: str, _viewer_id: int) -> Condition:
    """Return the condition that something is owed: soon, too late, or at all."""
    return _within_reach(Ticket.promise_due_at, {"broken": "overdue", "due": "soon"}.get(value))


def _within_reach(due_at: InstrumentedAttribute[datetime | None], when: str | None) -> Condition:
    """Return the condition that a time has passed, comes within a day, or is there at all."""
    if when == "overdue":
        return due_at < NOW
    if when == "soon":
        return and_(due_at >= NOW, due_at < SOON)
    return due_at.is_not(None)


def _due(value: str, _viewer_id: int) -> Condition:
    return _within_reach(Ticket.next_due_at, value)


def _escalation(value: str, _viewer_id: int) -> Condition:
    if value == "any":
        return Ticket.escalation_number.is_not(None)
    if value == "none":
        return Ticket.escalation_number.is_(None)
    return Ticket.escalation_number == int(value)


def _draft(_value: str, viewer_id: int) -> Condition:
    begun = select(Draft.ticket_id).where(Draft.staff_id == viewer_id, Draft.is_empty.is_(False))
    return Ticket.id.in_(begun)


def _snoozed(value: str, _viewer_id: int) -> Condition:
    if value == "only":
        return Ticket.snoozed_until.is_not(None)
    return Ticket.id.is_not(None)


#: In the order in which an address names them.
FACETS: Mapping[str, Facet] = {
    "assignee": Facet(number_or("me", "nobody"), _assignee),
    "team": Facet(number_or("none"), _team),
    "priority": Facet(
        some_of(Priority), lambda value, _viewer: Ticket.priority.in_(value.split(","))
    ),
    "category": Facet(number_or("none"), _category),
    "tag": Facet(tag_names, _tagged),
    "site": Facet(read_number, lambda value, _viewer: Ticket.site_id == int(value)),
    "channel": Facet(some_of(Channel), lambda value, _viewer: Ticket.channel.in_(value.split(","))),
    "account": Facet(read_number, _account),
    "customer": Facet(read_number, lambda value, _viewer: Ticket.customer_id == int(value)),
    "from": Facet(mail_address, lambda value, _viewer: asked_from(value)),
    "has": Facet(one_of("file"), lambda value, _viewer: has_part(value)),
    "wrote": Facet(one_of("customer", "staff"), _wrote),
    "unread": Facet(one_of("1"), _unread),
    "due": Facet(one_of("overdue", "soon", "any"), _due),
    "promise": Facet(one_of("due", "broken", "any"), _promise),
    "escalation": Facet(number_or("any", "none"), _escalation),
    "draft": Facet(one_of("1"), _draft),
    "snoozed": Facet(one_of("only", "any"), _snoozed),
    "resolution": Facet(
        some_of(Resolution), lambda value, _viewer: Ticket.resolution.in_(value.split(","))
    ),
    "disposition": Facet(
        some_of(Disposition), lambda value, _viewer: Ticket.disposition.in_(value.split(","))
    ),
    "created_from": Facet(day, lambda value, _viewer: Ticket.created_at >= _midnight(value)),
    "created_to": Facet(day, lambda value, _viewer: Ticket.created_at < _midnight(value, days=1)),
    "updated_from": Facet(day, lambda value, _viewer: Ticket.updated_at >= _midnight(value)),
    "updated_to": Facet(day, lambda value, _viewer: Ticket.updated_at < _midnight(value, days=1)),
}
