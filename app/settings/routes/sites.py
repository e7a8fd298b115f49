"""Sites: where the widget is embedded, and how it looks and behaves there."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import PortalError
from app.events.actor import staff_actor
from app.settings.blueprints import sites as blueprint
from app.settings.forms import NewSiteForm, PublicKeyForm, SiteForm, lines
from app.sites.models import Site
from app.sites.queries import all_sites, get_site, keys_of
from app.sites.services import change_site, create_site
from app.staff.access import current_staff, requires
from app.staff.permissions import Permission
from app.web.forms import add_errors
from app.web.responses import page, see_other
from app.web.settings import current_settings

administrators = requires(Permission.MANAGE_SITES)


@blueprint.get("")
@administrators
def index() -> Response:
    """List the sites."""
    return page("settings/sites.html", sites=all_sites(), form=NewSiteForm(formdata=None))


@blueprint.post("")
@administrators
def create() -> Response:
    """Create a site."""
    form = NewSiteForm()
    if form.validate_on_submit():
        try:
            site = create_site(
                key=form.key.data,
                name=form.name.data,
                allowed_origins=lines(form.allowed_origins.data),
                actor=staff_actor(current_staff().id),
                now=utc_now(),
            )
        except PortalError as error:
            add_errors(form, error)
        else:
            flash(_("%(name)s is ready to be embedded.", name=site.name), "success")
            return see_other("sites.show", site_id=site.id)
    return page("settings/sites.html", status=422, sites=all_sites(), form=form)


@blueprint.get("/<int:site_id>")
@administrators
def show(site_id: int) -> Response:
    """Show a site's settings, snippet and identity keys."""
    return site_page(get_site(site_id))


@blueprint.post("/<int:site_id>")
@administrators
def update(site_id: int) -> Response:
    """Change a site's settings."""
    subject = get_site(site_id)
    form = SiteForm()
    if form.validate_on_submit():
        changes = {name: value for name, value in form.data.items() if name != "csrf_token"}
        changes["allowed_origins"] = lines(form.allowed_origins.data)
        try:
            change_site(
                subject, changes=changes, actor=staff_actor(current_staff().id), now=utc_now()
            )
        except PortalError as error:
            add_errors(form, error)
        else:
            flash(_("The settings are saved."), "success")
            return see_other("sites.show", site_id=site_id)
    return site_page(subject, form=form, status=422)


def site_page(
    subject: Site,
    *,
    form: SiteForm | None = None,
    key_form: PublicKeyForm | None = None,
    new_secret: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Draw the page of a site.

    :param subject: the site.
    :param form: its settings as sent, or None for those in force.
    :param key_form: a public key as sent, or None.
    :param new_secret: id and secret of a key made just now, shown this once.
    :param status: of the answer.
    """
    if form is None:
        form = SiteForm(formdata=None, obj=subject)
        form.allowed_origins.data = "\n".join(subject.allowed_origins)
    return page(
        "settings/site.html",
        status=status,
        site=subject,
        form=form,
        keys=keys_of(subject),
        key_form=key_form or PublicKeyForm(formdata=None),
        new_secret=new_secret,
        base_url=current_settings().base_url,
        now=utc_now(),
    )
