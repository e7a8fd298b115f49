"""Keeping what a ticket taught: which article answers it, or one that is drafted from it."""

from __future__ import annotations

from datetime import datetime

from app.care.models import KnowledgeNote, Verdict
from app.care.queries import knowledge_of_ticket
from app.care.services import note_knowledge
from app.errors import Invalid
from app.events.actor import Actor
from app.knowledge.models import Article, Category
from app.knowledge.services import create_article
from app.tickets.models import Ticket
from app.tickets.services.properties import lock_ticket


def say_knowledge(
    ticket: Ticket, *, verdict: str, actor: Actor, now: datetime, article_id: int | None = None
) -> KnowledgeNote:
    """Say whether an article answers a ticket.

    It is no activity of the ticket's, and anybody may say it anew.

    :param verdict: a `Verdict`.
    :param article_id: the article that answers it, of no meaning for other verdicts.
    :raises Invalid: there is no such verdict or article.
    """
    lock_ticket(ticket, expected_version=None)
    named = article_id if verdict == Verdict.LINKED else None
    return note_knowledge(ticket.id, verdict=verdict, article_id=named, actor=actor, now=now)


def draft_article(
    ticket: Ticket,
    *,
    title: str,
    body: str,
    category: Category | None,
    audience: str,
    is_clean: bool,
    actor: Actor,
    now: datetime,
) -> Article:
    """Make the draft of an article of a ticket, which is its source from then on.

    :param category: where it belongs; None for the usual place.
    :param is_clean: its writer has seen to it that it tells nothing about the customer.
    :raises Invalid: they have not, or a text cannot be.
    """
    if not is_clean:
        raise Invalid(fields={"is_clean": ["Please read it through for this first."]})
    lock_ticket(ticket, expected_version=None)
    article = create_article(
        title=title,
        body=body,
        category=category,
        audience=audience,
        owner_id=actor.id,
        comment=f"Drafted from ticket {ticket.number}",
        actor=actor,
        now=now,
    )
    note = knowledge_of_ticket(ticket.id)
    is_new = note is not None and note.verdict == Verdict.NEW
    verdict = Verdict.NEW if is_new else Verdict.UNWRITTEN
    note_knowledge(ticket.id, verdict=verdict, article_id=article.id, actor=actor, now=now)
    return article
