"""The blueprint of the inbox; the modules in `app.tickets.routes` add to it."""

from __future__ import annotations

from flask import Blueprint

from app.tickets.labels import CHANNEL_LABELS, COLUMN_LABELS

blueprint = Blueprint("tickets", __name__, url_prefix="/portal")
blueprint.add_app_template_filter(CHANNEL_LABELS.__getitem__, "channel_label")
blueprint.add_app_template_filter(COLUMN_LABELS.__getitem__, "column_label")
