"""What was chosen in the form of a change to several tickets, as its act reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import Invalid
from app.tickets.bulk_forms import BulkForm
from app.tickets.errors import HoldNeeded, ResolutionNeeded
from app.tickets.models import Priority, Resolution, TicketState
from app.tickets.moments import morning_of, snooze_moments
from app.tickets.services.acts import Act
from app.tickets.tag_names import clean_tags


def chosen_value(act: Act, form: BulkForm, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return what was chosen.

    :param act: what it is for.
    :param zone: of the portal.
    :raises Invalid: something is missing that the act needs; `fields` says what.
    """
    if act is Act.SNOOZE:
        return {"until": _until(form, now, zone).isoformat()}
    if act is Act.HOLD:
        if form.look_at.data is None:
            raise HoldNeeded(fields={"look_at": ["When should somebody look at it again?"]})
        look_at = morning_of(form.look_at.data, zone).isoformat()
        return {"reason": form.reason.data or "", "look_at": look_at}
    return _READERS[act](form)


def _until(form: BulkForm, now: datetime, zone: ZoneInfo) -> datetime:
    moment = snooze_moments(now, zone).get(form.snooze.data or "")
    if moment is None and form.until.data is not None:
        moment = morning_of(form.until.data, zone)
    if moment is None:
        raise Invalid(fields={"until": ["Please choose a day."]})
    return moment


def _key(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _solved(form: BulkForm) -> dict[str, Any]:
    if form.resolution.data not in set(Resolution):
        raise ResolutionNeeded
    return {"state": TicketState.SOLVED.value, "resolution": form.resolution.data}


def _state(form: BulkForm) -> dict[str, Any]:
    # Solving and holding ask for more; a form of ours never sends them here.
    if form.state.data not in (TicketState.OPEN, TicketState.WAITING_CUSTOMER):
        raise Invalid(fields={"state": ["Please choose one of the values."]})
    return {"state": form.state.data}


def _priority(form: BulkForm) -> dict[str, Any]:
    if form.priority.data not in set(Priority):
        raise Invalid(fields={"priority": ["There is no such priority."]})
    return {"priority": form.priority.data}


def _tags(form: BulkForm) -> dict[str, Any]:
    remove = clean_tags(form.remove.data or [])
    add = clean_tags((form.add.data or "").split(",")) - remove
    if not add and not remove:
        raise Invalid(fields={"add": ["Which tag?"]})
    return {"add": sorted(add), "remove": sorted(remove)}


_READERS: Mapping[Act, Callable[[BulkForm], dict[str, Any]]] = {
    Act.ASSIGN: lambda form: {"assignee_id": _key(form.assignee.data)},
    Act.TEAM: lambda form: {"team_id": _key(form.team.data)},
    Act.CATEGORY: lambda form: {"category_id": _key(form.category.data)},
    Act.PRIORITY: _priority,
    Act.STATE: _state,
    Act.SOLVE: _solved,
    Act.TAG: _tags,
    Act.ASIDE: lambda form: {"disposition": form.disposition.data},
    Act.WATCH: lambda _form: {},
    Act.UNWATCH: lambda _form: {},
    Act.WAKE: lambda _form: {},
}
