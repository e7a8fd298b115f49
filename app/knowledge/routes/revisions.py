"""What an article said before, and going back to it."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.events.actor import staff_actor
from app.knowledge.diff import diff_texts
from app.knowledge.queries import article_for_editor, revision_of, revisions_of
from app.knowledge.routes.blueprint import blueprint, may_edit
from app.knowledge.services import restore_revision
from app.staff.access import current_staff, signed_in
from app.web.responses import page, see_other


@blueprint.get("/<int:article_id>/revisions")
@signed_in
def revisions(article_id: int) -> Response:
    """List the revisions of an article."""
    return page(
        "knowledge/revisions.html",
        article=article_for_editor(article_id),
        revisions=revisions_of(article_id),
    )


@blueprint.get("/<int:article_id>/revisions/<int:number>")
@signed_in
def revision(article_id: int, number: int) -> Response:
    """Show what a revision changed, against the one before or another."""
    shown = revision_of(article_id, number)
    against = request.args.get("against", number - 1, type=int)
    base = revision_of(article_id, against) if against > 0 else None
    return page(
        "knowledge/revision.html",
        article=article_for_editor(article_id),
        revision=shown,
        base=base,
        rows=diff_texts(base.body if base else "", shown.body),
    )


@blueprint.post("/<int:article_id>/revisions/<int:number>/restore")
@may_edit
def restore(article_id: int, number: int) -> Response:
    """Make a revision the newest text; readers see it once it is published."""
    restore_revision(
        article_for_editor(article_id),
        revision_of(article_id, number),
        actor=staff_actor(current_staff().id),
        now=utc_now(),
    )
    flash(_("Revision %(number)s is the newest text again.", number=number), "success")
    return see_other("knowledge.edit", article_id=article_id)
