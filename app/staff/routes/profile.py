"""One's own name, password and sessions."""

from __future__ import annotations

from flask import Response, flash, g
from flask import session as browser_session
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.limits.services import hit, limit_key
from app.staff.access import current_staff, signed_in
from app.staff.blueprint import blueprint
from app.staff.browsers import browser_name
from app.staff.forms import ChangePasswordForm, ProfileForm
from app.staff.login import TOKEN_KEY
from app.staff.models import AfterSolving
from app.staff.queries import sessions_of, staff_member
from app.staff.services import accounts
from app.staff.services.passwords import check_new_password, hash_password, password_matches
from app.staff.services.sessions import end_session_of, end_sessions_of
from app.web.forms import add_errors
from app.web.responses import page, see_other
from app.web.settings import current_settings
from app.web.transactions import end_reading, own_unit


@blueprint.get("/profile")
@signed_in
def profile() -> Response:
    """Show name, password form and open sessions."""
    return _profile(ProfileForm(formdata=None, obj=current_staff()), _no_password())


@blueprint.post("/profile")
@signed_in
def update_profile() -> Response:
    """Change the name, and how one likes to work."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return _profile(form, _no_password(), status=422)
    staff, now = current_staff(), utc_now()
    accounts.rename_staff(staff, name=form.name.data, now=now)
    accounts.choose_after_solving(staff, choice=AfterSolving(form.after_solving.data), now=now)
    flash(_("Saved."), "success")
    return see_other("staff.profile")


@blueprint.post("/profile/password")
@signed_in
def change_password() -> Response:
    """Change the password and end the other sessions."""
    form = ChangePasswordForm()
    staff = current_staff()
    if form.validate_on_submit():
        try:
            new_hash = _checked_hash(form, staff.id, (staff.name, staff.email))
        except Invalid as error:
            add_errors(form, error)
        else:
            accounts.change_password(
                staff_member(staff.id),
                password_hash=new_hash,
                keep_token=browser_session.get(TOKEN_KEY),
                actor=staff_actor(staff.id),
                now=utc_now(),
            )
            flash(_("Your password is changed. Your other sessions have ended."), "success")
            return see_other("staff.profile")
    return _profile(ProfileForm(formdata=None, obj=current_staff()), form, status=422)


def _checked_hash(form: ChangePasswordForm, staff_id: int, about: tuple[str, ...]) -> str:
    """Check old and new password while no transaction is open, and return the new hash."""
    check_new_password(form.password.data, about=about)
    old_hash = staff_member(staff_id).password_hash
    key = limit_key("password", str(staff_id), secret=current_settings().secret_key)
    own_unit(lambda: hit(key, limit=5, window_seconds=900, now=utc_now()))
    end_reading()
    if not password_matches(old_hash, form.current.data):
        raise Invalid(fields={"current": [_("This is not your current password.")]})
    return hash_password(form.password.data)


@blueprint.post("/profile/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Response:
    """End one of one's own sessions."""
    end_session_of(current_staff(), session_id)
    flash(_("That session has ended."), "success")
    return see_other("staff.profile")


@blueprint.post("/profile/sessions/end-others")
@signed_in
def end_other_sessions() -> Response:
    """End all of one's own sessions but this one."""
    end_sessions_of(current_staff(), except_token=browser_session.get(TOKEN_KEY))
    flash(_("Your other sessions have ended."), "success")
    return see_other("staff.profile")


def _no_password() -> ChangePasswordForm:
    return ChangePasswordForm(formdata=None)


def _profile(
    name_form: ProfileForm, password_form: ChangePasswordForm, *, status: int = 200
) -> Response:
    return page(
        "staff/profile.html",
        status=status,
        name_form=name_form,
        password_form=password_form,
        sessions=sessions_of(current_staff(), now=utc_now()),
        this_session_id=g.staff_session_id,
        browser_name=browser_name,
    )
