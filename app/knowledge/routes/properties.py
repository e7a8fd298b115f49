"""Everything about an article beside its text."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.knowledge.forms import PropertiesForm
from app.knowledge.models import Article
from app.knowledge.queries import (
    article_for_editor,
    category_nodes,
    former_slugs,
    owner_choices,
)
from app.knowledge.routes.blueprint import blueprint, may_edit, show_errors
from app.knowledge.services import change_properties
from app.staff.access import current_staff, signed_in
from app.web.responses import page, see_other


@blueprint.get("/<int:article_id>/properties")
@signed_in
def properties(article_id: int) -> Response:
    """Show the properties of an article."""
    article = article_for_editor(article_id)
    form = PropertiesForm(
        category=article.category_id,
        audience=str(article.audience),
        owner=article.owner_id or 0,
        tags=", ".join(tag.name for tag in article.tags),
        slug=article.slug,
        summary=article.summary,
        url_patterns="\n".join(article.url_patterns),
    )
    return _show(article, form)


@blueprint.post("/<int:article_id>/properties")
@may_edit
def update_properties(article_id: int) -> Response:
    """Change the properties of an article."""
    article = article_for_editor(article_id)
    form = PropertiesForm()
    nodes = category_nodes(counted=False)
    form.fill(nodes, owner_choices())
    if not form.validate():
        return _show(article, form, status=422)
    try:
        change_properties(
            article,
            category=nodes[form.category.data].category,
            audience=form.audience.data,
            owner_id=form.owner.data,
            tags=form.tags.data.split(","),
            slug=form.slug.data,
            summary=form.summary.data,
            url_patterns=form.url_patterns.data.splitlines(),
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except Invalid as error:
        show_errors(form, error)
        return _show(article, form, status=422)
    flash(_("Properties saved."), "success")
    return see_other("knowledge.properties", article_id=article_id)


def _show(article: Article, form: PropertiesForm, *, status: int = 200) -> Response:
    form.fill(category_nodes(counted=False), owner_choices())
    return page(
        "knowledge/properties.html",
        status=status,
        article=article,
        form=form,
        former=former_slugs(article.id),
    )
