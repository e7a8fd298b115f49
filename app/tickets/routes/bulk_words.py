"""A change to several tickets in words: what was done to how many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from app.knowledge.queries.categories import category_paths
from app.tickets.desk import BulkChange
from app.tickets.forms import PRIORITY_LABELS, STATE_LABELS
from app.tickets.labels import RESOLUTION_LABELS
from app.tickets.models import Disposition, Priority, Resolution, TicketState
from app.tickets.queries.inbox import assignable_staff, teams_with_names
from app.tickets.services.acts import Act, Values


def asked_words(act: Act, count: int) -> str:
    """Return the title of the question what exactly to do.

    :param count: of the tickets.
    """
    words: dict[Act, str] = {
        Act.ASSIGN: ngettext("Assign %(num)s ticket", "Assign %(num)s tickets", count),
        Act.TEAM: ngettext("Team of %(num)s ticket", "Team of %(num)s tickets", count),
        Act.PRIORITY: ngettext("Priority of %(num)s ticket", "Priority of %(num)s tickets", count),
        Act.CATEGORY: ngettext("Category of %(num)s ticket", "Category of %(num)s tickets", count),
        Act.STATE: ngettext("State of %(num)s ticket", "State of %(num)s tickets", count),
        Act.SOLVE: ngettext("Solve %(num)s ticket", "Solve %(num)s tickets", count),
        Act.HOLD: ngettext("Put %(num)s ticket on hold", "Put %(num)s tickets on hold", count),
        Act.SNOOZE: ngettext("Snooze %(num)s ticket", "Snooze %(num)s tickets", count),
        Act.TAG: ngettext("Tag %(num)s ticket", "Tag %(num)s tickets", count),
        Act.ASIDE: ngettext("Set %(num)s ticket aside", "Set %(num)s tickets aside", count),
        Act.WATCH: ngettext("Watch %(num)s ticket", "Watch %(num)s tickets", count),
        Act.UNWATCH: ngettext(
            "Stop watching %(num)s ticket", "Stop watching %(num)s tickets", count
        ),
        Act.WAKE: ngettext("Bring %(num)s ticket back", "Bring %(num)s tickets back", count),
    }
    return words[act]


def done_words(change: BulkChange, count: int) -> str:
    """Return what was done.

    :param count: of the tickets that it was done to.
    """
    what = _OUTCOMES[Act(change.act)](change.value)
    said: str = ngettext("%(num)s ticket: %(what)s", "%(num)s tickets: %(what)s", count, what=what)
    return said


def _assigned(value: Values) -> Any:
    name = dict(assignable_staff()).get(value["assignee_id"])
    return _("assigned to %(name)s", name=name) if name else _("assigned to nobody")


def _with_team(value: Values) -> Any:
    team = dict(teams_with_names()).get(value["team_id"])
    return _("with %(team)s", team=team) if team else _("with no team")


def _in_category(value: Values) -> Any:
    path = category_paths().get(value["category_id"])
    return _("in %(category)s", category=path) if path else _("in no category")


def _prioritized(value: Values) -> Any:
    return _("priority %(priority)s", priority=PRIORITY_LABELS[Priority(value["priority"])])


def _solved(value: Values) -> Any:
    how = RESOLUTION_LABELS[Resolution(value["resolution"])]
    return _("solved (%(how)s)", how=str(how).lower())


def _set_aside(value: Values) -> Any:
    spam = value["disposition"] == Disposition.SPAM
    return _("marked as spam") if spam else _("in the bin")


def _tagged(value: Values) -> Any:
    parts = []
    if value["add"]:
        parts.append(_("tagged %(tags)s", tags=", ".join(value["add"])))
    if value["remove"]:
        parts.append(_("%(tags)s taken off", tags=", ".join(value["remove"])))
    return "; ".join(parts)


def _moment(text: str) -> Any:
    return format_datetime(datetime.fromisoformat(text), "EEE d MMM, HH:mm")


_OUTCOMES: Mapping[Act, Callable[[Values], Any]] = {
    Act.ASSIGN: _assigned,
    Act.TEAM: _with_team,
    Act.CATEGORY: _in_category,
    Act.PRIORITY: _prioritized,
    Act.STATE: lambda value: str(STATE_LABELS[TicketState(value["state"])]).lower(),
    Act.SOLVE: _solved,
    Act.HOLD: lambda value: _("on hold until %(moment)s", moment=_moment(value["look_at"])),
    Act.SNOOZE: lambda value: _("snoozed until %(moment)s", moment=_moment(value["until"])),
    Act.TAG: _tagged,
    Act.ASIDE: _set_aside,
    Act.WATCH: lambda _value: _("watched by you"),
    Act.UNWATCH: lambda _value: _("no longer watched by you"),
    Act.WAKE: lambda _value: _("back in the lists"),
}
