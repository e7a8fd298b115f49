"""Pages and fragments of escalations, split by what is asked for."""

from __future__ import annotations

from app.escalations.blueprint import blueprint
from app.escalations.routes import (
    board,
    raising,
    releases,
    roles,
    sheets,
    states,
    telling,
    tickets,
    timeline,
)

__all__ = [
    "blueprint",
    "board",
    "raising",
    "releases",
    "roles",
    "sheets",
    "states",
    "telling",
    "tickets",
    "timeline",
]
