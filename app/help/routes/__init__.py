"""The pages of the help centre."""

from app.help.routes import (
    asking,
    mail,
    metadata,
    mine,
    rating,
    reading,
    requests,
    searching,
    signing_in,
)
from app.help.routes.blueprint import blueprint

__all__ = [
    "asking",
    "blueprint",
    "mail",
    "metadata",
    "mine",
    "rating",
    "reading",
    "requests",
    "searching",
    "signing_in",
]
