"""Moving an escalation along, and its ways out."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import PortalError
from app.escalations.blueprint import blueprint
from app.escalations.forms import DeclineForm, MoveForm, OtherForm, TargetForm
from app.escalations.models import EscalationState, Role
from app.escalations.queries.finding import escalation_visible_to
from app.escalations.routes.reading import read_local
from app.escalations.routes.sheets import done, sheet
from app.escalations.services.exits import confirm_recurrence, decline_escalation, set_duplicate
from app.escalations.services.moving import move_escalation
from app.escalations.services.roles import take_role
from app.escalations.services.targets import set_target
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.web.forms import add_errors
from app.web.settings import current_settings


@blueprint.post("/<int:number>/take")
@signed_in
def take(number: int) -> Response:
    """Acknowledge it and coordinate it, with one click."""
    staff, now = current_staff(), utc_now()
    escalation, actor = escalation_visible_to(staff, number), staff_actor(staff.id)
    form = MoveForm()
    try:
        take_role(escalation, Role.OWNER, staff=staff, actor=actor, now=now)
        if escalation.state == EscalationState.RAISED:
            move_escalation(escalation, EscalationState.ACKNOWLEDGED, actor=actor, now=now)
    except PortalError as error:
        add_errors(form, error)
        return sheet(escalation, status=error.status, move_form=form, refused="move")
    return done(escalation, _("It is yours. Thank you for taking it."))


@blueprint.post("/<int:number>/state")
@signed_in
def move(number: int) -> Response:
    """Move it to another state."""
    escalation, form = escalation_visible_to(current_staff(), number), MoveForm()
    try:
        move_escalation(
            escalation,
            form.state.data or "",
            reason=form.reason.data or "",
            expected_version=form.version.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except PortalError as error:
        add_errors(form, error)
        return sheet(escalation, status=error.status, move_form=form, refused="move")
    return done(escalation, _("Noted."))


@blueprint.post("/<int:number>/decline")
@signed_in
def decline(number: int) -> Response:
    """Decline it."""
    escalation, form = escalation_visible_to(current_staff(), number), DeclineForm()
    try:
        decline_escalation(
            escalation,
            reason=form.reason.data or "",
            instead=form.instead.data or "",
            expected_version=form.version.data,
            by=current_staff(),
            now=utc_now(),
        )
    except PortalError as error:
        add_errors(form, error)
        return sheet(escalation, status=error.status, decline_form=form, refused="decline")
    return done(escalation, _("Declined. What to do instead stands at the top."))


@blueprint.post("/<int:number>/duplicate")
@signed_in
def duplicate(number: int) -> Response:
    """Say that it is about the same as another."""
    escalation, form = escalation_visible_to(current_staff(), number), OtherForm()
    try:
        other = set_duplicate(
            escalation,
            of_number=form.number,
            expected_version=form.version.data,
            by=current_staff(),
            now=utc_now(),
        )
    except PortalError as error:
        add_errors(form, error)
        return sheet(escalation, status=error.status, duplicate_form=form, refused="duplicate")
    return done(other, _("Its tickets are linked here now."))


@blueprint.post("/<int:number>/recurrence")
@signed_in
def recurrence(number: int) -> Response:
    """Confirm that it is an earlier one come again."""
    escalation, form = escalation_visible_to(current_staff(), number), OtherForm()
    try:
        confirm_recurrence(
            escalation,
            of_number=form.number,
            kind=form.kind.data or None,
            by=current_staff(),
            now=utc_now(),
        )
    except PortalError as error:
        add_errors(form, error)
        return sheet(escalation, status=error.status, recurrence_form=form, refused="recurrence")
    return done(escalation, _("Noted."))


@blueprint.post("/<int:number>/targets")
@signed_in
def target(number: int) -> Response:
    """Say by when it is to be mitigated or resolved."""
    escalation, form = escalation_visible_to(current_staff(), number), TargetForm()
    if not form.validate():
        return sheet(escalation, status=422, target_form=form, refused="target")
    try:
        set_target(
            escalation,
            form.kind.data or "",
            due_at=read_local(form.due_at.data),
            zone=current_settings().timezone,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except PortalError as error:
        add_errors(form, error)
        return sheet(escalation, status=error.status, target_form=form, refused="target")
    return done(escalation, _("Noted."))
