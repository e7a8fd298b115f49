"""The page of one escalation, and changing what is known of it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import PortalError
from app.escalations.blueprint import blueprint
from app.escalations.models import Escalation
from app.escalations.queries.finding import escalation_visible_to
from app.escalations.routes.context import facts_form, sheet_context
from app.escalations.routes.reading import read_local
from app.escalations.services.changing import change_facts, change_severity
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.web.forms import add_errors
from app.web.responses import page, see_other


@blueprint.get("/<int:number>")
@signed_in
def show(number: int) -> Response:
    """Show everything about an escalation."""
    return sheet(escalation_visible_to(current_staff(), number))


@blueprint.post("/<int:number>")
@signed_in
def update(number: int) -> Response:
    """Change what is known of it."""
    escalation = escalation_visible_to(current_staff(), number)
    form, actor, now = facts_form(escalation, sent=True), staff_actor(current_staff().id), utc_now()
    if not form.validate():
        return sheet(escalation, status=422, facts_form=form, refused="facts")
    facts = {
        "title": form.title.data or "",
        "symptom": form.symptom.data or "",
        "question": form.question.data or "",
        "workaround": form.workaround.data or "",
        "area_id": form.area.data,
        "impact_started_at": read_local(form.impact_started_at.data),
    }
    try:
        change_facts(escalation, facts, actor=actor, now=now, expected_version=form.version.data)
        change_severity(escalation, form.severity.data or "", actor=actor, now=now)
    except PortalError as error:
        add_errors(form, error)
        return sheet(escalation, status=error.status, facts_form=form, refused="facts")
    return done(escalation, _("Saved."))


def sheet(escalation: Escalation, *, status: int = 200, **forms: Any) -> Response:
    """Return the page of an escalation.

    :param forms: those that were refused, by their names.
    """
    return page("escalations/show.html", status=status, **sheet_context(escalation, **forms))


def done(escalation: Escalation, text: str) -> Response:
    """Say that something was done, and go back to the page.

    :param text: what was done.
    """
    flash(text, "success")
    return see_other("escalations.show", number=escalation.number)
