"""Taking the demo away again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.config import Settings
from app.db import db, unit_of_work
from app.errors import Conflict
from app.files.services import ORPHAN_AGE, collect_orphans
from app.knowledge.models import Article
from app.seeds.queries import data_tables, foreign_data
from app.tickets.models import Ticket


def wipe_demo(*, settings: Settings, now: datetime) -> int:
    """Empty a database that holds the demo and nothing else.

    :returns: how many tickets went, those written while playing included.
    :raises Conflict: there is data that does not come from the demo; nothing was touched.
    """
    with unit_of_work():
        foreign = foreign_data()
        if foreign:
            raise Conflict(
                f"This database holds {', '.join(foreign)}. Only a demo can be reset; "
                "choose another DATA_DIR or DATABASE_URL."
            )
        tickets = db.session.scalar(select(func.count(Ticket.id))) or 0
        # Articles and revisions point at each other.
        db.session.execute(
            update(Article).values(published_revision_id=None, latest_revision_id=None)
        )
        for table in reversed(data_tables()):
            db.session.execute(delete(table))
    with unit_of_work():
        # No row knows a file any more; they go whatever their age.
        collect_orphans(files_dir=settings.files_dir, now=now + 2 * ORPHAN_AGE)
    return tickets
