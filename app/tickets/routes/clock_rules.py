"""When we are open and what we promise, as the portal edits it."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.clocks.forms import DAYS, PRIORITIES, PROMISES, ClockRulesForm, filled_form, rules_in
from app.clocks.revising import present_rules, revise_rules
from app.errors import PortalError
from app.events.actor import staff_actor
from app.staff.access import current_staff, requires
from app.staff.permissions import Permission
from app.tickets.blueprint import blueprint
from app.tickets.forms import PRIORITY_LABELS
from app.tickets.services.clocks import wind_all_clocks
from app.web.forms import add_errors
from app.web.responses import page, see_other
from app.web.settings import current_settings

administrators = requires(Permission.SET_CLOCKS)


@blueprint.get("/clocks")
@administrators
def clock_rules() -> Response:
    """Show what holds."""
    return _page(filled_form(present_rules(current_settings().timezone)[0]))


@blueprint.post("/clocks")
@administrators
def revise_clock_rules() -> Response:
    """Let something else hold from now on."""
    form, zone = ClockRulesForm(), current_settings().timezone
    if not form.validate():
        return _page(form, status=422)
    try:
        actor, now = staff_actor(current_staff().id), utc_now()
        revise_rules(rules_in(form), zone=zone, actor=actor, now=now)
    except PortalError as error:
        add_errors(form, error)
        return _page(form, status=422)
    wind_all_clocks()
    flash(_("This holds from now on. Open tickets follow within a minute."), "success")
    return see_other("tickets.clock_rules")


def _page(form: ClockRulesForm, *, status: int = 200) -> Response:
    _rules, version = present_rules(current_settings().timezone)
    return page(
        "tickets/clock_rules.html",
        status=status,
        form=form,
        version=version,
        days=[name for name, _label in DAYS],
        priorities=PRIORITIES,
        promises=PROMISES,
        priority_labels=PRIORITY_LABELS,
    )
