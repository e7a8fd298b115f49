"""Pages around staff accounts, split by noun."""

from __future__ import annotations

from app.staff.blueprint import blueprint
from app.staff.routes import invites, profile, sign_in, team

__all__ = ["blueprint", "invites", "profile", "sign_in", "team"]
