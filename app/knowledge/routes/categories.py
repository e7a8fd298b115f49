"""The tree of categories."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Conflict, Invalid, NotFound
from app.events.actor import staff_actor
from app.knowledge.forms import CategoryForm
from app.knowledge.queries import CategoryNode, category_nodes
from app.knowledge.routes.blueprint import blueprint, may_edit, show_errors
from app.knowledge.services import (
    create_category,
    delete_category,
    move_category,
    update_category,
)
from app.knowledge.services.categories import ICONS
from app.staff.access import current_staff, signed_in
from app.web.responses import page, see_other


@blueprint.get("/categories")
@signed_in
def categories() -> Response:
    """Show the tree and the form of a new category."""
    return _show_tree(CategoryForm())


@blueprint.post("/categories")
@may_edit
def create_shelf() -> Response:
    """Create a category."""
    nodes = category_nodes()
    form = CategoryForm()
    form.fill(nodes, ICONS)
    if not form.validate():
        return _show_tree(form, status=422)
    parent = nodes.get(form.parent.data)
    try:
        create_category(
            name=form.name.data,
            parent=parent.category if parent else None,
            description=form.description.data,
            icon=form.icon.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except Invalid as error:
        show_errors(form, error)
        return _show_tree(form, status=422)
    flash(_("Category created."), "success")
    return see_other("knowledge.categories")


@blueprint.get("/categories/<int:category_id>")
@signed_in
def category(category_id: int) -> Response:
    """Show the form of a category."""
    node = _node(category_id)
    form = CategoryForm(
        name=node.category.name,
        description=node.category.description,
        icon=node.category.icon,
        parent=node.category.parent_id or 0,
        position=node.category.position + 1,
    )
    return _show_form(node, form)


@blueprint.post("/categories/<int:category_id>")
@may_edit
def update_shelf(category_id: int) -> Response:
    """Rename, describe and move a category."""
    node = _node(category_id)
    nodes = category_nodes()
    form = CategoryForm()
    form.fill(nodes, ICONS)
    if not form.validate():
        return _show_form(node, form, status=422)
    parent = nodes.get(form.parent.data)
    actor = staff_actor(current_staff().id)
    now = utc_now()
    try:
        move_category(
            node.category,
            parent=parent.category if parent else None,
            position=None if form.position.data is None else form.position.data - 1,
            actor=actor,
            now=now,
        )
        update_category(
            node.category,
            name=form.name.data,
            description=form.description.data,
            icon=form.icon.data,
            actor=actor,
            now=now,
        )
    except Invalid as error:
        show_errors(form, error)
        return _show_form(node, form, status=422)
    flash(_("Category saved."), "success")
    return see_other("knowledge.categories")


@blueprint.post("/categories/<int:category_id>/delete")
@may_edit
def delete_shelf(category_id: int) -> Response:
    """Delete an empty category."""
    node = _node(category_id)
    try:
        delete_category(node.category)
    except Conflict as error:
        flash(error.user_message, "error")
    else:
        flash(_("Category deleted."), "success")
    return see_other("knowledge.categories")


def _node(category_id: int) -> CategoryNode:
    node = category_nodes().get(category_id)
    if node is None:
        raise NotFound("There is no such category.")
    return node


def _show_tree(form: CategoryForm, *, status: int = 200) -> Response:
    nodes = category_nodes()
    form.fill(nodes, ICONS)
    return page("knowledge/categories.html", status=status, nodes=nodes.values(), form=form)


def _show_form(node: CategoryNode, form: CategoryForm, *, status: int = 200) -> Response:
    below = set(node.ids)
    nodes = {key: other for key, other in category_nodes().items() if key not in below}
    form.fill(nodes, ICONS)
    return page("knowledge/category.html", status=status, node=node, form=form)
