"""The views of the list: those that are always there, those shared, and a person's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from app.db import db
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
    "unsolved": {},
    "waiting": {"state": "waiting_customer"},
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
    built_in = [View(key, "", filter_args(read_filter(query))) for key, query in BUILT_IN.items()]
    return built_in + [
        View(
            str(view.id),
            view.name,
            filter_args(read_filter(view.query)),
            shared=view.shared,
            is_own=_is(view, staff),
        )
        for view in saved_views(staff)
    ]


def counted_views(staff: Staff, *, viewer: Viewer) -> list[View]:
    """Return every view of a person with its number."""
    views = views_for(staff)
    counts = count_tickets([read_filter(view.query) for view in views], viewer=viewer)
    return [replace(view, count=count) for view, count in zip(views, counts, strict=True)]


def saved_views(staff: Staff) -> Sequence[SavedView]:
    """Return the saved views that a person sees, others' shared ones first, each in order."""
    found = db.session.scalars(
        select(SavedView)
        .where(or_(SavedView.owner_id == staff.id, SavedView.shared))
        .order_by(SavedView.owner_id == staff.id, SavedView.position, SavedView.id)
    )
    return found.all()


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
