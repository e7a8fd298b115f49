"""The article pages of the portal."""

from app.knowledge.routes import (  # noqa: F401 - bind the routes
    categories,
    editing,
    feedback,
    images,
    listing,
    properties,
    revisions,
)
from app.knowledge.routes.blueprint import blueprint

__all__ = ["blueprint"]
