"""Pages and fragments of the inbox, split by what is asked for."""

from __future__ import annotations

from app.tickets.blueprint import blueprint
from app.tickets.routes import (
    bulk,
    changes,
    create,
    due,
    files,
    flags,
    inbox,
    merging,
    parking,
    presence,
    promising,
    ratings,
    relating,
    satisfaction,
    setting_aside,
    solving,
    splitting,
    tags,
    today,
    views,
    writing,
)

__all__ = [
    "blueprint",
    "bulk",
    "changes",
    "create",
    "due",
    "files",
    "flags",
    "inbox",
    "merging",
    "parking",
    "presence",
    "promising",
    "ratings",
    "relating",
    "satisfaction",
    "setting_aside",
    "solving",
    "splitting",
    "tags",
    "today",
    "views",
    "writing",
]
