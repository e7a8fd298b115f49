"""Views: filters of the list under a name, one's own or everybody's."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.staff.access import current_staff, signed_in
from app.staff.models import Role
from app.tickets.blueprint import blueprint
from app.tickets.forms import ViewForm
from app.tickets.queries.views import saved_views, view_of, view_visible_to
from app.tickets.routes.context import wanted_query
from app.tickets.services.views import (
    change_view,
    copy_view,
    delete_view,
    move_view,
    save_view,
)
from app.web.forms import add_errors
from app.web.responses import page, see_other


@blueprint.get("/inbox/views")
@signed_in
def views() -> Response:
    """List the saved views, and offer to save the filter in the address."""
    return _page(ViewForm(formdata=None, data={"query": urlencode(wanted_query())}))


@blueprint.post("/inbox/views")
@signed_in
def create_view() -> Response:
    """Save a filter as a view, and go there."""
    form = ViewForm()
    if form.validate_on_submit():
        try:
            view = save_view(
                current_staff(),
                name=form.name.data,
                query=_query(form),
                shared=form.shared.data,
                now=utc_now(),
            )
        except Invalid as error:
            add_errors(form, error)
        else:
            flash(_("“%(name)s” is saved.", name=view.name), "success")
            return see_other("tickets.inbox", **view.query)
    return _page(form, status=422)


@blueprint.post("/inbox/views/<int:key>")
@signed_in
def update_view(key: int) -> Response:
    """Rename a view, share it, or keep it to oneself."""
    view = view_of(current_staff(), key)
    form = ViewForm(prefix=f"view{key}")
    if form.validate_on_submit():
        try:
            change_view(view, name=form.name.data, shared=form.shared.data)
        except Invalid as error:
            add_errors(form, error)
        else:
            flash(_("Saved."), "success")
            return see_other("tickets.views")
    return _page(ViewForm(formdata=None), changed={key: form}, status=422)


@blueprint.post("/inbox/views/<int:key>/move")
@signed_in
def reorder_view(key: int) -> Response:
    """Put a view one place up or down."""
    move_view(view_of(current_staff(), key), step=-1 if request.form.get("up") else 1)
    return see_other("tickets.views")


@blueprint.post("/inbox/views/<int:key>/copy")
@signed_in
def duplicate_view(key: int) -> Response:
    """Make one's own copy of a view."""
    staff = current_staff()
    try:
        copy_view(view_visible_to(staff, key), staff, now=utc_now())
    except Invalid as error:
        flash(next(iter(error.fields.values()))[0], "error")
    else:
        flash(_("The copy is yours."), "success")
    return see_other("tickets.views")


@blueprint.post("/inbox/views/<int:key>/delete")
@signed_in
def destroy_view(key: int) -> Response:
    """Delete a view; its tickets stay."""
    delete_view(view_of(current_staff(), key))
    flash(_("The view is deleted. Its tickets are still there."), "success")
    return see_other("tickets.views")


def _query(form: ViewForm) -> dict[str, str]:
    return dict(parse_qsl(form.query.data or ""))


def _page(
    form: ViewForm, *, changed: dict[int, ViewForm] | None = None, status: int = 200
) -> Response:
    staff = current_staff()
    saved = saved_views(staff)
    forms = {
        view.id: ViewForm(
            formdata=None, prefix=f"view{view.id}", data={"name": view.name, "shared": view.shared}
        )
        for view in saved
    }
    return page(
        "tickets/views.html",
        status=status,
        form=form,
        forms=forms | (changed or {}),
        saved=saved,
        me=staff.id,
        may_change_shared=staff.role == Role.ADMINISTRATOR,
    )
