"""What is in the database, as far as the demo must know before it touches it."""

from __future__ import annotations

from sqlalchemy import Table, func, select

from app.db import Base, db
from app.knowledge.models import Article
from app.seeds.people import STAFF_DOMAIN
from app.seeds.services.company import SITE_KEYS
from app.seeds.services.library import SOURCE
from app.sites.models import DEMO_KEY, Site
from app.staff.models import Staff
from app.tickets.models import Ticket

#: Rows that say nothing about whose data this is: the worker and the limits write them.
_INCIDENTAL = frozenset({"jobs", "heartbeats", "throttles", "index_outbox"})


def is_empty() -> bool:
    """Say whether nobody has put anything in yet."""
    return not any(_has_rows(table) for table in data_tables() if table.name not in _INCIDENTAL)


def demo_is_complete() -> bool:
    """Say whether the demo is there and its story was told to the end."""
    return bool(db.session.scalar(select(Site.is_active).where(Site.key == DEMO_KEY)))


def demo_was_cut_short() -> bool:
    """Say whether loading ended before its story was told, with nothing worth keeping."""
    asleep = select(Site.id).where(Site.key == DEMO_KEY, ~Site.is_active)
    told = select(Ticket.id).limit(1)
    return db.session.scalar(asleep) is not None and db.session.scalar(told) is None


def foreign_data() -> list[str]:
    """Return, in words, what does not come from the demo or from playing with it.

    Staff of elsewhere, other sites and articles imported from other sources are somebody's work.
    """
    if db.session.scalar(select(Site.id).where(Site.key == DEMO_KEY)) is None:
        return [] if is_empty() else ["data, but no demo"]
    counts = {
        "staff accounts": _count(Staff.id, ~Staff.email.endswith(f"@{STAFF_DOMAIN}")),
        "sites": _count(Site.id, Site.key.not_in(SITE_KEYS)),
        "imported articles": _count(Article.id, Article.source.not_in([SOURCE, "foreword"])),
    }
    return [f"{number} {what}" for what, number in counts.items() if number]


def data_tables() -> list[Table]:
    """Return all tables, those that others refer to first."""
    return list(Base.metadata.sorted_tables)


def _has_rows(table: Table) -> bool:
    return db.session.execute(select(table).limit(1)).first() is not None


def _count(column: object, condition: object) -> int:
    return db.session.scalar(select(func.count(column)).where(condition)) or 0  # type: ignore[arg-type]
