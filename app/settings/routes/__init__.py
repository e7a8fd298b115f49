"""Settings pages, split by noun."""

from __future__ import annotations

from app.settings import blueprints
from app.settings.routes import identity_keys, sites, synonyms

BLUEPRINTS = (blueprints.sites, blueprints.synonyms)

__all__ = ["BLUEPRINTS", "identity_keys", "sites", "synonyms"]
