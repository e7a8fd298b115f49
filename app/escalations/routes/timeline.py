"""Writing into the timeline."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.escalations.blueprint import blueprint
from app.escalations.forms import EntryForm
from app.escalations.queries.finding import escalation_visible_to
from app.escalations.routes.reading import read_local
from app.escalations.routes.sheets import done, sheet
from app.escalations.services.entries import choose_level, write_entry
from app.staff.access import current_staff, signed_in
from app.web.forms import add_errors
from app.web.responses import see_other


@blueprint.post("/<int:number>/timeline")
@signed_in
def write(number: int) -> Response:
    """Write down what happened."""
    staff, now = current_staff(), utc_now()
    escalation, form = escalation_visible_to(staff, number), EntryForm()
    if not form.validate():
        return sheet(escalation, status=422, entry_form=form, refused="entry")
    try:
        write_entry(
            escalation,
            text=form.text.data or "",
            happened_at=read_local(form.happened_at.data) or now,
            level=form.level.data or "",
            by=staff,
            now=now,
        )
    except Invalid as error:
        add_errors(form, error)
        return sheet(escalation, status=422, entry_form=form, refused="entry")
    return done(escalation, _("Written down."))


@blueprint.post("/<int:number>/timeline/level")
@signed_in
def promote(number: int) -> Response:
    """Take a line into the story, or out of it."""
    staff = current_staff()
    escalation = escalation_visible_to(staff, number)
    key, level = request.form.get("key", ""), request.form.get("level", "")
    choose_level(escalation, key, level, by=staff, now=utc_now())
    return see_other("escalations.show", number=number, _anchor="timeline")
