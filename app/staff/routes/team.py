"""The team: who has an account, as what."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Conflict, Invalid
from app.events.actor import staff_actor
from app.staff.access import current_staff, requires
from app.staff.blueprint import blueprint
from app.staff.forms import ROLE_LABELS, InviteForm, RoleForm
from app.staff.models import Role
from app.staff.permissions import Permission
from app.staff.queries import all_staff, open_invites, staff_member
from app.staff.services import accounts, invites
from app.web.forms import add_errors
from app.web.responses import page, see_other
from app.web.settings import current_settings

administrators = requires(Permission.MANAGE_STAFF)


@blueprint.get("/team")
@administrators
def team() -> Response:
    """Show colleagues and open invites."""
    return _team(InviteForm(formdata=None))


@blueprint.post("/team/invites")
@administrators
def invite() -> Response:
    """Make an invite and show its link once."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            token = invites.invite_staff(
                email=form.email.data,
                role=Role(form.role.data),
                inviter=current_staff(),
                now=utc_now(),
            )
        except Invalid as error:
            add_errors(form, error)
        else:
            # Drawn at once instead of after a redirect: the link is kept nowhere.
            link = current_settings().base_url + url_for("staff.accept_invite", token=token)
            new_link = (form.email.data, link)
            return _team(InviteForm(formdata=None), new_link=new_link, status=201)
    return _team(form, status=422)


@blueprint.post("/team/invites/<int:invite_id>/withdraw")
@administrators
def withdraw_invite(invite_id: int) -> Response:
    """Take an invite back."""
    invites.withdraw_invite(invite_id)
    flash(_("The invite is withdrawn. Its link no longer works."), "success")
    return see_other("staff.team")


@blueprint.post("/team/<int:staff_id>/role")
@administrators
def change_role(staff_id: int) -> Response:
    """Change somebody's role."""
    form = RoleForm()
    if not form.validate_on_submit():
        return _team(InviteForm(formdata=None), status=422)
    member = staff_member(staff_id)
    role = Role(form.role.data)
    accounts.change_role(member, role=role, actor=staff_actor(current_staff().id), now=utc_now())
    flash(_("%(name)s: %(role)s.", name=member.name, role=ROLE_LABELS[role]), "success")
    return see_other("staff.team")


@blueprint.post("/team/<int:staff_id>/disable")
@administrators
def disable(staff_id: int) -> Response:
    """Close an account and end its sessions."""
    me = current_staff()
    if staff_id == me.id:
        raise Conflict(_("You cannot close your own account. Ask another administrator."))
    member = accounts.disable_staff(staff_member(staff_id), actor=staff_actor(me.id), now=utc_now())
    flash(_("%(name)s can no longer sign in.", name=member.name), "success")
    return see_other("staff.team")


@blueprint.post("/team/<int:staff_id>/enable")
@administrators
def enable(staff_id: int) -> Response:
    """Open a closed account again."""
    member = accounts.enable_staff(
        staff_member(staff_id), actor=staff_actor(current_staff().id), now=utc_now()
    )
    flash(_("%(name)s can sign in again.", name=member.name), "success")
    return see_other("staff.team")


def _team(
    form: InviteForm, *, new_link: tuple[str, str] | None = None, status: int = 200
) -> Response:
    members = all_staff()
    return page(
        "staff/team.html",
        status=status,
        form=form,
        members=members,
        role_forms={
            member.id: RoleForm(formdata=None, role=member.role, prefix="") for member in members
        },
        role_labels=ROLE_LABELS,
        invites=open_invites(now=utc_now()),
        new_link=new_link,
        me=current_staff(),
    )
