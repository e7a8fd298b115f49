"""The keys with which a site says who its customers are."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import PortalError
from app.events.actor import staff_actor
from app.settings.blueprints import sites as blueprint
from app.settings.forms import PublicKeyForm
from app.settings.routes.sites import administrators, site_page
from app.sites.queries import get_key, get_site
from app.sites.services import add_public_key, create_shared_key, retire_key, revoke_key
from app.staff.access import current_staff
from app.web.forms import add_errors
from app.web.responses import see_other
from app.web.settings import current_settings


@blueprint.post("/<int:site_id>/keys")
@administrators
def create_key(site_id: int) -> Response:
    """Make a shared key and show its secret this once."""
    site = get_site(site_id)
    key, secret = create_shared_key(
        site,
        secret_key=current_settings().secret_key,
        actor=staff_actor(current_staff().id),
        now=utc_now(),
    )
    return site_page(site, new_secret=(key.kid, secret), status=201)


@blueprint.post("/<int:site_id>/keys/public")
@administrators
def add_key(site_id: int) -> Response:
    """Take a public key whose private half stays with the site."""
    site = get_site(site_id)
    form = PublicKeyForm()
    if form.validate_on_submit():
        try:
            add_public_key(
                site, pem=form.pem.data, actor=staff_actor(current_staff().id), now=utc_now()
            )
        except PortalError as error:
            add_errors(form, error)
        else:
            flash(_("The key is in use."), "success")
            return see_other("sites.show", site_id=site_id)
    return site_page(site, key_form=form, status=422)


@blueprint.post("/<int:site_id>/keys/<int:key_id>/retire")
@administrators
def retire(site_id: int, key_id: int) -> Response:
    """Accept a key's tokens for one more day."""
    key = get_key(get_site(site_id), key_id)
    retire_key(key, actor=staff_actor(current_staff().id), now=utc_now())
    flash(_("The key is retired. It still verifies for 24 hours."), "success")
    return see_other("sites.show", site_id=site_id)


@blueprint.post("/<int:site_id>/keys/<int:key_id>/revoke")
@administrators
def revoke(site_id: int, key_id: int) -> Response:
    """Refuse a key from now on and end the sessions it vouched for."""
    key = get_key(get_site(site_id), key_id)
    revoke_key(key, actor=staff_actor(current_staff().id), now=utc_now())
    flash(_("The key is revoked. Sessions it vouched for have ended."), "success")
    return see_other("sites.show", site_id=site_id)
