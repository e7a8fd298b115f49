"""Flagging what should be mended, settling it, and saying what an article would have answered."""

from __future__ import annotations

from datetime import datetime

from app.care.models import DocsGap, Flag, FlagKind, KnowledgeNote, Verdict
from app.care.queries import knowledge_of_ticket
from app.care.texts import checked_text
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.events.actor import Actor
from app.events.catalogue.care import TicketFlagged, TicketFlagSettled, TicketKnowledgeNoted
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


def note_knowledge(
    ticket_id: int, *, verdict: str, actor: Actor, now: datetime, article_id: int | None = None
) -> KnowledgeNote:
    """Say whether an article answers a ticket, in place of what was said before.

    The caller holds the ticket's lock.

    :param verdict: a :class:`Verdict`.
    :param article_id: the article that answers it, which :attr:`Verdict.LINKED` needs, or the one
        that was drafted from it. A draft stays when only the verdict changes.
    :raises Invalid: there is no such verdict or article.
    """
    if verdict not in set(Verdict):
        raise Invalid(fields={"knowledge": ["Please choose one of these."]})
    note = knowledge_of_ticket(ticket_id)
    if article_id is None and verdict in (Verdict.UNWRITTEN, Verdict.NEW) and note is not None:
        article_id = note.article_id if note.verdict != Verdict.LINKED else None
    if verdict == Verdict.LINKED and article_id is None:
        raise Invalid(fields={"article": ["Which article answers it?"]})
    if article_id is not None and db.session.get(Article, article_id) is None:
        raise Invalid(fields={"article": ["There is no such article."]})
    if note is None:
        note = KnowledgeNote(ticket_id=ticket_id, created_at=now)
        db.session.add(note)
    old, old_article_id = note.verdict, note.article_id
    if (old, old_article_id) != (verdict, article_id):
        note.verdict, note.article_id, note.noted_at = Verdict(verdict), article_id, now
        event = TicketKnowledgeNoted(
            ticket_id, str(old) if old else None, note.verdict, old_article_id, article_id
        )
        record(event, actor=actor, at=now)
    return note
