"""Whether somebody wants automatic mail: the address behind List-Unsubscribe."""

from __future__ import annotations

from flask import Response, request

from app.clock import utc_now
from app.errors import NotFound
from app.events.actor import visitor_actor
from app.help.routes.blueprint import blueprint
from app.notifications.models import OutgoingMail, SuppressionReason
from app.notifications.queries import mail_by_id, unsubscription_of
from app.notifications.services.suppressions import lift_suppression, suppress_address
from app.notifications.tokens import Purpose, is_code
from app.web.access import public
from app.web.responses import page, see_other


@blueprint.get("/help/mail/<int:mail_id>-<code>")
@public
def mail_choice(mail_id: int, code: str) -> Response:
    """Ask whether automatic mail is wanted. Looking changes nothing: scanners follow links."""
    mail = _mail(mail_id, code)
    return page(
        "help/mail_choice.html",
        mail=mail,
        code=code,
        stopped=unsubscription_of(mail.to_address) is not None,
    )


@blueprint.post("/help/mail/<int:mail_id>-<code>")
@public
def choose_mail(mail_id: int, code: str) -> Response:
    """Stop automatic mail, or take that back.

    A mail program that offers one click posts here without a page. Source: RFC 8058, section 3.1.
    """
    mail = _mail(mail_id, code)
    actor, now = visitor_actor(), utc_now()
    stopped = unsubscription_of(mail.to_address)
    if request.form.get("choice") == "resume":
        if stopped is not None:
            lift_suppression(stopped, actor=actor, now=now)
    else:
        reason = SuppressionReason.UNSUBSCRIBED
        suppress_address(mail.to_address, reason=reason, mail_id=mail.id, actor=actor, now=now)
    return see_other("help.mail_choice", mail_id=mail_id, code=code)


def _mail(mail_id: int, code: str) -> OutgoingMail:
    if not is_code(code, Purpose.UNSUBSCRIBE, mail_id):
        raise NotFound
    return mail_by_id(mail_id)
