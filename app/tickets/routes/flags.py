"""Flagging what a ticket shows should be mended, and settling it."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _
from wtforms import SelectChoice

from app.care.forms import GAP_LABELS, KIND_LABELS, FlagForm, SettleForm
from app.care.models import FlagKind
from app.care.services import raise_flag, settle_flag
from app.clock import utc_now
from app.errors import Conflict, Invalid, PortalError
from app.events.actor import staff_actor
from app.knowledge.models import Audience
from app.knowledge.services.finding import find_articles
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.models import Ticket
from app.tickets.queries.flagged import flag_lines, open_flags
from app.tickets.queries.knowledge import count_unwritten
from app.tickets.queries.visibility import ticket_visible_to
from app.web.responses import page, see_other

MOST_ARTICLES = 12


@blueprint.get("/tickets/<int:number>/flags/new")
@signed_in
def new_flag(number: int) -> Response:
    """Ask what should be mended."""
    return _form(ticket_visible_to(current_staff(), number), FlagForm(formdata=None))


@blueprint.post("/tickets/<int:number>/flags")
@signed_in
def create_flag(number: int) -> Response:
    """Flag something, and go back to the ticket."""
    ticket, form = ticket_visible_to(current_staff(), number), FlagForm()
    if not form.validate():
        return _form(ticket, form, status=422)
    try:
        raise_flag(
            ticket.id,
            kind=form.kind.data,
            gap=form.gap.data or None,
            article_id=form.article.data,
            looked_for=form.looked_for.data or "",
            note=form.note.data or "",
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except Invalid as error:
        _show_errors(form, error)
        return _form(ticket, form, status=422)
    flash(_("Flagged. Thank you: the next who asks may not have to."), "success")
    return see_other("tickets.show", number=number)


@blueprint.get("/flags")
@signed_in
def flags() -> Response:
    """List what should be mended."""
    return _list(SettleForm(formdata=None))


@blueprint.post("/flags/<int:flag_id>/settle")
@signed_in
def settle(flag_id: int) -> Response:
    """Note what was done about a flag."""
    form, actor = SettleForm(), staff_actor(current_staff().id)
    try:
        settle_flag(flag_id, note=form.note.data or "", actor=actor, now=utc_now())
    except (Invalid, Conflict) as error:
        _show_errors(form, error)
        return _list(form, refused_id=flag_id, status=error.status)
    flash(_("Settled."), "success")
    return see_other("tickets.flags", kind=_wanted_kind())


def _form(ticket: Ticket, form: FlagForm, *, status: int = 200) -> Response:
    found = find_articles(ticket.subject, audiences=frozenset(Audience), limit=MOST_ARTICLES)
    form.article.choices = [
        SelectChoice("", _("None of these")),
        *(SelectChoice(hit.article_id, hit.title) for hit in found.items),
    ]
    return page("tickets/flag.html", status=status, ticket=ticket, form=form)


def _list(form: SettleForm, *, refused_id: int = 0, status: int = 200) -> Response:
    kind, settled = _wanted_kind(), request.args.get("state") == "settled"
    return page(
        "tickets/flags.html",
        status=status,
        kind=kind,
        settled=settled,
        lines=flag_lines(kind=kind, settled=settled),
        counts=open_flags(),
        n_unwritten=count_unwritten(),
        kind_labels=KIND_LABELS,
        gap_labels=GAP_LABELS,
        form=form,
        refused_id=refused_id,
    )


def _wanted_kind() -> str:
    wanted = request.args.get("kind", "")
    return wanted if wanted in set(FlagKind) else FlagKind.DOCS_FIX.value


def _show_errors(form: FlagForm | SettleForm, error: PortalError) -> None:
    for name, messages in error.fields.items():
        form[name].errors = list(messages)
    if not error.fields:
        form.form_errors.append(error.user_message)
