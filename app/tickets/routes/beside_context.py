"""What the sections beside a conversation are given: the account, time spent, where it is filed."""

from __future__ import annotations

from typing import Any

from app.staff.access import current_staff
from app.tickets.forms import SpentForm
from app.tickets.models import Ticket
from app.tickets.queries.account import account_now
from app.tickets.queries.filed import filed_of
from app.tickets.queries.spent import spent_on


def filed_context(ticket: Ticket) -> dict[str, Any]:
    """Return where the ticket belongs, and who watches it."""
    return {"filed": filed_of(ticket.id), "me": current_staff().id}


def spent_context(ticket: Ticket, form: SpentForm | None = None) -> dict[str, Any]:
    """Return how long the ticket took, and what to propose to the viewer.

    :param form: as it was sent, when it is shown again.
    """
    spent = spent_on(ticket.id, viewer_id=current_staff().id)
    form = form or SpentForm(formdata=None, data={"minutes": spent.proposed})
    return {"spent": spent, "spent_form": form}


def account_context(ticket: Ticket) -> dict[str, Any]:
    """Return what goes on with the account of whoever asked."""
    customer = ticket.customer
    if customer is None or customer.account_id is None:
        return {"account_now": None}
    now = account_now(customer.account_id, ticket_id=ticket.id, customer_id=customer.id)
    return {"account_now": now}
