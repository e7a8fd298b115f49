"""The pages of the help centre."""

from app.help.routes import asking, mail, metadata, rating, reading, requests, searching  # noqa: F401 - bind the routes
from app.help.routes.blueprint import blueprint

__all__ = ["blueprint"]
