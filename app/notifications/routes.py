"""The outbox, for staff."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.notifications.models import MailState
from app.notifications.queries import mail_by_id, mail_counts, outbox_page
from app.staff.access import signed_in
from app.web.responses import page

blueprint = Blueprint("notifications", __name__, url_prefix="/portal/mail")


@blueprint.get("")
@signed_in
def outbox() -> Response:
    """List outgoing mail, newest first."""
    state = request.args.get("state", "")
    states = [state] if state in set(MailState) else []
    found = outbox_page(states=states, number=request.args.get("page", 1, type=int))
    return page(
        "notifications/outbox.html",
        found=found,
        counts=mail_counts(),
        state=state if states else "",
    )


@blueprint.get("/<int:mail_id>")
@signed_in
def show(mail_id: int) -> Response:
    """Show the words of a mail."""
    return page("notifications/show.html", mail=mail_by_id(mail_id))
