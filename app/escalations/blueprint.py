"""The blueprint of escalations; the modules in `app.escalations.routes` add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("escalations", __name__, url_prefix="/portal/escalations")
