"""Signing in and out."""

from __future__ import annotations

from functools import partial

from flask import Response, redirect, request
from flask import session as browser_session
from flask_login import current_user

from app.clock import utc_now
from app.config import Settings
from app.errors import TooMany
from app.staff.access import signed_in
from app.staff.blueprint import blueprint
from app.staff.forms import SignInForm
from app.staff.login import TOKEN_KEY
from app.staff.services.sessions import end_session
from app.staff.services.sign_in import (
    candidate_for,
    count_sign_in,
    is_candidate,
    sign_in_staff,
)
from app.web.access import public_with_token
from app.web.client import client_ip
from app.web.destinations import own_path
from app.web.responses import page, see_other
from app.web.settings import current_settings
from app.web.transactions import end_reading, own_unit

#: One sentence for an unknown address, a closed account and a wrong password.
REFUSED = "This address and password do not belong together."


@blueprint.get("/sign-in")
@public_with_token
def sign_in() -> Response:
    """Show the sign-in form, or go on if somebody is signed in."""
    target = own_path(request.args.get("next"))
    if current_user.is_authenticated:
        return _go_on(target)
    return page("staff/sign_in.html", form=SignInForm(formdata=None, next=target), refusal=None)


@blueprint.post("/sign-in")
@public_with_token
def submit_sign_in() -> Response:
    """Check address and password and open a session."""
    form = SignInForm()
    if not form.validate_on_submit():
        return page("staff/sign_in.html", status=422, form=form, refusal=None)
    settings, now, ip = current_settings(), utc_now(), client_ip()
    email = form.email.data
    try:
        own_unit(partial(count_sign_in, email, ip=ip, secret=settings.secret_key, now=now))
    except TooMany as error:
        return _refuse_for_now(form, error)
    candidate = candidate_for(email)
    end_reading()  # no lock is held while the password is hashed
    if not is_candidate(candidate, form.password.data) or candidate.staff_id is None:
        return page("staff/sign_in.html", status=422, form=form, refusal=REFUSED)
    _start_session(candidate.staff_id, ip, settings)
    return _go_on(own_path(form.next.data))


def _start_session(staff_id: int, ip: str, settings: Settings) -> None:
    old = browser_session.get(TOKEN_KEY)
    if old:
        end_session(old)
    token = sign_in_staff(
        staff_id,
        ip=ip,
        user_agent=request.user_agent.string,
        hours=settings.session_hours,
        secret=settings.secret_key,
        now=utc_now(),
    )
    # Nothing of before the sign-in goes on, the form token included.
    browser_session.clear()
    browser_session[TOKEN_KEY] = token


def _refuse_for_now(form: SignInForm, error: TooMany) -> Response:
    minutes = -(-error.retry_after_seconds // 60)
    refusal = f"Too many attempts. Please wait {minutes} min and try again."
    response = page("staff/sign_in.html", status=429, form=form, refusal=refusal)
    response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def _go_on(target: str | None) -> Response:
    if target is not None:
        return redirect(target, code=303)  # type: ignore[return-value]
    return see_other("portal.index")


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this session."""
    token = browser_session.get(TOKEN_KEY)
    if token:
        end_session(token)
    browser_session.clear()
    response = see_other("staff.sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
