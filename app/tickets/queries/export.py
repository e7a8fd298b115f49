"""Every ticket of a filter with its facts, in portions, for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import aliased

from app.customers.models import Account, Customer
from app.db import fetch
from app.knowledge.models import Category
from app.sites.models import Site
from app.staff.models import Staff, Team
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.queries.filters import InboxFilter, Viewer, conditions
from app.tickets.queries.orders import in_order
from app.tickets.queries.tags import tags_of_each

#: Tickets in one file; what is beyond is left out, and the page says so before.
MOST = 50_000
_PORTION = 500


@dataclass(frozen=True)
class ExportedTicket:
    """The facts of a ticket; its names are those of a file's columns.

    :ivar first_answer_at: of our first public message.
    """

    number: int
    subject: str
    state: str
    priority: str
    resolution: str
    channel: str
    site: str
    category: str
    team: str
    assignee: str
    requester: str
    email: str
    account: str
    tags: Sequence[str]
    created_at: datetime
    updated_at: datetime
    first_answer_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    reopened: int


def exported_tickets(wanted: InboxFilter, *, viewer: Viewer) -> Iterator[ExportedTicket]:
    """Yield the tickets of a filter in its order, wherever its address began.

    Two statements for every 500 tickets, however many there are.
    """
    keys = in_order(select(Ticket.id), wanted.sort).where(
        Ticket.state.in_(wanted.states), *conditions(wanted, viewer.id)
    )
    ids = [row.id for row in fetch(keys.limit(MOST), **viewer.moments)]
    for start in range(0, len(ids), _PORTION):
        portion = ids[start : start + _PORTION]
        rows = {row.id: row for row in fetch(_FACTS, ids=portion)}
        tags = tags_of_each(portion)
        for key in portion:
            facts = {name: value for name, value in rows[key]._mapping.items() if name != "id"}
            yield ExportedTicket(**facts, tags=tags.get(key, []))


_first = aliased(Message)
_FACTS = (
    select(
        Ticket.id,
        Ticket.number,
        Ticket.subject,
        Ticket.state,
        Ticket.priority,
        func.coalesce(Ticket.resolution, "").label("resolution"),
        Ticket.channel,
        func.coalesce(Site.name, "").label("site"),
        func.coalesce(Category.name, "").label("category"),
        func.coalesce(Team.name, "").label("team"),
        func.coalesce(Staff.name, "").label("assignee"),
        func.coalesce(func.nullif(Ticket.requester_name, ""), Customer.name, "").label("requester"),
        Ticket.requester_email.label("email"),
        func.coalesce(Account.name, "").label("account"),
        Ticket.created_at,
        Ticket.updated_at,
        select(func.min(_first.sent_at))
        .where(
            _first.ticket_id == Ticket.id,
            _first.kind == MessageKind.MESSAGE,
            _first.staff_id.is_not(None),
        )
        .correlate(Ticket)
        .scalar_subquery()
        .label("first_answer_at"),
        Ticket.solved_at,
        Ticket.closed_at,
        Ticket.reopen_count.label("reopened"),
    )
    .select_from(Ticket)
    .outerjoin(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Account, Account.id == Customer.account_id)
    .outerjoin(Staff, Staff.id == Ticket.assignee_id)
    .outerjoin(Site, Site.id == Ticket.site_id)
    .outerjoin(Category, Category.id == Ticket.category_id)
    .outerjoin(Team, Team.id == Ticket.team_id)
    .where(Ticket.id.in_(bindparam("ids", expanding=True, type_=Integer)))
)
