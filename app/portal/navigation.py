"""The main navigation of the portal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import request, url_for
from werkzeug.local import LocalProxy

from app.errors import SignInNeeded
from app.mailbox.queries import waiting_mails
from app.notices.queries import count_unread
from app.portal.keys import Shown, shown_keys
from app.staff.access import current_staff
from app.staff.permissions import Permission, may
from app.web.locales import lazy_text as _l
from app.web.settings import current_settings


@dataclass(frozen=True)
class Place:
    """A place in the navigation.

    :ivar blueprints: names of blueprints and endpoints whose pages count as being here.
    :ivar permission: whoever lacks it does not see the place.
    :ivar has_bell: shows how many notices are unread.
    :ivar key: what is pressed after g to go there.
    """

    label: Any
    endpoint: str
    icon: str
    blueprints: tuple[str, ...]
    permission: Permission | None = None
    has_bell: bool = False
    key: str = ""


PLACES = (
    Place(_l("Today"), "tickets.day", "calendar", ("tickets.day", "tickets.calendar"), key="p"),
    Place(_l("Inbox"), "tickets.inbox", "inbox", ("tickets",), key="i"),
    Place(_l("Notices"), "notices.index", "bell", ("notices",), has_bell=True, key="n"),
    Place(_l("Escalations"), "escalations.index", "octagon-alert", ("escalations",), key="e"),
    Place(_l("Articles"), "knowledge.index", "book-open", ("knowledge",), key="a"),
    Place(
        _l("To mend"),
        "tickets.flags",
        "flag",
        ("tickets.flags", "tickets.settle", "tickets.unwritten"),
        key="f",
    ),
    Place(_l("Deflection"), "deflection.index", "chart-column", ("deflection",), key="d"),
    Place(
        _l("Satisfaction"),
        "tickets.satisfaction",
        "star",
        ("tickets.satisfaction", "tickets.satisfaction_answers"),
        key="s",
    ),
    Place(
        _l("Wins"), "tickets.wins", "thumbs-up", ("tickets.wins", "tickets.take_back_win"), key="v"
    ),
    Place(_l("Customers"), "customers.index", "users", ("customers",), key="c"),
    Place(_l("Mail"), "notifications.outbox", "mail", ("notifications", "mailbox"), key="m"),
    Place(_l("Sites"), "sites.index", "globe", ("sites",), Permission.MANAGE_SITES, key="w"),
    Place(
        _l("Clocks"),
        "tickets.clock_rules",
        "clock",
        ("tickets.clock_rules", "tickets.revise_clock_rules"),
        Permission.SET_CLOCKS,
        key="h",
    ),
    Place(
        _l("Synonyms"),
        "synonyms.index",
        "languages",
        ("synonyms",),
        Permission.EDIT_SYNONYMS,
        key="y",
    ),
    Place(_l("Team"), "staff.team", "user-cog", ("staff.team",), Permission.MANAGE_STAFF, key="t"),
)


def places() -> list[Place]:
    """Return the places that the viewer may go to."""
    try:
        viewer = current_staff()
    except SignInNeeded:
        return []  # an error page for somebody who is not signed in
    return [each for each in PLACES if each.permission is None or may(viewer, each.permission)]


def portal_frame() -> dict[str, Any]:
    """Return what the portal's layout needs; nothing for pages of other parts.

    The navigation is worked out when a template draws it, and not before: the page for
    unexpected errors draws none, and must not fail once more over a session or database.
    """
    if not request.path.startswith("/portal"):
        return {}
    return {
        "htmx_cdn_url": current_settings().htmx_cdn_url,
        "nav": LocalProxy(cache(_nav)),
        "hotkeys": _hotkeys,
        "unread": LocalProxy(cache(_unread)),
        "mails_waiting": LocalProxy(cache(waiting_mails)),
    }


def _nav() -> list[dict[str, Any]]:
    endpoint = request.endpoint or ""
    # A page that a place names itself is not also a page of its blueprint's place.
    named = any(endpoint in each.blueprints for each in PLACES)
    here = endpoint if named else endpoint.partition(".")[0]
    return [
        {
            "label": str(each.label),
            "url": url_for(each.endpoint),
            "icon": each.icon,
            "current": here in each.blueprints,
            "has_bell": each.has_bell,
            "key": f"g {each.key}" if each.key else "",
        }
        for each in places()
    ]


def _hotkeys() -> tuple[Shown, ...]:
    return shown_keys([(f"g {each.key}", str(each.label)) for each in places() if each.key])


def _unread() -> int:
    return count_unread(current_staff().id)
