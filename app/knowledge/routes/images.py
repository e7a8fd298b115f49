"""Images of articles."""

from __future__ import annotations

from flask import Response, current_app, jsonify, request

from app.clock import utc_now
from app.errors import Invalid, PortalError
from app.files.models import Attachment
from app.files.queries import attachments_of_article
from app.files.services import attach_to_article, store_upload
from app.knowledge.forms import ImageForm
from app.knowledge.queries import article_for_editor
from app.knowledge.routes.blueprint import blueprint, may_edit, show_errors
from app.staff.access import current_staff, signed_in
from app.web.errors import wants_json
from app.web.responses import page, see_other


@blueprint.get("/<int:article_id>/images")
@signed_in
def images(article_id: int) -> Response:
    """Show the images of an article with the Markdown that inserts them."""
    return _show(article_id, ImageForm())


@blueprint.post("/<int:article_id>/images")
@may_edit
def upload_image(article_id: int) -> Response:
    """Take an image in; the editor's script reads JSON, others see the list."""
    article = article_for_editor(article_id)
    form = ImageForm()
    try:
        attachment = _store(form)
    except PortalError as error:
        if wants_json() or error.status not in (413, 422):
            raise
        show_errors(form, error)
        return _show(article_id, form, status=error.status)
    attach_to_article(article.id, keys=[attachment.key])
    if wants_json():
        return jsonify({"url": address_of(attachment), "markdown": markdown_of(attachment)})
    return see_other("knowledge.images", article_id=article_id)


def address_of(attachment: Attachment) -> str:
    """Return the address that an article's text names."""
    return f"/files/{attachment.key}"


def markdown_of(attachment: Attachment) -> str:
    """Return the Markdown that shows an image, its name as a first description."""
    name = attachment.filename.rsplit(".", 1)[0]
    words = "".join(char if char not in "[]\\`*_<>" else " " for char in name).strip()
    return f"![{words}]({address_of(attachment)})"


def _store(form: ImageForm) -> Attachment:
    upload = request.files.get("image")
    if not form.validate() or upload is None or not upload.filename:
        raise Invalid(fields={"image": ["Choose an image."]})
    settings = current_app.extensions["settings"]
    return store_upload(
        upload.stream,  # type: ignore[arg-type]  # werkzeug says IO[bytes]
        filename=upload.filename,
        owner_key=f"staff:{current_staff().id}",
        files_dir=settings.files_dir,
        max_bytes=settings.max_upload_mb * 1024 * 1024,
        now=utc_now(),
        images_only=True,
    )


def _show(article_id: int, form: ImageForm, *, status: int = 200) -> Response:
    return page(
        "knowledge/images.html",
        status=status,
        article=article_for_editor(article_id),
        images=attachments_of_article(article_id),
        form=form,
        address_of=address_of,
        markdown_of=markdown_of,
    )
