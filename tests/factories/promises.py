"""Promises, made through the service."""

from __future__ import annotations

from datetime import timedelta

from app.events.actor import SYSTEM
from app.promises.services.making import make_promise
from tests.factories.tickets import NOW, unit


def promised(ticket, **changes):
    """Promise an answer by tomorrow, in a unit of its own."""
    values = {
        "text": "Refund the second charge",
        "due_at": NOW + timedelta(days=1),
        "owner_id": None,
        "customer_visible": True,
        "actor": SYSTEM,
        "now": NOW,
    }
    with unit():
        return make_promise(ticket, **(values | changes))
