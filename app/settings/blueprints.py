"""The blueprints of the settings pages; the modules in `app.settings.routes` add to them."""

from __future__ import annotations

from flask import Blueprint

sites = Blueprint("sites", __name__, url_prefix="/portal/sites")
synonyms = Blueprint("synonyms", __name__, url_prefix="/portal/synonyms")
