"""The blueprint of the inbox; the modules in `app.tickets.routes` add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("tickets", __name__, url_prefix="/portal")
