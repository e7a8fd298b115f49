"""Flagging what should be mended, and settling it."""

from __future__ import annotations

from datetime import datetime

from app.care.models import DocsGap, Flag, FlagKind
from app.care.texts import checked_text
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.events.actor import Actor
from app.events.catalogue.care import TicketFlagged, TicketFlagSettled
from app.events.services import record
from app.knowledge.models import Article


def raise_flag(
    ticket_id: int,
    *,
    kind: str,
    note: str,
    actor: Actor,
    now: datetime,
    gap: str | None = None,
    looked_for: str = "",
    article_id: int | None = None,
) -> Flag:
    """Flag documentation or product for mending.

    :param kind: a :class:`FlagKind`.
    :param gap: a :class:`DocsGap`; needed for documentation and of no meaning otherwise.
    :param looked_for: the words the customer searched with, for documentation.
    :param article_id: the article meant; needed when it is wrong.
    :raises Invalid: something is missing or there is no such article.
    """
    if kind not in set(FlagKind):
        raise Invalid(fields={"kind": ["Please choose what should be mended."]})
    is_docs = kind == FlagKind.DOCS_FIX
    if is_docs:
        _check_docs(gap, article_id)
    flag = Flag(
        ticket_id=ticket_id,
        kind=FlagKind(kind),
        gap=gap if is_docs else None,
        note=checked_text(note, field="note", needed="Please say what should be better."),
        looked_for=checked_text(looked_for, field="looked_for") if is_docs else "",
        article_id=article_id if is_docs else None,
        raised_by_id=actor.id,
        created_at=now,
    )
    db.session.add(flag)
    db.session.flush()  # the event names it
    event = TicketFlagged(ticket_id, flag.id, flag.kind, flag.gap, flag.article_id)
    record(event, actor=actor, at=now)
    return flag


def _check_docs(gap: str | None, article_id: int | None) -> None:
    if gap not in set(DocsGap):
        raise Invalid(fields={"gap": ["Is it missing, wrong, or not to be found?"]})
    if gap == DocsGap.WRONG and article_id is None:
        raise Invalid(fields={"article": ["Which article is wrong?"]})
    if article_id is not None and db.session.get(Article, article_id) is None:
        raise Invalid(fields={"article": ["There is no such article."]})


def settle_flag(flag_id: int, *, note: str, actor: Actor, now: datetime) -> Flag:
    """Note that a flag is done with.

    :param note: what was done, or why nothing will be.
    :raises NotFound: there is no such flag.
    :raises Conflict: it is settled already.
    """
    flag = db.session.get(Flag, flag_id, with_for_update=True)
    if flag is None:
        raise NotFound
    if flag.settled_at is not None:
        raise Conflict("Somebody settled this already.")
    flag.settled_note = checked_text(note, field="note", needed="Please say what was done.")
    flag.settled_at, flag.settled_by_id = now, actor.id
    record(TicketFlagSettled(flag.ticket_id, flag.id), actor=actor, at=now)
    return flag
