"""Keeping a filter of the list under a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.errors import Invalid
from app.staff.models import Staff
from app.tickets.desk import SavedView
from app.tickets.queries.addresses import filter_args, read_filter

VIEW_NAME_MAX = 60
#: More than anybody finds their way in, few enough to count in one statement.
MOST_VIEWS = 50


def save_view(
    owner: Staff, *, name: str, query: Mapping[str, str], shared: bool, now: datetime
) -> SavedView:
    """Keep a filter as the last of a person's views.

    :param query: what the address of the list holds.
    :raises Invalid: it has no name, or they have too many.
    """
    own = SavedView.owner_id == owner.id
    count, last = db.session.execute(
        select(func.count(), func.max(SavedView.position)).where(own)
    ).one()
    if count >= MOST_VIEWS:
        raise Invalid(fields={"name": ["Please delete a view before you save another."]})
    view = SavedView(
        name=_checked(name),
        owner_id=owner.id,
        shared=shared,
        position=(last or 0) + 1,
        query=filter_args(read_filter(query)),
        created_at=now,
    )
    db.session.add(view)
    db.session.flush()
    return view


def change_view(
    view: SavedView, *, name: str, shared: bool, query: Mapping[str, str] | None = None
) -> None:
    """Rename a view, share it or keep it to oneself.

    :param query: what it shows from now on; None leaves that.
    :raises Invalid: it has no name.
    """
    view.name, view.shared = _checked(name), shared
    if query is not None:
        view.query = filter_args(read_filter(query))


def copy_view(view: SavedView, owner: Staff, *, now: datetime) -> SavedView:
    """Give a person a view of their own that shows the same."""
    return save_view(owner, name=view.name, query=view.query, shared=False, now=now)


def move_view(view: SavedView, *, step: int) -> None:
    """Put a view one place up or down among its owner's.

    :param step: -1 or 1.
    """
    views = list(
        db.session.scalars(
            select(SavedView)
            .where(SavedView.owner_id == view.owner_id)
            .order_by(SavedView.position, SavedView.id)
        )
    )
    place = views.index(view)
    views.insert(max(place + step, 0), views.pop(place))
    for position, each in enumerate(views):
        each.position = position


def delete_view(view: SavedView) -> None:
    """Forget a view. The tickets in it are not touched."""
    db.session.delete(view)


def _checked(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Invalid(fields={"name": ["Please give it a name."]})
    if len(name) > VIEW_NAME_MAX:
        raise Invalid(fields={"name": ["Please choose a shorter name."]})
    return name
