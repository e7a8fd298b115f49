"""What a ticket says about the knowledge base, for the templates beside it."""

from __future__ import annotations

from typing import Any

from app.care.forms import VERDICT_LABELS
from app.care.queries import knowledge_of_ticket
from app.knowledge.models import Audience
from app.knowledge.services.finding import find_articles
from app.tickets.models import Ticket
from app.tickets.queries.articles import articles_linked
from app.tickets.states import UNSOLVED

#: Offered beside those that the answers link to.
MOST_FOUND = 8


def knowledge_context(ticket: Ticket) -> dict[str, Any]:
    """Return what was said, and whether it is time to ask."""
    return {
        "knowledge": knowledge_of_ticket(ticket.id),
        "is_solved": ticket.state not in UNSOLVED and ticket.disposition is None,
        "verdict_labels": VERDICT_LABELS,
    }


def knowledge_choices(ticket: Ticket) -> dict[str, Any]:
    """Return what to choose from; an article that an answer links to is proposed."""
    note, linked = knowledge_of_ticket(ticket.id), articles_linked(ticket.id)
    found = find_articles(ticket.subject, audiences=frozenset(Audience), limit=MOST_FOUND)
    articles = {each.id: each.title for each in linked}
    articles |= {hit.article_id: hit.title for hit in found.items}
    proposed = linked[0].id if linked else None
    if note is not None and note.article is not None:
        proposed = note.article.id
        articles = {note.article.id: note.article.title} | articles
    verdict = note.verdict if note is not None else "linked" if linked else ""
    return {
        "verdict_labels": VERDICT_LABELS,
        "article_choices": articles,
        "proposed_verdict": verdict,
        "proposed_article": proposed,
    }
