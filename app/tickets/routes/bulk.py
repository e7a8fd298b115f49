"""Doing the same to several tickets of the list, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import utc_now
from app.errors import Invalid
from app.knowledge.queries.categories import category_paths
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.bulk_forms import BulkForm
from app.tickets.desk import BulkChange
from app.tickets.labels import RESOLUTION_LABELS
from app.tickets.models import Resolution
from app.tickets.moments import snooze_moments
from app.tickets.queries.filters import Viewer
from app.tickets.queries.inbox import assignable_staff, teams_with_names
from app.tickets.queries.picking import (
    change_by,
    everything_in,
    numbers_changed,
    picked_tickets,
    tags_on,
)
from app.tickets.queries.tags import tags_in_use
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.bulk_values import chosen_value
from app.tickets.routes.bulk_words import asked_words, done_words
from app.tickets.routes.context import properties_context, wanted_filter, wanted_query
from app.tickets.routes.writing import CHANGED, dealt_with
from app.tickets.services.acts import Act
from app.tickets.services.bulk import MOST_AT_ONCE, UNDO_WITHIN, Skipped, change_many, undo_change
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request, reswap, trigger
from app.web.responses import page, see_other
from app.web.settings import current_settings

#: Raised in the browser when what was chosen in the list is dealt with (`selection.js`).
NONE_CHOSEN = "choose-none"
#: After these a ticket is out of the way, at least for now.
LEAVING = frozenset({Act.SOLVE, Act.HOLD, Act.SNOOZE, Act.ASIDE})


@blueprint.get("/inbox/selection")
@signed_in
def selection() -> Response:
    """Pick every ticket of the filter, on all pages of the list."""
    viewer = Viewer(current_staff().id, utc_now())
    found = everything_in(wanted_filter(), viewer=viewer, most=MOST_AT_ONCE)
    template = "tickets/_selection.html" if is_fragment_request() else "tickets/selection.html"
    picked = picked_tickets(found.picked) if not is_fragment_request() else []
    return page(template, found=found, picked=picked, query=wanted_query(), acts=list(Act))


@blueprint.get("/inbox/change")
@signed_in
def ask_change() -> Response:
    """Ask what exactly to do to the ticket in the address."""
    return _ask(BulkForm(formdata=None), request.args.get("act", ""))


@blueprint.post("/inbox/change/ask")
@signed_in
def ask_change_of_many() -> Response:
    """Ask what exactly to do to the tickets that were picked; a list of them fits no address."""
    return _ask(BulkForm(formdata=None), request.form.get("act", ""))


@blueprint.post("/inbox/change")
@signed_in
def change_tickets() -> Response:
    """Do the same to several tickets."""
    form, picked, now = BulkForm(), _picked(), utc_now()
    act = _act(form.act.data or "")
    if act is None:
        return see_other("tickets.inbox", **wanted_query())
    if not form.validate():
        return _ask(form, act, status=422)
    try:
        value = chosen_value(act, form, now=now, zone=_zone())
        change = change_many(picked, act=act, value=value, staff=current_staff(), now=now)
    except Invalid as error:
        add_errors(form, error)
        return _ask(form, act, status=422)
    if not is_fragment_request():
        return see_other("tickets.changed", change_id=change.id, **wanted_query())
    context = _done_context(change)
    number = request.form.get("selected", type=int)
    if number in picked:
        context |= properties_context(ticket_visible_to(current_staff(), number))
    response = reswap(page("tickets/bulk_done.htmx.html", **{"ticket": None} | context), "delete")
    if act in LEAVING and number in context["numbers"]:
        dealt_with(response)
    return trigger(trigger(response, CHANGED), NONE_CHOSEN)


@blueprint.get("/inbox/change/<int:change_id>")
@signed_in
def changed(change_id: int) -> Response:
    """Show what a change did, what it left alone, and the way back."""
    change = change_by(current_staff().id, change_id)
    return page("tickets/bulk_done.html", **_done_context(change))


@blueprint.post("/inbox/change/<int:change_id>/undo")
@signed_in
def undo(change_id: int) -> Response:
    """Give the tickets back what they had."""
    change = change_by(current_staff().id, change_id)
    try:
        undone = undo_change(change, staff=current_staff(), now=utc_now())
    except Invalid as error:
        return _said(error.user_message, "warning")
    count = undone.restored
    text = ngettext("%(num)s ticket is as it was.", "%(num)s tickets are as they were.", count)
    if undone.skipped:
        text = " ".join([text, *(_left_alone(each) for each in undone.skipped)])
    return _said(text, "warning" if undone.skipped else "success")


def _said(text: str, kind: str) -> Response:
    if not is_fragment_request():
        flash(text, kind)
        return see_other("tickets.inbox", **wanted_query())
    return trigger(page("tickets/bulk_undone.htmx.html", text=text, kind=kind), CHANGED)


def _left_alone(skipped: Skipped) -> Any:
    return _("#%(number)s was left alone: %(reason)s", number=skipped.number, reason=skipped.reason)


def _act(name: str) -> Act | None:
    return Act(name) if name in set(Act) else None


def _picked() -> dict[int, int]:
    """Return the numbers of the tickets that were picked, with the versions that were seen."""
    picked: dict[int, int] = {}
    for text in request.values.getlist("ticket"):
        number, _colon, version = text.partition(":")
        if number.isdecimal() and version.isdecimal() and len(text) < 20:
            picked[int(number)] = int(version)
    return picked


def _zone() -> ZoneInfo:
    return ZoneInfo(current_settings().timezone)


def _ask(form: BulkForm, name: str, *, status: int = 200) -> Response:
    act, picked = _act(name), _picked()
    if act is None or not picked:
        flash(_("Please choose some tickets first."), "warning")
        return see_other("tickets.inbox", **wanted_query())
    form.act.data = act.value
    _offer(form, act)
    tickets = picked_tickets(picked)
    context: dict[str, Any] = {
        "form": form,
        "act": act.value,
        "title": asked_words(act, len(tickets)),
        "picked": picked,
        "tickets": tickets,
        "moments": snooze_moments(utc_now(), _zone()),
        "known_tags": tags_in_use() if act is Act.TAG else [],
        "resolution_labels": RESOLUTION_LABELS,
        "proposed": Resolution.ANSWER,
        "query": wanted_query(),
    }
    template = "tickets/bulk.htmx.html" if is_fragment_request() else "tickets/bulk.html"
    return page(template, status=status, **context)


def _offer(form: BulkForm, act: Act) -> None:
    """Fill in what there is to choose from, as far as the act asks for it."""
    if act is Act.ASSIGN:
        form.assignee.choices = _with_none(_("Nobody"), assignable_staff())
        form.assignee.data = form.assignee.data or str(current_staff().id)
    elif act is Act.TEAM:
        form.team.choices = _with_none(_("No team"), teams_with_names())
    elif act is Act.CATEGORY:
        form.category.choices = _with_none(_("No category"), category_paths().items())
    elif act is Act.TAG:
        form.remove.choices = [(name, name) for name in tags_on(_picked())]


def _with_none(nothing: str, choices: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    return [("", nothing), *((str(key), name) for key, name in choices)]


def _done_context(change: BulkChange) -> dict[str, Any]:
    numbers = numbers_changed(change.id)
    return {
        "change": change,
        "text": done_words(change, len(numbers)),
        "numbers": numbers,
        "skipped": change.skipped.get("tickets", []),
        "may_undo": bool(numbers)
        and change.undone_at is None
        and utc_now() - change.created_at <= UNDO_WITHIN,
        "query": wanted_query(),
    }
