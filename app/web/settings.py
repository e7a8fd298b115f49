"""The settings of the application that answers the request."""

from __future__ import annotations

from flask import current_app

from app.config import Settings


def current_settings() -> Settings:
    """Return the settings, for routes to hand down to services."""
    settings: Settings = current_app.extensions["settings"]
    return settings
