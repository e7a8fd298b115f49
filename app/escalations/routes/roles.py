"""Taking and giving up roles."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.escalations.blueprint import blueprint
from app.escalations.models import Escalation
from app.escalations.queries.finding import escalation_visible_to
from app.escalations.routes.sheets import done
from app.escalations.services.roles import renounce_role, take_role
from app.events.actor import Actor, staff_actor
from app.staff.access import current_staff, signed_in
from app.staff.queries import staff_member
from app.web.responses import see_other


@blueprint.post("/<int:number>/roles/<role>")
@signed_in
def assume(number: int, role: str) -> Response:
    """Take a role, or give it to somebody."""

    def act(escalation: Escalation, staff_id: int, actor: Actor) -> None:
        take_role(escalation, role, staff=staff_member(staff_id), actor=actor, now=utc_now())

    return _change(number, act)


@blueprint.post("/<int:number>/roles/<role>/end")
@signed_in
def renounce(number: int, role: str) -> Response:
    """Give up a role, or relieve somebody of it."""

    def act(escalation: Escalation, staff_id: int, actor: Actor) -> None:
        renounce_role(escalation, role, staff_id=staff_id, actor=actor, now=utc_now())

    return _change(number, act)


def _change(number: int, act: Callable[[Escalation, int, Actor], None]) -> Response:
    """Change who has a role: the one whom the form names, else whoever sends it."""
    staff = current_staff()
    escalation = escalation_visible_to(staff, number)
    whose = request.form.get("staff", staff.id, type=int)
    try:
        act(escalation, whose, staff_actor(staff.id))
    except Invalid as error:
        flash(next(iter(error.fields.values()))[0], "error")
        return see_other("escalations.show", number=number)
    return done(escalation, _("Noted."))
