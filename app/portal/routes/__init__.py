"""Pages of the portal that join several domains."""

from __future__ import annotations

from app.portal.routes.home import blueprint as home
from app.portal.routes.people import blueprint as people

__all__ = ["home", "people"]
