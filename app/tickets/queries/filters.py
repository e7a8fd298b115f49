"""What the list can be narrowed down by: a map from names in addresses to conditions on columns.

Nothing else reaches the database: an unknown name is not looked at, and a value only after its
facet has read it (docs/tickets.md, "The inbox").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

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
from app.tickets.states import UNSOLVED
from app.tickets.tag_names import TAG_MAX, clean_tags

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
    :ivar text: part of the subject, a number, or the beginning of a mail address.
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
        made.append(_matches(wanted.text))
    return made


def _matches(text: str) -> Condition:
    """Return the condition on number, subject or address; each reads an index, never the rows."""
    # Aliased, so that the index on subjects answers alone before the tickets are looked up.
    other = aliased(Ticket)
    found: list[Condition] = [
        Ticket.id.in_(select(other.id).where(other.subject.icontains(text, autoescape=True)))
    ]
    number = read_number(text.removeprefix("#"))
    if number is not None:
        found.append(Ticket.number == int(number))
    if "@" in text:
        address = text.lower()
        found.append(
            and_(Ticket.requester_email >= address, Ticket.requester_email < address + "\U0010ffff")
        )
    return or_(*found)


def read_number(text: str) -> str | None:
    """Return a key as an address holds it, without leading zeros."""
    return str(int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _number_or(*words: str) -> Callable[[str], str | None]:
    return lambda text: text if text in words else read_number(text)


def _one_of(*words: str) -> Callable[[str], str | None]:
    return lambda text: text if text in words else None


def _some_of(kind: type[StrEnum]) -> Callable[[str], str | None]:
    """Read several values, put into the order of their kind."""

    def read(text: str) -> str | None:
        given = set(text.split(","))
        known = [each.value for each in kind if each.value in given]
        return ",".join(known) if known and len(known) == len(given) else None

    return read


def _tags(text: str) -> str | None:
    """Read several tags; a ticket must have them all."""
    names = clean_tags(text.split(","))
    known = names and all(len(name) <= TAG_MAX for name in names)
    return ",".join(sorted(names)) if known else None


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


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


def _draft(_value: str, viewer_id: int) -> Condition:
    begun = select(Draft.ticket_id).where(Draft.staff_id == viewer_id, Draft.is_empty.is_(False))
    return Ticket.id.in_(begun)


def _snoozed(value: str, _viewer_id: int) -> Condition:
    if value == "only":
        return Ticket.snoozed_until.is_not(None)
    return Ticket.id.is_not(None)


#: In the order in which an address names them.
FACETS: Mapping[str, Facet] = {
    "assignee": Facet(_number_or("me", "nobody"), _assignee),
    "team": Facet(_number_or("none"), _team),
    "priority": Facet(
        _some_of(Priority), lambda value, _viewer: Ticket.priority.in_(value.split(","))
    ),
    "category": Facet(_number_or("none"), _category),
    "tag": Facet(_tags, _tagged),
    "site": Facet(read_number, lambda value, _viewer: Ticket.site_id == int(value)),
    "channel": Facet(
        _some_of(Channel), lambda value, _viewer: Ticket.channel.in_(value.split(","))
    ),
    "account": Facet(read_number, _account),
    "customer": Facet(read_number, lambda value, _viewer: Ticket.customer_id == int(value)),
    "wrote": Facet(_one_of("customer", "staff"), _wrote),
    "unread": Facet(_one_of("1"), _unread),
    "due": Facet(_one_of("overdue", "soon", "any"), _due),
    "promise": Facet(_one_of("due", "broken", "any"), _promise),
    "draft": Facet(_one_of("1"), _draft),
    "snoozed": Facet(_one_of("only", "any"), _snoozed),
    "resolution": Facet(
        _some_of(Resolution), lambda value, _viewer: Ticket.resolution.in_(value.split(","))
    ),
    "disposition": Facet(
        _some_of(Disposition), lambda value, _viewer: Ticket.disposition.in_(value.split(","))
    ),
    "created_from": Facet(_day, lambda value, _viewer: Ticket.created_at >= _midnight(value)),
    "created_to": Facet(_day, lambda value, _viewer: Ticket.created_at < _midnight(value, days=1)),
    "updated_from": Facet(_day, lambda value, _viewer: Ticket.updated_at >= _midnight(value)),
    "updated_to": Facet(_day, lambda value, _viewer: Ticket.updated_at < _midnight(value, days=1)),
}
