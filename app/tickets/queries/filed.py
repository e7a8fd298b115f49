"""Where a ticket belongs: its tags, team and category, and who watches it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.db import fetch
from app.knowledge.models import Category
from app.staff.models import Team
from app.tickets.models import Ticket
from app.tickets.queries.tags import tags_of
from app.tickets.queries.watchers import Watcher, watchers_of


@dataclass(frozen=True)
class Filed:
    """Where a ticket belongs.

    :ivar team: empty if it is everybody's.
    :ivar category: empty if it is in none.
    """

    tags: list[str]
    team: str
    category: str
    watchers: list[Watcher]


def filed_of(ticket_id: int) -> Filed:
    """Return where a ticket belongs; three statements."""
    names = fetch(_NAMES, ticket_id=ticket_id).one()
    return Filed(tags_of(ticket_id), names.team or "", names.category or "", watchers_of(ticket_id))


_NAMES = (
    select(Team.name.label("team"), Category.name.label("category"))
    .select_from(Ticket)
    .outerjoin(Team, Team.id == Ticket.team_id)
    .outerjoin(Category, Category.id == Ticket.category_id)
    .where(Ticket.id == bindparam("ticket_id"))
)
