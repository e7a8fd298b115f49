"""Telling the customers."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import utc_now
from app.errors import Invalid
from app.escalations.blueprint import blueprint
from app.escalations.forms import NoticeForm, UpdateForm
from app.escalations.queries.finding import escalation_visible_to
from app.escalations.routes.reading import read_local
from app.escalations.routes.sheets import done, sheet
from app.escalations.services.incidents import set_notice
from app.escalations.services.telling import catch_up, tell_customers
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.web.forms import add_errors


@blueprint.post("/<int:number>/updates")
@signed_in
def tell(number: int) -> Response:
    """Tell every affected customer something."""
    staff = current_staff()
    escalation, form = escalation_visible_to(staff, number), UpdateForm()
    if not form.validate():
        return sheet(escalation, status=422, update_form=form, refused="update")
    try:
        tell_customers(
            escalation,
            texts=form.texts,
            next_update_at=read_local(form.next_update_at.data),
            asks=bool(form.asks.data),
            by=staff,
            now=utc_now(),
        )
    except Invalid as error:
        add_errors(form, error)
        return sheet(escalation, status=422, update_form=form, refused="update")
    return done(escalation, _("On its way to every customer."))


@blueprint.post("/<int:number>/updates/again")
@signed_in
def tell_late(number: int) -> Response:
    """Take the last update also to those who came later."""
    escalation = escalation_visible_to(current_staff(), number)
    late = catch_up(escalation, now=utc_now())
    return done(escalation, ngettext("On its way to %(num)d.", "On its way to %(num)d.", late))


@blueprint.post("/<int:number>/notice")
@signed_in
def notice(number: int) -> Response:
    """Write what those who may be affected read, or take it down."""
    staff = current_staff()
    escalation, form = escalation_visible_to(staff, number), NoticeForm()
    texts = {} if "down" in request.form else form.texts
    try:
        set_notice(
            escalation,
            texts=texts,
            scope=form.scope.data or "",
            actor=staff_actor(staff.id),
            now=utc_now(),
        )
    except Invalid as error:
        add_errors(form, error)
        return sheet(escalation, status=422, notice_form=form, refused="notice")
    text = _("It can be read now.") if escalation.notice else _("Taken down.")
    return done(escalation, text)
