"""What the addresses of the deflection pages may ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.config import Settings
from app.deflection.models import Outcome, Surface
from app.deflection.queries.listing import SessionFilter
from app.deflection.queries.scope import Scope
from app.deflection.texts import fold_query

#: Lengths of the period; all are whole weeks, so that weekends weigh the same in each.
DAYS = (7, 28, 84)
DEFAULT_DAYS = 28
#: Sub-kinds of outcomes and reasons of exclusions are words like these.
WORD = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class ReportFilter:
    """Period, site and surface as an address names them.

    Unknown values are passed over: an old or mistyped address shows the usual page.

    :ivar days: length of the period.
    :ivar last_day: last day of the period; None means today.
    """

    days: int = DEFAULT_DAYS
    last_day: date | None = None
    site_id: int | None = None
    surface: str = ""

    def scope(self, *, now: datetime, settings: Settings) -> Scope:
        """Return the sessions meant: whole days in the installation's zone, the last included."""
        zone = ZoneInfo(settings.timezone)
        last_day = self.last_day or now.astimezone(zone).date()
        since = last_day - timedelta(days=self.days - 1)
        return Scope(
            since=datetime.combine(since, time.min, zone),
            until=datetime.combine(last_day + timedelta(days=1), time.min, zone),
            ripe_at=now - timedelta(hours=settings.attribution_hours),
            site_id=self.site_id,
            surface=self.surface,
        )

    def earlier(self, scope: Scope) -> str:
        """Return the last day of the period before, as addresses name it."""
        return (scope.since.date() - timedelta(days=1)).isoformat()

    def args(self, **changes: Any) -> dict[str, Any]:
        """Return the address's arguments, changed where named; usual values are left out."""
        values = {
            "days": self.days if self.days != DEFAULT_DAYS else None,
            "until": self.last_day.isoformat() if self.last_day else None,
            "site": self.site_id,
            "surface": self.surface or None,
            **changes,
        }
        return {name: value for name, value in values.items() if value is not None}


def report_filter(args: Mapping[str, str]) -> ReportFilter:
    """Read a filter from an address."""
    surface = args.get("surface", "")
    days = _number(args.get("days", ""))
    return ReportFilter(
        days=days if days in DAYS else DEFAULT_DAYS,
        last_day=_date(args.get("until", "")),
        site_id=_number(args.get("site", "")),
        surface=surface if surface in set(Surface) else "",
    )


def session_filter(args: Mapping[str, str]) -> SessionFilter:
    """Read from an address which sessions to list."""
    outcome = args.get("outcome", "")
    search = args.get("search", "")
    query = args.get("query", "")[:200]
    detail = args.get("detail", "")
    return SessionFilter(
        time=time_of if (time_of := args.get("time", "")) in {"over", "open"} else "",
        outcome=outcome if outcome in {*Outcome, "decided", "excluded", "before_ticket"} else "",
        detail=detail if WORD.fullmatch(detail) else "",
        query_key=fold_query(query) if query else "",
        search=search if search in {"without_result", "without_click"} else "",
        article_id=_number(args.get("article", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None
