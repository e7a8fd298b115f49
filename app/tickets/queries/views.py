"""The views of the list: those that are always there, those shared, and a person's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Integer, Select, bindparam, or_, select

from app.db import db, fetch
from app.errors import NotFound
from app.staff.models import Role, Staff
from app.tickets.desk import SavedView
from app.tickets.queries.addresses import filter_args, read_filter
from app.tickets.queries.counts import count_tickets
from app.tickets.queries.filters import Viewer

#: Key to what its address holds. Nobody can delete these.
BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "mine": {"assignee": "me"},
    "unassigned": {"assignee": "nobody"},
    "overdue": {"due": "overdue", "sort": "due"},
    "unsolved": {},
    "waiting": {"state": "waiting_customer"},
    "drafts": {"state": "any", "draft": "1", "snoozed": "any"},
    "snoozed": {"snoozed": "only"},
    "all": {"state": "any"},
}


@dataclass(frozen=True)
class View:
    """A view as the panel shows it.

    :ivar key: a name in :data:`BUILT_IN`, or the number of a saved view.
    :ivar name: of a saved view; the built-in ones have their words in the pages.
    :ivar query: what its address holds, canonical.
    :ivar count: how many tickets it holds, where they were counted.
    :ivar is_own: the viewer made it.
    """

    key: str
    name: str
    query: Mapping[str, str]
    count: int = 0
    shared: bool = False
    is_own: bool = False


def views_for(staff: Staff) -> list[View]:
    """Return every view of a person: built-in, shared by others, their own."""
    return [*_BUILT_IN_VIEWS] + [
        View(
            str(row.id),
            row.name,
            filter_args(read_filter(row.query)),
            shared=row.shared,
            is_own=row.owner_id == staff.id,
        )
        for row in fetch(_SAVED, staff_id=staff.id)
    ]


def counted_views(staff: Staff, *, viewer: Viewer) -> list[View]:
    """Return every view of a person with its number."""
    views = views_for(staff)
    counts = count_tickets([read_filter(view.query) for view in views], viewer=viewer)
    return [replace(view, count=count) for view, count in zip(views, counts, strict=True)]


def saved_views(staff: Staff) -> Sequence[SavedView]:
    """Return the saved views that a person sees, others' shared ones first, each in order."""
    return db.session.scalars(_seen_by(select(SavedView)), {"staff_id": staff.id}).all()


def _seen_by(query: Select[Any]) -> Select[Any]:
    is_own = SavedView.owner_id == bindparam("staff_id", type_=Integer)
    return query.where(or_(is_own, SavedView.shared)).order_by(
        is_own, SavedView.position, SavedView.id
    )


_BUILT_IN_VIEWS = tuple(
    View(key, "", filter_args(read_filter(query))) for key, query in BUILT_IN.items()
)
_SAVED = _seen_by(
    select(SavedView.id, SavedView.name, SavedView.owner_id, SavedView.shared, SavedView.query)
)


def view_visible_to(staff: Staff, key: int) -> SavedView:
    """Return a saved view of a person, or one that is shared.

    :raises NotFound: there is none such.
    """
    view = db.session.get(SavedView, key)
    if view is None or not (_is(view, staff) or view.shared):
        raise NotFound
    return view


def view_of(staff: Staff, key: int) -> SavedView:
    """Return a saved view that a person may change: their own, for administrators shared ones too.

    :raises NotFound: there is none such.
    """
    view = view_visible_to(staff, key)
    if not (_is(view, staff) or staff.role == Role.ADMINISTRATOR):
        raise NotFound
    return view


def _is(view: SavedView, staff: Staff) -> bool:
    return view.owner_id == staff.id
