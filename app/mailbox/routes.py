"""Received mail, for staff: what came, what became of it, and what still can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.config import Settings
from app.errors import Conflict, Invalid, NotFound, PortalError
from app.events.actor import Actor, staff_actor
from app.mailbox.forms import PlayForm
from app.mailbox.models import ReceivedMail, ReceivedState
from app.mailbox.parsing.cleaning import clean_html
from app.mailbox.queries import (
    looks,
    number_of_ticket,
    raw_of,
    received_by_id,
    received_counts,
    received_page,
)
from app.mailbox.services.playing import answer_as_customer
from app.mailbox.services.processing import FileRoom
from app.mailbox.services.resolving import (
    UNDECIDED,
    add_to_ticket,
    discard,
    mail_as_read,
    make_ticket_of,
    read_again,
)
from app.notifications.models import OutgoingMail
from app.notifications.queries import mail_by_id
from app.notifications.routes import FRAME_POLICY
from app.notifications.settings import mail_settings
from app.sites.models import DEMO_KEY
from app.sites.queries import site_by_key
from app.staff.access import current_staff, signed_in
from app.web.access import AccessRule
from app.web.forms import add_errors
from app.web.responses import page, see_other

blueprint = Blueprint("mailbox", __name__, url_prefix="/portal/mail/received")

#: Links lead out of the frame.
FRAME = '<!doctype html><meta charset="utf-8"><base target="_blank"><title>Mail</title>%s'


@blueprint.get("")
@signed_in
def index() -> Response:
    """List received mail, newest first."""
    return page("mailbox/index.html", **_context(None))


@blueprint.get("/<int:received_id>")
@signed_in
def show(received_id: int) -> Response:
    """Show a mail as it came, beside the list."""
    return page("mailbox/index.html", **_context(received_by_id(received_id)))


@blueprint.get("/<int:received_id>/html")
@signed_in
def html(received_id: int) -> Response:
    """Give a mail's HTML, cleaned, to the frame that shows it."""
    mail = mail_as_read(received_by_id(received_id))
    if mail is None or not mail.html:
        raise NotFound
    response = make_response(FRAME % clean_html(mail.html))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/<int:received_id>/original")
@signed_in
def original(received_id: int) -> Response:
    """Give a mail's bytes out as a file."""
    received_by_id(received_id)
    raw = raw_of(received_id)
    if raw is None:
        raise NotFound
    response = make_response(raw)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{received_id}.eml"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/<int:received_id>/again")
@signed_in
def again(received_id: int) -> Response:
    """Let a mail be read once more."""

    def act(row: ReceivedMail, actor: Actor) -> str:
        read_again(row, actor=actor, now=utc_now())
        return str(_("The mail is read again in a moment."))

    return _decide(received_id, act)


@blueprint.post("/<int:received_id>/ticket")
@signed_in
def ticket(received_id: int) -> Response:
    """Make a mail a new ticket."""

    def act(row: ReceivedMail, actor: Actor) -> str:
        made = make_ticket_of(row, actor=actor, room=_room(), now=utc_now())
        return str(_("It is ticket %(number)s now.", number=made.number))

    return _decide(received_id, act)


@blueprint.post("/<int:received_id>/add")
@signed_in
def add(received_id: int) -> Response:
    """Put a mail on the ticket it names."""

    def act(row: ReceivedMail, actor: Actor) -> str:
        taken = add_to_ticket(row, actor=actor, room=_room(), now=utc_now())
        return str(_("It is on ticket %(number)s now.", number=taken.number))

    return _decide(received_id, act)


@blueprint.post("/<int:received_id>/discard")
@signed_in
def drop(received_id: int) -> Response:
    """Decide that nothing comes of a mail."""

    def act(row: ReceivedMail, actor: Actor) -> str:
        discard(row, actor=actor, now=utc_now())
        return str(_("Nothing comes of this mail. It stays in the list."))

    return _decide(received_id, act)


def _check_try_out() -> None:
    current_staff()
    if mail_settings().mail_url or site_by_key(DEMO_KEY) is None:
        raise NotFound


#: Staff, where the demo is loaded and no mail is sent.
try_out_only = AccessRule("staff, try-out", _check_try_out)


@blueprint.get("/play/<int:mail_id>")
@try_out_only
def play(mail_id: int) -> Response:
    """Show where a mail of ours is answered as the customer who got it."""
    mail = _played(mail_id)
    return page("mailbox/play.html", form=PlayForm(sender=mail.to_address), mail=mail)


@blueprint.post("/play/<int:mail_id>")
@try_out_only
def answer(mail_id: int) -> Response:
    """Answer a mail of ours as the customer who got it."""
    mail = _played(mail_id)
    form = PlayForm()
    if form.validate():
        try:
            row = answer_as_customer(
                mail,
                sender=form.sender.data,
                body=form.body.data,
                room=_room(),
                now=utc_now(),
            )
        except Invalid as refusal:
            add_errors(form, refusal)
        else:
            return see_other("mailbox.show", received_id=row.id)
    return page("mailbox/play.html", form=form, mail=mail, status=422)


def _played(mail_id: int) -> OutgoingMail:
    mail = mail_by_id(mail_id)
    if mail.ticket_id is None:
        raise NotFound
    return mail


def _decide(received_id: int, act: Callable[[ReceivedMail, Actor], str]) -> Response:
    row = received_by_id(received_id)
    try:
        flash(act(row, staff_actor(current_staff().id)), "success")
    except Conflict as refusal:
        flash(refusal.user_message, "error")
    except PortalError as refusal:
        details = [text for texts in refusal.fields.values() for text in texts]
        flash(" ".join(details) or refusal.user_message, "error")
    return see_other("mailbox.show", received_id=received_id)


def _room() -> FileRoom:
    settings: Settings = current_app.extensions["settings"]
    return FileRoom(settings.files_dir, settings.max_upload_mb * 1024 * 1024)


def _context(row: ReceivedMail | None) -> dict[str, Any]:
    """Return what the page shows.

    :param row: the mail that is open, or None.
    """
    state = request.args.get("state", "")
    states = [state] if state in set(ReceivedState) else []
    settings: Settings = current_app.extensions["settings"]
    return {
        "found": received_page(states=states, number=request.args.get("page", 1, type=int)),
        "counts": received_counts(),
        "state": state if states else "",
        "received": row,
        "mail": mail_as_read(row) if row is not None else None,
        "number": number_of_ticket(row.ticket_id) if row is not None else None,
        "may_decide": row is not None and row.state in UNDECIDED,
        "looks": looks() if settings.imap_url else [],
        "reply_address": mail_settings().reply_address,
    }
