"""Pages of customers and accounts, with the tickets they sent."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.customers.forms import AccountForm, MembershipForm, account_form
from app.customers.models import Account
from app.customers.queries import (
    account_page,
    account_visible_to,
    accounts_to_choose,
    customer_page,
    customer_visible_to,
)
from app.customers.services.records import create_account, edit_account, put_into_account
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.queries.threads import tickets_of_customers
from app.web.responses import page, see_other

blueprint = Blueprint("customers", __name__, url_prefix="/portal")

TEXT_MAX = 100


def _text() -> str:
    return request.args.get("q", "").replace("\x00", "").strip()[:TEXT_MAX]


def _number() -> int:
    return request.args.get("page", 1, type=int)


@blueprint.get("/customers")
@signed_in
def index() -> Response:
    """List customers."""
    text = _text()
    return page("customers/index.html", text=text, found=customer_page(text, number=_number()))


@blueprint.get("/customers/<int:customer_id>")
@signed_in
def show(customer_id: int) -> Response:
    """Show a customer with their tickets."""
    customer = customer_visible_to(current_staff(), customer_id)
    return page(
        "customers/show.html",
        customer=customer,
        accounts=accounts_to_choose(),
        tickets=tickets_of_customers([customer.id]),
    )


@blueprint.post("/customers/<int:customer_id>/account")
@signed_in
def update_membership(customer_id: int) -> Response:
    """Put a customer into an account."""
    staff = current_staff()
    customer = customer_visible_to(staff, customer_id)
    form = MembershipForm()
    if not form.validate_on_submit():
        return see_other("customers.show", customer_id=customer_id)
    chosen, actor = form.account.data, staff_actor(staff.id)
    put_into_account(customer, account_id=chosen, actor=actor, now=utc_now())
    flash(_("Saved."), "success")
    return see_other("customers.show", customer_id=customer_id)


@blueprint.get("/accounts")
@signed_in
def accounts() -> Response:
    """List accounts."""
    text = _text()
    return page("accounts/index.html", text=text, found=account_page(text, number=_number()))


@blueprint.get("/accounts/new")
@signed_in
def new_account() -> Response:
    """Show an empty account form."""
    return _account_form(AccountForm(formdata=None), None)


@blueprint.post("/accounts")
@signed_in
def create() -> Response:
    """Add an account."""
    form = AccountForm()
    if not form.validate_on_submit():
        return _account_form(form, None, status=422)
    account = create_account(form.facts(), actor=staff_actor(current_staff().id), now=utc_now())
    flash(_("Saved."), "success")
    return see_other("customers.account", account_id=account.id)


@blueprint.get("/accounts/<int:account_id>")
@signed_in
def account(account_id: int) -> Response:
    """Show an account with its people and tickets."""
    found = account_visible_to(current_staff(), account_id)
    tickets = tickets_of_customers([customer.id for customer in found.customers])
    return page("accounts/show.html", account=found, tickets=tickets)


@blueprint.get("/accounts/<int:account_id>/edit")
@signed_in
def edit(account_id: int) -> Response:
    """Show the form of an account."""
    found = account_visible_to(current_staff(), account_id)
    return _account_form(account_form(found), found)


@blueprint.post("/accounts/<int:account_id>")
@signed_in
def update(account_id: int) -> Response:
    """Change an account."""
    staff = current_staff()
    found = account_visible_to(staff, account_id)
    form = AccountForm()
    if not form.validate_on_submit():
        return _account_form(form, found, status=422)
    edit_account(found, form.facts(), actor=staff_actor(staff.id), now=utc_now())
    flash(_("Saved."), "success")
    return see_other("customers.account", account_id=account_id)


def _account_form(form: AccountForm, account: Account | None, *, status: int = 200) -> Response:
    return page("accounts/form.html", status=status, form=form, account=account)
