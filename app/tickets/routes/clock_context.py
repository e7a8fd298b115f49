"""What the templates of clocks are given."""

from __future__ import annotations

from typing import Any

from app.clock import utc_now
from app.clocks.services import clocks_of
from app.tickets.forms import DueForm
from app.tickets.models import Ticket
from app.web.settings import current_settings


def clocks_context(ticket: Ticket, form: DueForm | None = None) -> dict[str, Any]:
    """Return what we owe on a ticket, with the steps that led there.

    :param form: a time as it was refused, to be shown again.
    """
    zone = current_settings().timezone
    clocks = clocks_of(ticket.id, zone=zone, as_of=utc_now())
    return {"commitments": clocks.commitments, "due_form": form, "zone": zone}
