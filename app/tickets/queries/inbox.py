"""The list of the inbox: filtered, in order, a page at a time, quick at any number of tickets.

By the last change every page is read off an index: one short branch for each wanted state, joined
and cut. So it costs the same whether a state holds ten tickets or a hundred thousand.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Integer, Select, and_, bindparam, func, select, union_all
from sqlalchemy.orm import aliased

from app.customers.models import Account, Customer
from app.db import fetch
from app.knowledge.models import Category
from app.sites.models import Site
from app.staff.models import Staff, Team
from app.tickets.composing import Draft
from app.tickets.models import Message, MessageKind, Ticket, TicketRead, TicketState
from app.tickets.queries.filters import InboxFilter, Viewer, conditions
from app.tickets.queries.orders import HEARD_AT, ORDERS, directed, in_order, place_text
from app.tickets.queries.tags import tags_of_each
from app.tickets.states import UNSOLVED

PER_PAGE = 25
PREVIEW_CHARACTERS = 240

#: A Markdown link, also one that the preview's end cuts off.
_LINK = re.compile(r"\[([^\]\[]+)\]\(https?://[^)\s]*\)?")


@dataclass(frozen=True)
class InboxRow:
    """One line of the list.

    :ivar who: requester's name, else address.
    :ivar unread: the customer wrote last, and the viewer has not seen it.
    :ivar heard_at: when the customer last heard from us.
    :ivar is_back: it was put aside, came back in time, and nothing has happened since.
    :ivar tags: only where they are shown.
    :ivar next_due_at: when what we owe first is due, or was.
    :ivar next_due_kind: what that is.
    :ivar is_overdue: that time has passed.
    :ivar promise_due_at: the first date by which something is owed.
    :ivar promise_broken: that date has passed.
    :ivar escalation_number: of the escalation it is part of.
    :ivar has_draft: the viewer has begun to write and not sent it.
    """

    id: int
    number: int
    version: int
    subject: str
    state: str
    priority: str
    updated_at: datetime
    created_at: datetime
    heard_at: datetime
    who: str
    account: str
    assignee: str
    site: str
    channel: str
    category: str
    team: str
    preview: str
    answered: bool
    unread: bool
    snoozed_until: datetime | None
    is_back: bool
    next_due_at: datetime | None
    next_due_kind: str | None
    is_overdue: bool
    promise_due_at: datetime | None
    promise_broken: bool
    has_draft: bool
    escalation_number: int | None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class InboxPage:
    """A page of the list.

    :ivar next_place: where the next page begins, or empty.
    """

    rows: list[InboxRow]
    next_place: str

    @property
    def fingerprint(self) -> str:
        """Return a text that changes when anything shown changes."""
        return hashlib.sha256(repr(self.rows).encode()).hexdigest()[:16]


def inbox_page(wanted: InboxFilter, *, viewer: Viewer) -> InboxPage:
    """Return a page of tickets."""
    keys = fetch(_page_keys(wanted, viewer.id), **viewer.moments).all()
    shown = keys[:PER_PAGE]
    ids = [key[-1] for key in shown]
    next_place = place_text(tuple(shown[-1])) if len(keys) > PER_PAGE else ""
    found = fetch(_ROWS, ids=ids, viewer_id=viewer.id) if ids else ()
    rows = {row.id: _as_row(row, viewer.now) for row in found}
    if "tags" in wanted.columns:
        for key, names in tags_of_each(ids).items():
            rows[key] = replace(rows[key], tags=tuple(names))
    return InboxPage([rows[key] for key in ids if key in rows], next_place)


@lru_cache(maxsize=512)
def _page_keys(wanted: InboxFilter, viewer_id: int) -> Select[Any]:
    """Return the query for one page's places in order, and one more to know of a next page.

    Building it costs more than running it, and a list asks the same at each look.
    """
    order = ORDERS[wanted.sort]
    found = conditions(wanted, viewer_id)
    every = len(wanted.states) == len(TicketState)
    chosen = in_order(select(*order.place), wanted.sort, after=wanted.after).where(*found)
    if wanted.text or not order.by_state or (every and "assignee" not in wanted.facets):
        if not every:
            chosen = chosen.where(Ticket.state.in_(wanted.states))
        return chosen.limit(PER_PAGE + 1)
    branches = [
        chosen.where(Ticket.state == state).limit(PER_PAGE + 1).subquery().select()
        for state in wanted.states
    ]
    joined = union_all(*branches).subquery()
    places = (directed(column, order) for column in joined.c)
    return select(joined).order_by(*places).limit(PER_PAGE + 1)


def _rows_query() -> Executable:
    """Return the query for the rows of some tickets, in no order."""
    last_id = (
        select(func.max(Message.id))
        .where(Message.ticket_id == Ticket.id, Message.kind == MessageKind.MESSAGE)
        .correlate(Ticket)
        .scalar_subquery()
    )
    last = aliased(Message)
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.version,
            Ticket.subject,
            Ticket.state,
            Ticket.priority,
            Ticket.updated_at,
            Ticket.created_at,
            Ticket.snoozed_until,
            Ticket.woken_at,
            HEARD_AT.label("heard_at"),
            Ticket.promise_due_at,
            Ticket.escalation_number,
            Ticket.next_due_at,
            Ticket.next_due_kind,
            Ticket.channel,
            Ticket.requester_name,
            Ticket.requester_email,
            Customer.name.label("customer"),
            Account.name.label("account"),
            Staff.name.label("assignee"),
            Site.name.label("site"),
            Category.name.label("category"),
            Team.name.label("team"),
            last.id.label("last_id"),
            last.staff_id,
            func.substr(last.body, 1, PREVIEW_CHARACTERS).label("preview"),
            TicketRead.last_message_id,
            Draft.id.label("draft_id"),
        )
        .select_from(Ticket)
        .outerjoin(last, last.id == last_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Account, Account.id == Customer.account_id)
        .outerjoin(Staff, Staff.id == Ticket.assignee_id)
        .outerjoin(Site, Site.id == Ticket.site_id)
        .outerjoin(Category, Category.id == Ticket.category_id)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .outerjoin(
            TicketRead,
            and_(
                TicketRead.ticket_id == Ticket.id,
                TicketRead.staff_id == bindparam("viewer_id", type_=Integer),
            ),
        )
        .outerjoin(
            Draft,
            and_(
                Draft.ticket_id == Ticket.id,
                Draft.staff_id == bindparam("viewer_id"),
                Draft.is_empty.is_(False),
            ),
        )
        .where(Ticket.id.in_(bindparam("ids", expanding=True)))
    )


_ROWS = _rows_query()


def _as_row(row: Any, now: datetime) -> InboxRow:
    answered = row.staff_id is not None
    return InboxRow(
        id=row.id,
        number=row.number,
        version=row.version,
        subject=row.subject,
        state=row.state,
        priority=row.priority,
        updated_at=row.updated_at,
        created_at=row.created_at,
        heard_at=row.heard_at,
        who=row.requester_name or row.customer or row.requester_email,
        account=row.account or "",
        assignee=row.assignee or "",
        site=row.site or "",
        channel=row.channel,
        category=row.category or "",
        team=row.team or "",
        preview=" ".join(_LINK.sub(r"\1", row.preview or "").split()),
        answered=answered,
        unread=(
            not answered
            and row.state in UNSOLVED
            and (row.last_id or 0) > (row.last_message_id or 0)
        ),
        snoozed_until=row.snoozed_until,
        is_back=row.woken_at is not None and row.woken_at == row.updated_at,
        next_due_at=row.next_due_at,
        next_due_kind=row.next_due_kind,
        is_overdue=row.next_due_at is not None and row.next_due_at < now,
        promise_due_at=row.promise_due_at,
        promise_broken=row.promise_due_at is not None and row.promise_due_at < now,
        has_draft=row.draft_id is not None,
        escalation_number=row.escalation_number,
    )


def sites_with_names() -> list[tuple[int, str]]:
    """Return the sites to filter by."""
    rows = fetch(select(Site.id, Site.name).order_by(Site.name))
    return [(row.id, row.name) for row in rows]


def teams_with_names() -> list[tuple[int, str]]:
    """Return the teams that tickets can be with."""
    rows = fetch(select(Team.id, Team.name).order_by(Team.name))
    return [(row.id, row.name) for row in rows]


def assignable_staff() -> list[tuple[int, str]]:
    """Return who can be given tickets: everybody whose account is open."""
    return [(row.id, row.name) for row in fetch(_ASSIGNABLE)]


_ASSIGNABLE = select(Staff.id, Staff.name).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
