"""The filter of the list as an address holds it: short, and the same for the same list."""

from __future__ import annotations

from collections.abc import Mapping

from app.tickets.queries.filters import FACETS, STATE_FILTERS, InboxFilter
from app.tickets.queries.orders import ORDERS, read_place

TEXT_FILTER_MAX = 100

#: What a row may show beside its subject.
COLUMNS = (
    "state",
    "due",
    "priority",
    "number",
    "account",
    "site",
    "channel",
    "category",
    "team",
    "tags",
    "waiting",
    "created",
    "assignee",
)
USUAL_COLUMNS = ("state", "due", "priority", "number", "account", "assignee")


def read_filter(args: Mapping[str, str]) -> InboxFilter:
    """Read the filter out of an address; what makes no sense counts as not given, and is named."""
    facets: dict[str, str] = {}
    ignored: list[str] = []
    for name, facet in FACETS.items():
        given = args.get(name, "").strip()
        value = facet.read(given) if given else None
        if value is not None:
            facets[name] = value
        elif given and (name, given) != ("assignee", "anyone"):
            ignored.append(name)
    state = _known(args, "state", STATE_FILTERS, "unsolved", ignored)
    sort = _known(args, "sort", ORDERS, "recent", ignored)
    after = args.get("after", "")
    return InboxFilter(
        state=state,
        facets=facets,
        text=" ".join(args.get("q", "").replace("\x00", "").split())[:TEXT_FILTER_MAX],
        sort=sort,
        columns=_columns(args.get("columns", ""), ignored),
        after=after if read_place(after, sort) else "",
        ignored=tuple(ignored),
    )


def filter_args(wanted: InboxFilter) -> dict[str, str]:
    """Return what an address holds for a filter; defaults are left out, and so is the place."""
    values = {
        "state": wanted.state,
        **wanted.facets,
        "q": wanted.text,
        "sort": wanted.sort,
        "columns": ",".join(wanted.columns),
    }
    defaults = {"state": "unsolved", "sort": "recent"}
    return {name: value for name, value in values.items() if value != defaults.get(name, "")}


def _known(
    args: Mapping[str, str], name: str, known: Mapping[str, object], usual: str, ignored: list[str]
) -> str:
    given = args.get(name, "").strip()
    if given in known:
        return given
    if given:
        ignored.append(name)
    return usual


def _columns(text: str, ignored: list[str]) -> tuple[str, ...]:
    given = {name for name in text.split(",") if name}
    if given - set(COLUMNS):
        ignored.append("columns")
    chosen = tuple(name for name in COLUMNS if name in given)
    return () if chosen == USUAL_COLUMNS else chosen
