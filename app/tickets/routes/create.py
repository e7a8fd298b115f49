"""Opening a ticket for a customer."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.customers.models import Customer
from app.customers.queries import customer_visible_to, customers_matching
from app.customers.services.records import find_or_create_customer
from app.errors import Invalid, PortalError
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.forms import NewTicketForm
from app.tickets.models import Channel, Ticket
from app.tickets.routes.uploads import stored_uploads
from app.tickets.services.opening import open_ticket
from app.tickets.services.texts import is_email
from app.web.forms import add_errors
from app.web.responses import page, see_other
from app.web.settings import current_settings


@blueprint.get("/tickets/new")
@signed_in
def new() -> Response:
    """Show the form, with a customer filled in if the address names one."""
    form = NewTicketForm(formdata=None)
    chosen = request.args.get("customer", type=int)
    if chosen is not None:
        customer = customer_visible_to(current_staff(), chosen)
        form.customer_id.data = str(customer.id)
        form.requester_name.data = customer.name
        form.requester_email.data = customer.email
    return _form(form)


@blueprint.post("/tickets")
@signed_in
def create() -> Response:
    """Open the ticket and go to it."""
    form = NewTicketForm()
    if not form.validate_on_submit():
        return _form(form, status=422)
    try:
        ticket = _open(form)
    except Invalid as error:
        names = {"name": "requester_name", "email": "requester_email"}
        renamed = {names.get(name, name): texts for name, texts in error.fields.items()}
        add_errors(form, Invalid(error.user_message, fields=renamed))
        return _form(form, status=422)
    except PortalError as error:
        form.form_errors.append(error.user_message)
        return _form(form, status=error.status)
    flash(_("Ticket %(number)s is open.", number=ticket.number), "success")
    return see_other("tickets.show", number=ticket.number)


@blueprint.get("/tickets/customers")
@signed_in
def customers() -> Response:
    """Find customers by name or address to open a ticket for."""
    text = request.args.get("requester_name", "") or request.args.get("requester_email", "")
    return page("tickets/_customers.html", found=customers_matching(text, limit=6))


def _open(form: NewTicketForm) -> Ticket:
    staff = current_staff()
    actor, now = staff_actor(staff.id), utc_now()
    customer = _customer(form)
    return open_ticket(
        subject=form.subject.data,
        body=form.body.data,
        channel=Channel.STAFF,
        customer_id=customer.id if customer else None,
        requester_name=form.requester_name.data or "",
        requester_email=form.requester_email.data or "",
        requester_verified=True,
        attachment_keys=stored_uploads(form.files.data),
        priority=form.priority.data,
        actor=actor,
        now=now,
    )


def _customer(form: NewTicketForm) -> Customer | None:
    """Return the chosen customer, else the one with the address, made if there is none."""
    staff = current_staff()
    chosen = form.customer_id.data or ""
    email = (form.requester_email.data or "").strip().lower()
    if chosen.isdecimal():
        customer = customer_visible_to(staff, int(chosen))
        if customer.email == email:
            return customer
    if not email:
        return None
    if not is_email(email):
        raise Invalid(fields={"email": [_("This is not a mail address.")]})
    return find_or_create_customer(
        email=email,
        name=form.requester_name.data or "",
        source="staff",
        actor=staff_actor(staff.id),
        now=utc_now(),
    )


def _form(form: NewTicketForm, *, status: int = 200) -> Response:
    max_bytes = current_settings().max_upload_mb * 1024 * 1024
    return page("tickets/new.html", status=status, form=form, max_bytes=max_bytes)
