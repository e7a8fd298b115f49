"""The editor: text, preview, autosave, publishing."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.knowledge.errors import ArticleConflict
from app.knowledge.forms import ActionForm, DraftForm, TextForm
from app.knowledge.markdown import render_article
from app.knowledge.models import Article
from app.knowledge.queries import article_by_id, article_for_editor, feedback_counts, revisions_of
from app.knowledge.routes.blueprint import blueprint, may_edit, show_errors
from app.knowledge.services import (
    archive_article,
    discard_draft,
    draft_of,
    publish_article,
    save_draft,
    save_revision,
    unpublish_article,
)
from app.staff.access import current_staff, signed_in
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other

MOVES = {
    "publish": publish_article,
    "unpublish": unpublish_article,
    "archive": archive_article,
}


@blueprint.get("/<int:article_id>")
@signed_in
def edit(article_id: int) -> Response:
    """Show the editor, with this person's unsaved text if there is some."""
    article = article_for_editor(article_id)
    latest = article.latest_revision
    assert latest is not None  # every article has a text
    draft = draft_of(article, staff_id=current_staff().id)
    if draft is not None and (draft.title, draft.body) == (latest.title, latest.body):
        draft = None
    current = draft is None or draft.base_version == article.version
    form = TextForm(
        title=draft.title if draft else latest.title,
        body=draft.body if draft else latest.body,
        base_version=draft.base_version if draft else article.version,
        base_revision_id=latest.id if current else 0,
    )
    return _show(article, form, draft_saved_at=draft.saved_at if draft else None)


@blueprint.post("/<int:article_id>")
@may_edit
def save(article_id: int) -> Response:
    """Save the text as a new revision, and publish it if that button was pressed."""
    article = article_for_editor(article_id)
    staff = current_staff()
    form = TextForm()
    if not form.validate():
        return _show(article, form, status=422)
    now = utc_now()
    actor = staff_actor(staff.id)
    try:
        save_revision(
            article,
            title=form.title.data,
            body=form.body.data,
            comment=form.comment.data,
            base_version=form.base_version.data,
            base_revision_id=form.base_revision_id.data or None,
            actor=actor,
            now=now,
        )
    except ArticleConflict as conflict:
        form.base_version.data = conflict.version
        form.base_revision_id.data = conflict.revision_id
        newest = revisions_of(article.id)[0]
        return page(
            "knowledge/conflict.html",
            status=409,
            article=article,
            form=form,
            conflict=conflict,
            newest=newest,
        )
    except Invalid as error:
        show_errors(form, error)
        return _show(article, form, status=422)
    if request.form.get("action") == "publish":
        publish_article(article, actor=actor, now=now)
        flash(_("Published. Readers see it now; search follows in a moment."), "success")
    else:
        flash(_("Saved. Readers see it once you publish it."), "success")
    discard_draft(article, staff_id=staff.id)
    return see_other("knowledge.edit", article_id=article.id)


@blueprint.post("/<int:article_id>/draft")
@may_edit
def autosave(article_id: int) -> Response:
    """Keep unsaved text while somebody types."""
    form = DraftForm()
    save_draft(
        article_by_id(article_id),
        title=form.title.data or "",
        body=form.body.data or "",
        base_version=form.base_version.data or 0,
        staff_id=current_staff().id,
        now=utc_now(),
    )
    return Response(status=204)


@blueprint.post("/<int:article_id>/draft/discard")
@may_edit
def discard(article_id: int) -> Response:
    """Forget this person's unsaved text."""
    discard_draft(article_by_id(article_id), staff_id=current_staff().id)
    return see_other("knowledge.edit", article_id=article_id)


@blueprint.post("/preview")
@signed_in
def preview_text() -> Response:
    """Render text as readers would see it, without saving it."""
    form = DraftForm()
    rendered = render_article(form.body.data or "")
    template = "knowledge/_preview.html" if is_fragment_request() else "knowledge/preview.html"
    return page(template, title=form.title.data or "", rendered=rendered, article=None)


@blueprint.get("/<int:article_id>/preview")
@signed_in
def preview(article_id: int) -> Response:
    """Show the newest text as readers would see it."""
    article = article_for_editor(article_id)
    latest = article.latest_revision
    assert latest is not None  # every article has a text
    return page(
        "knowledge/preview.html",
        title=latest.title,
        rendered=render_article(latest.body),
        article=article,
    )


@blueprint.post("/<int:article_id>/state")
@may_edit
def change_state(article_id: int) -> Response:
    """Publish an article, take it back, or archive it."""
    move = MOVES.get(ActionForm().action.data)
    if move is None:
        raise Invalid("There is no such action.")
    article = article_by_id(article_id)
    move(article, actor=staff_actor(current_staff().id), now=utc_now())
    flash(
        {
            "published": _("Published. Readers see it now; search follows in a moment."),
            "draft": _("Taken back. Readers no longer see it."),
            "archived": _("Archived. Readers no longer see it."),
        }[str(article.state)],
        "success",
    )
    return see_other("knowledge.edit", article_id=article_id)


def _show(
    article: Article, form: TextForm, *, draft_saved_at: object = None, status: int = 200
) -> Response:
    return page(
        "knowledge/edit.html",
        status=status,
        article=article,
        form=form,
        rendered=render_article(form.body.data or ""),
        draft_saved_at=draft_saved_at,
        votes=feedback_counts([article.id]).get(article.id),
    )
