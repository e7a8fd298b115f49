"""Accepting an invite."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.staff.blueprint import blueprint
from app.staff.forms import ROLE_LABELS, AcceptInviteForm
from app.staff.models import Role
from app.staff.queries import invite_by_token
from app.staff.services.invites import accept_invite as accept
from app.staff.services.passwords import check_new_password, hash_password
from app.web.access import public_with_token
from app.web.forms import add_errors
from app.web.responses import page, see_other
from app.web.transactions import end_reading


@blueprint.get("/join/<token>")
@public_with_token
def accept_invite(token: str) -> Response:
    """Ask a new colleague for name and password."""
    return _join(AcceptInviteForm(formdata=None), token)


@blueprint.post("/join/<token>")
@public_with_token
def submit_invite(token: str) -> Response:
    """Make the account of a new colleague."""
    form = AcceptInviteForm()
    email = invite_by_token(token, now=utc_now()).email
    if form.validate_on_submit():
        end_reading()  # no lock is held while the password is hashed
        try:
            check_new_password(form.password.data, about=(form.name.data, email))
            password_hash = hash_password(form.password.data)
            accept(token, name=form.name.data, password_hash=password_hash, now=utc_now())
        except Invalid as error:
            add_errors(form, error)
        else:
            flash(_("Your account is ready. Sign in with %(email)s.", email=email), "success")
            return see_other("staff.sign_in")
    return _join(form, token, status=422)


def _join(form: AcceptInviteForm, token: str, *, status: int = 200) -> Response:
    invite = invite_by_token(token, now=utc_now())
    return page(
        "staff/join.html",
        status=status,
        form=form,
        token=token,
        email=invite.email,
        role_label=ROLE_LABELS[Role(invite.role)],
    )
