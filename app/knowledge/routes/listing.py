"""The list of articles, and new ones."""

from __future__ import annotations

from flask import Response, request
from wtforms import SelectChoice

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.knowledge.forms import FilterForm, NewArticleForm
from app.knowledge.models import Audience
from app.knowledge.queries import articles_page, category_nodes, feedback_counts, owner_choices
from app.knowledge.routes.blueprint import blueprint, may_edit, show_errors
from app.knowledge.services import create_article
from app.staff.access import current_staff, signed_in
from app.web.responses import page, see_other


@blueprint.get("")
@signed_in
def index() -> Response:
    """Show articles, the latest change first."""
    nodes = category_nodes(counted=False)
    form = FilterForm(request.args)
    form.fill(nodes, owner_choices())
    articles = articles_page(form.wanted(nodes), number=request.args.get("page", 1, type=int))
    return page(
        "knowledge/index.html",
        form=form,
        articles=articles,
        nodes=nodes,
        votes=feedback_counts([article.id for article in articles.items]),
        filtered=any(request.args.get(name) for name in form.data),
    )


@blueprint.get("/new")
@may_edit
def new() -> Response:
    """Show the form of a new article, with a title if one is given."""
    form = NewArticleForm(
        title=request.args.get("title", "")[:200],
        audience=Audience.PUBLIC.value,
        owner=current_staff().id,
    )
    return _show_form(form)


@blueprint.post("")
@may_edit
def create() -> Response:
    """Create an article as a draft."""
    form = NewArticleForm()
    nodes = category_nodes(counted=False)
    form.fill(nodes, owner_choices())
    staff = current_staff()
    if not nodes:
        # The first article of an empty knowledge base needs no shelf to be built first.
        form.category.choices = [SelectChoice(0, "General")]
    if not form.validate():
        return _show_form(form, status=422)
    try:
        article = create_article(
            title=form.title.data,
            body=form.body.data,
            category=nodes[form.category.data].category if nodes else None,
            audience=form.audience.data,
            tags=form.tags.data.split(","),
            owner_id=form.owner.data or staff.id,
            actor=staff_actor(staff.id),
            now=utc_now(),
        )
    except Invalid as error:
        show_errors(form, error)
        return _show_form(form, status=422)
    return see_other("knowledge.edit", article_id=article.id)


def _show_form(form: NewArticleForm, *, status: int = 200) -> Response:
    nodes = category_nodes(counted=False)
    form.fill(nodes, owner_choices())
    if not nodes:
        form.category.choices = [SelectChoice(0, "General")]
    return page("knowledge/new.html", status=status, form=form)
