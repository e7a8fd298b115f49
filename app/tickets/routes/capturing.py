"""Keeping what a ticket taught: the article that answers it, or one that is drafted from it."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash
from flask_babel import gettext as _
from wtforms import SelectChoice

from app.care.drafting import first_text, without_people
from app.care.forms import KIND_LABELS, VERDICT_LABELS
from app.clock import utc_now
from app.deflection.queries.trails import trail_of_ticket
from app.errors import Invalid
from app.events.actor import staff_actor
from app.knowledge.models import Audience
from app.knowledge.queries import article_for_editor, category_nodes
from app.knowledge.queries.articles import owner_choices
from app.staff.access import current_staff, requires, signed_in
from app.staff.permissions import Permission
from app.tickets.blueprint import blueprint
from app.tickets.forms import ArticleFromTicketForm, KnowledgeForm
from app.tickets.models import Ticket
from app.tickets.queries.flagged import open_flags
from app.tickets.queries.knowledge import (
    count_unwritten,
    question_and_answer,
    tickets_of_article,
    unwritten_lines,
    verdict_counts,
)
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import wanted_query
from app.tickets.routes.knowledge_context import knowledge_choices
from app.tickets.services.capturing import draft_article, say_knowledge
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other

#: Four whole weeks, so that every weekday counts the same.
PERIOD = timedelta(days=28)


@blueprint.get("/tickets/<int:number>/knowledge")
@signed_in
def knowledge(number: int) -> Response:
    """Ask whether an article answers a ticket."""
    return _asked(ticket_visible_to(current_staff(), number), KnowledgeForm(formdata=None))


@blueprint.post("/tickets/<int:number>/knowledge")
@signed_in
def save_knowledge(number: int) -> Response:
    """Note whether an article answers a ticket, and go back to it."""
    ticket, form = ticket_visible_to(current_staff(), number), KnowledgeForm()
    if not form.validate():
        return _asked(ticket, form, status=422)
    try:
        say_knowledge(
            ticket,
            verdict=form.knowledge.data or "",
            article_id=form.article.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except Invalid as error:
        add_errors(form, error)
        return _asked(ticket, form, status=422)
    flash(_("Noted."), "success")
    return see_other("tickets.show", number=number, **wanted_query())


@blueprint.get("/tickets/<int:number>/article")
@requires(Permission.EDIT_ARTICLES)
def new_article(number: int) -> Response:
    """Show the draft of an article, made of the question and the last answer."""
    ticket = ticket_visible_to(current_staff(), number)
    names = (ticket.requester_name, ticket.customer.name if ticket.customer else "")
    question, answer = question_and_answer(ticket)
    headings = {"asked": _("The question"), "answered": _("The answer")}
    text = without_people(first_text(question, answer, **headings), names=names)
    title = without_people(ticket.subject, names=names)
    form = ArticleFromTicketForm(
        formdata=None,
        data={
            "title": title.text[:200],
            "body": text.text,
            "audience": Audience.PUBLIC.value,
            "category": ticket.category_id,
        },
    )
    return _draft(ticket, form, removed=dict.fromkeys([*title.removed, *text.removed]))


@blueprint.post("/tickets/<int:number>/article")
@requires(Permission.EDIT_ARTICLES)
def create_article_from(number: int) -> Response:
    """Make the draft, and go on with it in the editor."""
    ticket, form = ticket_visible_to(current_staff(), number), ArticleFromTicketForm()
    nodes = category_nodes(counted=False)
    _fill(form)
    if not form.validate():
        return _draft(ticket, form, status=422)
    try:
        article = draft_article(
            ticket,
            title=form.title.data,
            body=form.body.data,
            category=nodes[form.category.data].category if nodes else None,
            audience=form.audience.data,
            is_clean=form.is_clean.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except Invalid as error:
        add_errors(form, error)
        return _draft(ticket, form, status=422)
    flash(_("Drafted. Nobody but staff reads it before it is published."), "success")
    return see_other("knowledge.edit", article_id=article.id)


@blueprint.get("/flags/unwritten")
@signed_in
def unwritten() -> Response:
    """List the tickets whose answers no article holds."""
    return page(
        "tickets/unwritten.html",
        kind="unwritten",
        counts=open_flags(),
        kind_labels=KIND_LABELS,
        n_unwritten=count_unwritten(),
        lines=unwritten_lines(),
        verdicts=verdict_counts(since=utc_now() - PERIOD),
        verdict_labels=VERDICT_LABELS,
        days=PERIOD.days,
    )


@blueprint.get("/articles/<int:article_id>/tickets")
@signed_in
def of_article(article_id: int) -> Response:
    """List the tickets that an article answered, or that it was drafted from."""
    return page(
        "tickets/of_article.html",
        article=article_for_editor(article_id),
        lines=tickets_of_article(article_id),
    )


def _asked(ticket: Ticket, form: KnowledgeForm, *, status: int = 200) -> Response:
    shown = "knowledge.htmx.html" if is_fragment_request() else "knowledge.html"
    context = knowledge_choices(ticket) | {"form": form, "ticket": ticket, "query": wanted_query()}
    return page(f"tickets/{shown}", status=status, **context)


def _fill(form: ArticleFromTicketForm) -> None:
    nodes = category_nodes(counted=False)
    form.fill(nodes, owner_choices())
    if not nodes:
        form.category.choices = [SelectChoice(0, "General")]


def _draft(
    ticket: Ticket,
    form: ArticleFromTicketForm,
    *,
    status: int = 200,
    removed: dict[str, None] | None = None,
) -> Response:
    _fill(form)
    trail = trail_of_ticket(ticket.id)
    return page(
        "tickets/article.html",
        status=status,
        ticket=ticket,
        form=form,
        removed=list(removed or ()),
        searched=[step.query for step in trail.steps if step.query] if trail else [],
        query=wanted_query(),
    )
