"""``is:open assignee:me before:2026-11-01 refund``: facets typed among the words.

They become what an address holds (:mod:`app.tickets.queries.addresses`), so a search that was
typed and a filter that was clicked are the same thing. Names of people, accounts, sites, teams and
categories are looked up. What names nothing is left out and told, as in any other address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.customers.models import Account
from app.db import fetch
from app.knowledge.models import Category
from app.sites.models import Site
from app.staff.models import Staff, Team

_TYPED = re.compile(r'(?P<name>[a-z]+):(?:"(?P<quoted>[^"]+)"|(?P<plain>[^\s"]+))', re.IGNORECASE)
_NONE = frozenset({"nobody", "none", "nothing"})

#: What follows ``is:`` to what an address holds for it.
IS: Mapping[str, Mapping[str, str]] = {
    "new": {"state": "new"},
    "open": {"state": "open"},
    "waiting": {"state": "waiting_customer"},
    "hold": {"state": "on_hold"},
    "onhold": {"state": "on_hold"},
    "solved": {"state": "solved"},
    "closed": {"state": "closed"},
    "unsolved": {"state": "unsolved"},
    "any": {"state": "any"},
    "unread": {"unread": "1"},
    "mine": {"assignee": "me"},
    "unassigned": {"assignee": "nobody"},
    "overdue": {"due": "overdue"},
    "snoozed": {"snoozed": "only"},
    "draft": {"draft": "1"},
    "spam": {"disposition": "spam"},
    "binned": {"disposition": "deleted"},
}
_DAYS: Mapping[str, tuple[str, int]] = {
    "before": ("created_to", -1),
    "after": ("created_from", 1),
    "since": ("created_from", 0),
}
_NAMED: Mapping[str, tuple[Any, Any]] = {
    "assignee": (Staff.id, Staff.name),
    "team": (Team.id, Team.name),
    "account": (Account.id, Account.name),
    "site": (Site.id, Site.name),
    "category": (Category.id, Category.name),
}
_NOBODY = {"assignee": "nobody", "team": "none", "category": "none"}

_PLAIN = ("priority", "tag", "channel", "from", "has")
_SEVERAL = ("priority", "tag", "channel")


def with_typed_facets(args: Mapping[str, str]) -> dict[str, str]:
    """Return what an address holds with the facets that its text holds.

    A facet typed twice holds both values where several make sense, else the last one. A typed one
    counts more than one of the address.

    :param args: with ``q``.
    """
    made = dict(args)
    words = args.get("q", "")
    if ":" not in words:
        return made

    typed: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name, value = match["name"].lower(), match["quoted"] or match["plain"]
        understood = _understood(name, value)
        for key, new in (understood or {}).items():
            several = key in _SEVERAL and key in typed
            typed[key] = f"{typed[key]},{new}" if several else new
        return match[0] if understood is None else ""

    made["q"] = " ".join(_TYPED.sub(take, words).split())
    return made | typed


def _understood(name: str, value: str) -> Mapping[str, str] | None:
    """Return what an address holds for one typed facet, or None if these are mere words."""
    if name == "is":
        return IS.get(value.lower().replace("-", "").replace("_", ""), {"state": value})
    if name in _DAYS:
        return _day(name, value)
    if name in _NAMED:
        return {name: _key_of(name, value) or value}
    return {name: value.lower()} if name in _PLAIN else None


def _day(name: str, value: str) -> Mapping[str, str]:
    facet, days = _DAYS[name]
    try:
        return {facet: (date.fromisoformat(value) + timedelta(days=days)).isoformat()}
    except (ValueError, OverflowError):
        return {facet: value}


def _key_of(name: str, value: str) -> str | None:
    if value.lower() == "me" and name == "assignee":
        return "me"
    if value.lower() in _NONE:
        return _NOBODY.get(name)
    found = fetch(_named_so(*_NAMED[name], value)).first()
    return None if found is None else str(found[0])


def _named_so(key: Any, name: Any, value: str) -> Select[Any]:
    """Return the query for the one that is named so, else the first whose name begins so."""
    wanted, lower = value.lower(), func.lower(name)
    return (
        select(key)
        .where(or_(lower == wanted, lower.startswith(wanted, autoescape=True)))
        .order_by(lower != wanted, lower, key)
        .limit(1)
    )
