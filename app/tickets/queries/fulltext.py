"""Finding tickets by words, in the database's own index (:mod:`app.tickets.text_index`)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, column, func, literal_column, or_, select, table

from app.db import db
from app.files.models import Attachment
from app.tickets.models import Message, Ticket
from app.tickets.queries.facet_values import read_number
from app.tickets.search_words import Term, postgres_query, read_terms, sqlite_query

_INDEX = table("ticket_search", column("rowid"), column("ticket_id"), column("words"))


def holds_words(text: str) -> ColumnElement[bool]:
    """Return the condition that a ticket holds the words, in whatever part staff may read.

    A number stands for the ticket with it as well.
    """
    terms = read_terms(text)
    wanted = [term for term in terms if not term.is_excluded]
    unwanted = [term for term in terms if term.is_excluded]
    found: list[ColumnElement[bool]] = []
    if wanted:
        found.append(_key().in_(_matching(wanted, every=True)))
    if unwanted:
        found.append(_key().not_in(_matching(unwanted, every=False)))
    if not found:
        return Ticket.id.is_(None)  # nothing but signs: no ticket holds them
    number = read_number(text.removeprefix("#"))
    if number is not None:
        return or_(Ticket.number == int(number), *found)
    return and_(*found)


def asked_from(address: str) -> ColumnElement[bool]:
    """Return the condition that the requester's address begins so; read off its index."""
    return and_(Ticket.requester_email >= address, Ticket.requester_email < f"{address}\U0010ffff")


def has_part(_kind: str) -> ColumnElement[bool]:
    """Return the condition that there is a file in the conversation."""
    return Ticket.id.in_(
        select(Message.ticket_id).join(Attachment, Attachment.message_id == Message.id)
    )


def _key() -> ColumnElement[int]:
    """Return the key of a ticket as the condition compares it.

    For SQLite with a sign before it, so that the list is walked in its order and each ticket
    looked up among the matches. By itself it would fetch and sort every match: ten times slower
    for common words among 100,000 tickets, and no faster for rare ones.
    """
    return literal_column("+tickets.id") if _is_sqlite() else Ticket.__table__.c.id


def _matching(terms: list[Term], *, every: bool) -> Select[tuple[int]]:
    if _is_sqlite():
        query = sqlite_query(terms, joined_by="AND" if every else "OR")
        return select(_INDEX.c.rowid).where(literal_column("ticket_search").op("MATCH")(query))
    query = postgres_query(terms, joined_by="&" if every else "|")
    return select(_INDEX.c.ticket_id).where(
        _INDEX.c.words.op("@@")(func.to_tsquery("simple", query))
    )


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
