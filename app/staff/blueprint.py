"""The blueprint of the staff pages; the modules in `app.staff.routes` add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("staff", __name__, url_prefix="/portal")
