"""Promises beside the conversation: making, keeping, moving, handing over, taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid, PortalError
from app.events.actor import staff_actor
from app.promises.dates import read_due
from app.promises.forms import HandOverForm, PromiseChangeForm, PromiseForm
from app.promises.models import Promise
from app.promises.queries import owed_by, promise_of_ticket
from app.promises.services.changing import (
    hand_over_promise,
    keep_promise,
    move_promise,
    reopen_promise,
    withdraw_promise,
)
from app.promises.services.making import make_promise
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.models import Ticket
from app.tickets.queries.promised import last_reply
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import about_context, wanted_query
from app.tickets.routes.promise_context import promises_context, read_promise, working_days
from app.tickets.routes.writing import CHANGED
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request, trigger
from app.web.responses import page, see_other

Change = Callable[[Promise, PromiseChangeForm, datetime], None]


@blueprint.post("/tickets/<int:number>/promises")
@signed_in
def create_promise(number: int) -> Response:
    """Promise something to the customer."""
    ticket, form, now = ticket_visible_to(current_staff(), number), PromiseForm(), utc_now()
    if not form.validate_on_submit():
        return _refused(ticket, form)
    try:
        text, due_at = read_promise(form, ticket, now=now)
        make_promise(
            ticket,
            text=text,
            due_at=due_at,
            owner_id=form.promise_owner.data,
            customer_visible=form.promise_visible.data,
            actor=staff_actor(current_staff().id),
            now=now,
        )
    except Invalid as error:
        add_errors(form, error)
        return _refused(ticket, form)
    return _done(ticket, _("Promised. Whoever keeps it is reminded in time."))


@blueprint.post("/tickets/<int:number>/promises/<int:promise_id>/keep")
@signed_in
def keep(number: int, promise_id: int) -> Response:
    """Note that a promise is kept, now or by our last answer."""
    return _change(number, promise_id, "keep", _keep, _("Kept. Thank you."))


@blueprint.post("/tickets/<int:number>/promises/<int:promise_id>/move")
@signed_in
def move(number: int, promise_id: int) -> Response:
    """Give a promise another date."""
    return _change(
        number,
        promise_id,
        "move",
        _move,
        _("Moved. A word to the customer about why would be kind."),
    )


@blueprint.post("/tickets/<int:number>/promises/<int:promise_id>/withdraw")
@signed_in
def withdraw(number: int, promise_id: int) -> Response:
    """Take a promise back."""
    return _change(number, promise_id, "withdraw", _withdraw, _("Taken back."))


@blueprint.post("/tickets/<int:number>/promises/<int:promise_id>/reopen")
@signed_in
def reopen(number: int, promise_id: int) -> Response:
    """Owe a promise again that was settled by mistake."""
    return _change(number, promise_id, "reopen", _reopen, _("It is owed again."))


@blueprint.post("/tickets/<int:number>/promises/<int:promise_id>/give")
@signed_in
def give(number: int, promise_id: int) -> Response:
    """Let somebody else keep a promise."""
    return _change(number, promise_id, "give", _give, _("Handed over."))


@blueprint.post("/tickets/<int:number>/promises/hand-over")
@signed_in
def hand_promises_over(number: int) -> Response:
    """Give all that one person owes on a ticket to another, after the ticket changed hands."""
    ticket, form = ticket_visible_to(current_staff(), number), HandOverForm()
    actor, now = staff_actor(current_staff().id), utc_now()
    for promise in owed_by(ticket.id, form.former.data) if form.validate() else ():
        hand_over_promise(promise, owner_id=form.promise_owner.data, actor=actor, now=now)
    if not is_fragment_request():
        return see_other("tickets.show", number=number, **wanted_query())
    return trigger(Response(), CHANGED)  # the question goes, and the promises are drawn anew


def _keep(promise: Promise, form: PromiseChangeForm, now: datetime) -> None:
    reply = last_reply(promise.ticket_id)
    if reply is None or reply.id != form.reply.data:
        reply = None
    keep_promise(
        promise,
        kept_at=reply.sent_at if reply else None,
        message_id=reply.id if reply else None,
        expected_sequence=form.sequence.data,
        actor=staff_actor(current_staff().id),
        now=now,
    )


def _move(promise: Promise, form: PromiseChangeForm, now: datetime) -> None:
    move_promise(
        promise,
        due_at=read_due(form.due, now=now, days=working_days(), field="promise_due"),
        reason=form.reason.data or "",
        expected_sequence=form.sequence.data,
        actor=staff_actor(current_staff().id),
        now=now,
    )


def _withdraw(promise: Promise, form: PromiseChangeForm, now: datetime) -> None:
    withdraw_promise(
        promise,
        reason=form.reason.data or "",
        expected_sequence=form.sequence.data,
        actor=staff_actor(current_staff().id),
        now=now,
    )


def _reopen(promise: Promise, form: PromiseChangeForm, now: datetime) -> None:
    actor = staff_actor(current_staff().id)
    reopen_promise(promise, expected_sequence=form.sequence.data, actor=actor, now=now)


def _give(promise: Promise, form: PromiseChangeForm, now: datetime) -> None:
    hand_over_promise(
        promise,
        owner_id=form.promise_owner.data,
        expected_sequence=form.sequence.data,
        actor=staff_actor(current_staff().id),
        now=now,
    )


def _change(number: int, promise_id: int, act: str, change: Change, said: str) -> Response:
    ticket, form = ticket_visible_to(current_staff(), number), PromiseChangeForm()
    promise = promise_of_ticket(ticket.id, promise_id)
    if not form.validate_on_submit():
        return _refused(ticket, form, promise_id=promise_id, act=act)
    try:
        change(promise, form, utc_now())
    except PortalError as error:
        add_errors(form, error)
        return _refused(ticket, form, promise_id=promise_id, act=act, status=error.status)
    return _done(ticket, said)


def _done(ticket: Ticket, said: str) -> Response:
    if not is_fragment_request():
        flash(said, "success")
        return see_other("tickets.show", number=ticket.number, **wanted_query())
    ticket = ticket_visible_to(current_staff(), ticket.number)
    context = promises_context(ticket) | {"query": wanted_query(), "said": said}
    return page("tickets/promises.htmx.html", **context)


def _refused(
    ticket: Ticket,
    form: PromiseForm | PromiseChangeForm,
    *,
    promise_id: int = 0,
    act: str = "",
    status: int = 422,
) -> Response:
    """Show the promises again with what was typed, and what was the matter beside it."""
    changes = promises_context(ticket, form, promise_id=promise_id, act=act)
    if not is_fragment_request():
        return page("tickets/about.html", status=status, **about_context(ticket) | changes)
    context = changes | {"query": wanted_query(), "said": ""}
    return page("tickets/promises.htmx.html", status=status, **context)
