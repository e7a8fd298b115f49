"""Table of how tickets belong together, beyond one going on in another."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Relation(StrEnum):
    """What a ticket is to another one. Staff choose the first three; the others read them back."""

    RELATED = "related"
    DUPLICATE = "duplicate"
    FOLLOW_UP = "follow_up"
    DUPLICATED = "duplicated"
    FOLLOWED = "followed"


#: What staff choose from.
CHOSEN = (Relation.RELATED, Relation.DUPLICATE, Relation.FOLLOW_UP)

#: Beside those, what went on in a ticket.
MERGED = "merged"

_BACK = {
    Relation.RELATED: Relation.RELATED,
    Relation.DUPLICATE: Relation.DUPLICATED,
    Relation.FOLLOW_UP: Relation.FOLLOWED,
    Relation.DUPLICATED: Relation.DUPLICATE,
    Relation.FOLLOWED: Relation.FOLLOW_UP,
}


def seen_back(kind: str) -> Relation:
    """Return what the other ticket is to the first, if that is `kind` to the other.

    :param kind: a :class:`Relation`.
    """
    return _BACK[Relation(kind)]


class TicketRelation(Base):
    """Two tickets that belong together. There is one row a pair, whichever way it was made.

    :ivar ticket_id: the ticket that it is said of.
    :ivar kind: in :data:`CHOSEN`.
    """

    __tablename__ = "ticket_relations"
    __table_args__ = (Index("ix_ticket_relations_pair", "ticket_id", "other_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
