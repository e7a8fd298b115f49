"""The list of the inbox: filtered, in order, a page at a time, quick at any number of tickets.

Every page is read off an index: one short branch for each wanted state, joined and cut. So it
costs the same whether a state holds ten tickets or a hundred thousand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from app.customers.models import Account, Customer
from app.db import db
from app.sites.models import Site
from app.staff.models import Staff
from app.tickets.models import Message, MessageKind, Ticket, TicketRead, TicketState
from app.tickets.states import UNSOLVED

PER_PAGE = 50
PREVIEW_CHARACTERS = 240

#: A Markdown link, also one that the preview's end cuts off.
_LINK = re.compile(r"\[([^\]\[]+)\]\(https?://[^)\s]*\)?")

#: Name in the address to the states it stands for.
STATE_FILTERS: dict[str, tuple[TicketState, ...]] = {
    "unsolved": UNSOLVED,
    **{state.value: (state,) for state in TicketState},
    "any": tuple(TicketState),
}

SORTS = ("recent", "oldest")

Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class InboxFilter:
    """What the list shows.

    :ivar state: a name in :data:`STATE_FILTERS`.
    :ivar assignee: ``anyone``, ``nobody``, or the key of a member of staff.
    :ivar text: part of the subject, a number, or the beginning of a mail address.
    :ivar sort: by the last change: ``recent`` or ``oldest`` first.
    :ivar after: continue behind this time and key.
    """

    state: str = "unsolved"
    assignee: str | int = "anyone"
    site_id: int | None = None
    text: str = ""
    sort: str = "recent"
    after: Cursor | None = None


@dataclass(frozen=True)
class InboxRow:
    """One line of the list.

    :ivar who: requester's name, else address.
    :ivar unread: the customer wrote last, and the viewer has not seen it.
    """

    id: int
    number: int
    subject: str
    state: str
    priority: str
    updated_at: datetime
    who: str
    account: str
    assignee: str
    preview: str
    answered: bool
    unread: bool


@dataclass(frozen=True)
class InboxPage:
    """A page of the list.

    :ivar next_cursor: where the next page begins, or None.
    """

    rows: list[InboxRow]
    next_cursor: Cursor | None

    @property
    def fingerprint(self) -> str:
        """Return a text that changes when anything shown changes."""
        return hashlib.sha256(repr(self.rows).encode()).hexdigest()[:16]


def inbox_page(wanted: InboxFilter, *, viewer_id: int) -> InboxPage:
    """Return a page of tickets.

    :param viewer_id: member of staff whose unread marks are shown.
    """
    keys = db.session.execute(_page_keys(wanted)).all()
    ids = [row.id for row in keys[:PER_PAGE]]
    next_cursor = None
    if len(keys) > PER_PAGE:
        next_cursor = (keys[PER_PAGE - 1].updated_at, keys[PER_PAGE - 1].id)
    rows = {row.id: row for row in _rows(ids, viewer_id)}
    return InboxPage([rows[key] for key in ids if key in rows], next_cursor)


def _page_keys(wanted: InboxFilter) -> Select[int, datetime]:
    """Return the query for one page's keys in order, and one more to know of a next page."""
    conditions = _conditions(wanted)
    states = STATE_FILTERS[wanted.state]
    if wanted.text or (len(states) == len(TicketState) and wanted.assignee == "anyone"):
        in_states = [] if len(states) == len(TicketState) else [Ticket.state.in_(states)]
        return _ordered(select(Ticket.id, Ticket.updated_at), wanted, [*conditions, *in_states])
    branches = [
        _ordered(select(Ticket.id, Ticket.updated_at), wanted, [*conditions, Ticket.state == state])
        .subquery()
        .select()
        for state in states
    ]
    joined = union_all(*branches).subquery()
    order: tuple[ColumnElement[Any], ...] = (joined.c.updated_at, joined.c.id)
    if wanted.sort == "recent":
        order = (joined.c.updated_at.desc(), joined.c.id.desc())
    return select(joined.c.id, joined.c.updated_at).order_by(*order).limit(PER_PAGE + 1)


def _ordered(
    query: Select[int, datetime], wanted: InboxFilter, conditions: Sequence[ColumnElement[bool]]
) -> Select[int, datetime]:
    place = tuple_(Ticket.updated_at, Ticket.id)
    recent = wanted.sort == "recent"
    if wanted.after is not None:
        cursor = tuple_(*wanted.after, types=[Ticket.updated_at.type, Ticket.id.type])
        query = query.where(place < cursor if recent else place > cursor)
    if recent:
        query = query.order_by(Ticket.updated_at.desc(), Ticket.id.desc())
    else:
        query = query.order_by(Ticket.updated_at, Ticket.id)
    return query.where(*conditions).limit(PER_PAGE + 1)


def _conditions(wanted: InboxFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.assignee == "nobody":
        conditions.append(Ticket.assignee_id.is_(None))
    elif wanted.assignee != "anyone":
        conditions.append(Ticket.assignee_id == wanted.assignee)
    if wanted.site_id is not None:
        conditions.append(Ticket.site_id == wanted.site_id)
    if wanted.text:
        conditions.append(_matches(wanted.text))
    return conditions


def _matches(text: str) -> ColumnElement[bool]:
    """Return the condition on number, subject or address; each reads an index, never the rows."""
    # Aliased, so that the index on subjects answers alone before the tickets are looked up.
    other = aliased(Ticket)
    found: list[ColumnElement[bool]] = [
        Ticket.id.in_(select(other.id).where(other.subject.icontains(text, autoescape=True)))
    ]
    digits = text.removeprefix("#")
    if digits.isdecimal() and digits.isascii() and len(digits) < 10:
        found.append(Ticket.number == int(digits))
    if "@" in text:
        address = text.lower()
        found.append(
            and_(Ticket.requester_email >= address, Ticket.requester_email < address + "\U0010ffff")
        )
    return or_(*found)


def _rows(ids: Sequence[int], viewer_id: int) -> list[InboxRow]:
    if not ids:
        return []
    last_id = (
        select(func.max(Message.id))
        .where(Message.ticket_id == Ticket.id, Message.kind == MessageKind.MESSAGE)
        .correlate(Ticket)
        .scalar_subquery()
    )
    last = aliased(Message)
    query = (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Ticket.state,
            Ticket.priority,
            Ticket.updated_at,
            Ticket.requester_name,
            Ticket.requester_email,
            Customer.name.label("customer"),
            Account.name.label("account"),
            Staff.name.label("assignee"),
            last.id.label("last_id"),
            last.staff_id,
            func.substr(last.body, 1, PREVIEW_CHARACTERS).label("preview"),
            TicketRead.last_message_id,
        )
        .select_from(Ticket)
        .outerjoin(last, last.id == last_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Account, Account.id == Customer.account_id)
        .outerjoin(Staff, Staff.id == Ticket.assignee_id)
        .outerjoin(
            TicketRead,
            and_(TicketRead.ticket_id == Ticket.id, TicketRead.staff_id == viewer_id),
        )
        .where(Ticket.id.in_(ids))
    )
    return [_as_row(row) for row in db.session.execute(query)]


def _as_row(row: Any) -> InboxRow:
    answered = row.staff_id is not None
    return InboxRow(
        id=row.id,
        number=row.number,
        subject=row.subject,
        state=row.state,
        priority=row.priority,
        updated_at=row.updated_at,
        who=row.requester_name or row.customer or row.requester_email,
        account=row.account or "",
        assignee=row.assignee or "",
        preview=" ".join(_LINK.sub(r"\1", row.preview or "").split()),
        answered=answered,
        unread=(
            not answered
            and row.state in UNSOLVED
            and (row.last_id or 0) > (row.last_message_id or 0)
        ),
    )


@dataclass(frozen=True)
class InboxCounts:
    """How many tickets the views hold that always show their number."""

    unsolved: int
    mine: int
    unassigned: int
    by_state: dict[str, int]


def inbox_counts(*, viewer_id: int) -> InboxCounts:
    """Return the numbers beside the views, in one query off an index."""
    rows = db.session.execute(
        select(Ticket.assignee_id, Ticket.state, func.count())
        .where(Ticket.state.in_(UNSOLVED))
        .group_by(Ticket.assignee_id, Ticket.state)
    ).all()
    by_state = dict.fromkeys((state.value for state in UNSOLVED), 0)
    for _assignee, state, count in rows:
        by_state[state] += count
    return InboxCounts(
        unsolved=sum(by_state.values()),
        mine=sum(count for assignee, _state, count in rows if assignee == viewer_id),
        unassigned=sum(count for assignee, _state, count in rows if assignee is None),
        by_state=by_state,
    )


def sites_with_names() -> list[tuple[int, str]]:
    """Return the sites to filter by."""
    rows = db.session.execute(select(Site.id, Site.name).order_by(Site.name))
    return [(row.id, row.name) for row in rows]


def assignable_staff() -> list[tuple[int, str]]:
    """Return who can be given tickets: everybody whose account is open."""
    rows = db.session.execute(
        select(Staff.id, Staff.name).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
    )
    return [(row.id, row.name) for row in rows]


def without_cursor(wanted: InboxFilter) -> InboxFilter:
    """Return the same filter from its first page on."""
    return replace(wanted, after=None)
