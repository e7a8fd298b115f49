"""The page of tags: their names, and on how many tickets they are."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.forms import TagNameForm
from app.tickets.queries.tags import tag_lines, tag_with_id
from app.tickets.services.tags import delete_tag, rename_tag
from app.web.forms import add_errors
from app.web.responses import page, see_other


@blueprint.get("/tags")
@signed_in
def tags() -> Response:
    """List the tags."""
    return _page()


@blueprint.post("/tags/<int:tag_id>")
@signed_in
def update_tag(tag_id: int) -> Response:
    """Rename a tag, or make it one with another."""
    tag, form = tag_with_id(tag_id), TagNameForm(prefix=f"tag{tag_id}")
    old, actor = tag.name, staff_actor(current_staff().id)
    try:
        named = rename_tag(tag, name=form.name.data or "", actor=actor, now=utc_now())
    except Invalid as error:
        add_errors(form, error)
        return _page({tag_id: form}, status=422)
    if named.id != tag_id:
        flash(_("“%(old)s” and “%(new)s” are one tag now.", old=old, new=named.name), "success")
    else:
        flash(_("Saved."), "success")
    return see_other("tickets.tags", _anchor=f"tag-{named.id}")


@blueprint.post("/tags/<int:tag_id>/delete")
@signed_in
def destroy_tag(tag_id: int) -> Response:
    """Take a tag off all its tickets."""
    delete_tag(tag_with_id(tag_id), actor=staff_actor(current_staff().id), now=utc_now())
    flash(_("The tag is deleted. Its tickets are still there."), "success")
    return see_other("tickets.tags")


def _page(refused: dict[int, TagNameForm] | None = None, *, status: int = 200) -> Response:
    lines = tag_lines()
    forms = {
        line.id: TagNameForm(formdata=None, prefix=f"tag{line.id}", data={"name": line.name})
        for line in lines
    }
    return page("tickets/tags.html", status=status, lines=lines, forms=forms | (refused or {}))
