"""What went out: the list that timelines take from."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _
from wtforms import SelectChoice

from app.clock import utc_now
from app.errors import Invalid
from app.escalations.blueprint import blueprint
from app.escalations.forms import ReleaseForm
from app.escalations.queries.releases import release_by_id, release_list
from app.escalations.routes.reading import read_local
from app.escalations.services.releases import note_release, take_release_off
from app.knowledge.queries.categories import category_paths
from app.staff.access import current_staff, signed_in
from app.web.forms import add_errors
from app.web.responses import page, see_other


@blueprint.get("/releases")
@signed_in
def releases() -> Response:
    """List what went out, the latest first."""
    return _list(ReleaseForm(formdata=None))


@blueprint.post("/releases")
@signed_in
def add_release() -> Response:
    """Note that something went out."""
    form = ReleaseForm()
    if not form.validate():
        return _list(form, status=422)
    try:
        note_release(
            version=form.version.data or "",
            released_at=read_local(form.released_at.data),
            flags=form.flags.data or "",
            note=form.note.data or "",
            area_id=form.area.data,
            by=current_staff(),
            now=utc_now(),
        )
    except Invalid as error:
        add_errors(form, error)
        return _list(form, status=422)
    flash(_("Noted."), "success")
    return see_other("escalations.releases")


@blueprint.post("/releases/<int:release_id>/off")
@signed_in
def remove_release(release_id: int) -> Response:
    """Take a release off the list."""
    take_release_off(release_by_id(release_id), by=current_staff(), now=utc_now())
    flash(_("Taken off."), "success")
    return see_other("escalations.releases")


def _list(form: ReleaseForm, *, status: int = 200) -> Response:
    form.area.choices = [
        SelectChoice("", _("Everything")),
        *(SelectChoice(key, path) for key, path in category_paths().items()),
    ]
    return page("escalations/releases.html", status=status, form=form, releases=release_list())
