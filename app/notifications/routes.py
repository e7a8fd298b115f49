"""Outgoing mail and the addresses that get none, for staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Conflict
from app.events.actor import staff_actor
from app.notifications.models import FAILED_STATES, MailState, OutgoingMail
from app.notifications.queries import (
    mail_by_id,
    mail_counts,
    outbox_page,
    suppression_by_id,
    suppression_page,
)
from app.notifications.services.outbox import release_held, send_again
from app.notifications.services.suppressions import lift_suppression
from app.notifications.settings import mail_settings
from app.sites.models import DEMO_KEY
from app.sites.queries import site_by_key
from app.staff.access import current_staff, signed_in
from app.web.responses import page, see_other

blueprint = Blueprint("notifications", __name__, url_prefix="/portal/mail")

#: Our own words in a frame of their own: links lead out of it, nothing is loaded, nothing runs.
FRAME_POLICY = (
    "default-src 'none'; sandbox allow-popups allow-popups-to-escape-sandbox; "
    "frame-ancestors 'self'"
)


@blueprint.get("")
@signed_in
def outbox() -> Response:
    """List outgoing mail, newest first."""
    return page("notifications/outbox.html", **outbox_context(None))


@blueprint.get("/<int:mail_id>")
@signed_in
def show(mail_id: int) -> Response:
    """Show a mail as its receiver sees it, beside the list."""
    return page("notifications/outbox.html", **outbox_context(mail_by_id(mail_id)))


@blueprint.get("/<int:mail_id>/html")
@signed_in
def html(mail_id: int) -> Response:
    """Give a mail's HTML to the frame that shows it."""
    body = mail_by_id(mail_id).html_body.replace("<head>", '<head><base target="_blank">', 1)
    response = make_response(body)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/<int:mail_id>/send")
@signed_in
def resend(mail_id: int) -> Response:
    """Offer a mail to the server once more."""
    mail = mail_by_id(mail_id)
    try:
        send_again(mail, now=utc_now())
    except Conflict as refusal:
        flash(refusal.user_message, "error")
    else:
        flash(_("The mail is on its way again."), "success")
    return see_other("notifications.show", mail_id=mail_id)


@blueprint.post("/held")
@signed_in
def release() -> Response:
    """Send all that was held while there was no server, however old."""
    count = release_held(now=utc_now(), held_for=None)
    flash(_("%(count)s mails are on their way.", count=count), "success" if count else "info")
    return see_other("notifications.outbox")


@blueprint.get("/addresses")
@signed_in
def addresses() -> Response:
    """List the addresses that get no mail."""
    number = request.args.get("page", 1, type=int)
    return page("notifications/addresses.html", found=suppression_page(number=number))


@blueprint.post("/addresses/<int:suppression_id>/allow")
@signed_in
def allow(suppression_id: int) -> Response:
    """Let an address get mail again."""
    row = suppression_by_id(suppression_id)
    lift_suppression(row, actor=staff_actor(current_staff().id), now=utc_now())
    flash(_("%(address)s gets mail again.", address=row.address), "success")
    return see_other("notifications.addresses")


def outbox_context(mail: OutgoingMail | None) -> dict[str, Any]:
    """Return what the outbox shows.

    :param mail: the one that is open, or None.
    """
    state = request.args.get("state", "")
    states = [state] if state in set(MailState) else []
    return {
        "found": outbox_page(states=states, number=request.args.get("page", 1, type=int)),
        "counts": mail_counts(),
        "state": state if states else "",
        "mail": mail,
        "default_sender": mail_settings().mail_from,
        "sends": bool(mail_settings().mail_url),
        # Where nothing is sent and the demo is loaded, its customers can be answered for.
        "is_try_out": not mail_settings().mail_url and site_by_key(DEMO_KEY) is not None,
        "may_resend": mail is not None and mail.state in (*FAILED_STATES, MailState.HELD),
    }
