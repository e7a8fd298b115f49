"""Synonyms: what customers say, and what the articles say."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import PortalError
from app.search.queries import list_synonyms
from app.search.services import change_synonyms, create_synonyms, delete_synonyms
from app.settings.blueprints import synonyms as blueprint
from app.settings.forms import SynonymForm, comma_separated
from app.staff.access import requires
from app.staff.permissions import Permission
from app.web.forms import add_errors
from app.web.responses import page, see_other

editors = requires(Permission.EDIT_SYNONYMS)


@blueprint.get("")
@editors
def index() -> Response:
    """List the sets of synonyms."""
    return _page(SynonymForm(formdata=None))


@blueprint.post("")
@editors
def create() -> Response:
    """Add a set."""
    form = SynonymForm()
    if form.validate_on_submit():
        try:
            create_synonyms(comma_separated(form.words.data), now=utc_now())
        except PortalError as error:
            add_errors(form, error)
        else:
            flash(_("Saved. Searches use it within a few seconds."), "success")
            return see_other("synonyms.index")
    return _page(form, status=422)


@blueprint.post("/<int:set_id>")
@editors
def update(set_id: int) -> Response:
    """Change a set."""
    form = SynonymForm(prefix=f"set{set_id}")
    if form.validate_on_submit():
        try:
            change_synonyms(set_id, comma_separated(form.words.data), now=utc_now())
        except PortalError as error:
            add_errors(form, error)
        else:
            flash(_("Saved. Searches use it within a few seconds."), "success")
            return see_other("synonyms.index")
    return _page(SynonymForm(formdata=None), changed={set_id: form}, status=422)


@blueprint.post("/<int:set_id>/delete")
@editors
def destroy(set_id: int) -> Response:
    """Remove a set."""
    delete_synonyms(set_id)
    flash(_("Removed."), "success")
    return see_other("synonyms.index")


def _page(
    form: SynonymForm, *, changed: dict[int, SynonymForm] | None = None, status: int = 200
) -> Response:
    forms = {
        entry.id: SynonymForm(
            formdata=None, prefix=f"set{entry.id}", data={"words": ", ".join(entry.words)}
        )
        for entry in list_synonyms()
    }
    return page("settings/synonyms.html", status=status, form=form, forms=forms | (changed or {}))
